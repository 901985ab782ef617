/** F1 by epoch of each entry's first seed. */
export function f1Curves(entries) {
  return entries.flatMap(({ run, records }) =>
    (records[0]?.curve ?? []).flatMap(({ epoch, f1 }) =>
      f1 === null ? [] : [{ series: (run.title ?? run.name).replaceAll('`', ''), x: epoch, y: f1 }],
    ),
  )
}

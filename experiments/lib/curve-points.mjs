/** F1 of each entry's first seed. @param by `epoch`, or `updates` if some runs are shorter than an epoch */
export function f1Curves(entries, by = 'epoch') {
  return entries.flatMap(({ run, records }) =>
    (records[0]?.curve ?? []).flatMap(({ f1, ...point }) =>
      f1 === null ? [] : [{ series: (run.title ?? run.name).replaceAll('`', ''), x: point[by], y: f1 }],
    ),
  )
}

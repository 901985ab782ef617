import { RUN_HEADER, runRow } from './summary.mjs'

/** A table and a chart of presets, each on some corpus. */
export function presetReport(lead, chartTitle, entries) {
  return {
    lead,
    tables: [
      {
        header: ['preset, corpus', ...RUN_HEADER.slice(1)],
        rows: entries.map(entry => [
          `\`${entry.run.preset}\`${entry.run.note ?? ''}, ${entry.corpusTitle}`,
          ...runRow(entry).slice(1),
        ]),
      },
    ],
    chart: {
      kind: 'dots',
      title: chartTitle,
      x: 'F1 on the development part →',
      points: entries.flatMap(({ run, corpus, f1: { mean, deviation } }) =>
        mean === null ? [] : [{ row: `${run.name}, ${corpus}`, series: 'F1', value: mean, deviation }],
      ),
    },
  }
}

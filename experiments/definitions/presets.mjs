import { WINK } from '../lib/corpora.mjs'
import { RUN_HEADER, runRow } from '../lib/summary.mjs'

const SEEDS = [1, 2, 3]
const runs = [
  { name: 'bilstm', corpus: 'twitter', preset: 'bilstm', seeds: SEEDS, set: {} },
  { name: 'bilstm-crf', corpus: 'twitter', preset: 'bilstm-crf', seeds: SEEDS, set: {} },
  { name: 'bilstm-crf', corpus: 'wnut2017', preset: 'bilstm-crf', seeds: SEEDS, set: {} },
  ...['conll2003', 'wnut2017', 'twitter'].map(corpus => ({
    name: 'bilstm-crf-vectors',
    corpus,
    preset: 'bilstm-crf',
    seeds: SEEDS,
    set: { 'input.words.vectors': WINK },
  })),
]

export default {
  name: 'presets',
  title: 'Every preset on a corpus of its own',
  place: 6,
  runs,
  report(entries) {
    const title = ({ run, corpusTitle }) => `\`${run.name}\` on ${corpusTitle}`
    return {
      lead: `Each preset as it stands, mean and deviation over three seeds where there are three. Entity F1 on the development
part, which also chooses the epoch; the test parts were not looked at.`,
      tables: [
        {
          header: RUN_HEADER,
          rows: entries.map(entry => [title(entry), ...runRow(entry).slice(1)]),
        },
      ],
      chart: {
        kind: 'dots',
        title: 'Entity F1 of each preset on its corpus, mean and deviation over seeds',
        x: 'F1 on the development part →',
        points: entries.flatMap(entry =>
          entry.f1.mean === null
            ? []
            : [
                {
                  row: `${entry.run.name} on ${entry.corpus}`,
                  series: 'F1',
                  value: entry.f1.mean,
                  deviation: entry.f1.deviation,
                },
              ],
        ),
      },
    }
  },
}

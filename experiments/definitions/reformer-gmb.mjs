import { f1Curves } from '../lib/curve-points.mjs'
import { cell, count, duration } from '../lib/summary.mjs'

const corpus = 'gmb'

export default {
  name: 'reformer-gmb',
  title: 'Reformer on the Kaggle corpus',
  place: 1,
  runs: [
    {
      name: 'classic',
      title: '`reformer-classic`, 100 steps of 64',
      corpus,
      preset: 'reformer-classic',
      set: {},
    },
    { name: 'ours', title: '`reformer`, all epochs', corpus, preset: 'reformer', set: {} },
  ],
  report(entries) {
    const known = entries.flatMap(({ records }) => records)[0]
    const outside = known ? ` (${known.dev.allO.toFixed(4)} on our held-out part)` : ''
    return {
      lead: `The Kaggle edition of the Groningen Meaning Bank. Nine tenths of the sentences are for training and one tenth is held
out; copies of a sentence stay in one part (\`nerite corpus split\`). The original reports a token accuracy of 0.8516 after
100 steps of 64 sentences and seven hours, and no entity score. A tagger that always says \`O\` has an accuracy of
0.847${outside} and finds nothing.`,
      tables: [
        {
          header: [
            'model',
            'parameters',
            'updates',
            'time',
            'token accuracy',
            'precision',
            'recall',
            'entity F1',
          ],
          rows: [
            ['always `O`', '0', '0', '–', known?.dev.allO.toFixed(4) ?? '0.847', '–', '0', '0'],
            ['the original, as it reports', '–', '100', '7 h', '0.8516', '–', '–', '–'],
            ...entries.map(({ run, records: [record], parameters, seconds, precision, recall, f1 }) => [
              run.title,
              count(parameters),
              count(record?.updates ?? null),
              duration(seconds),
              record?.dev.accuracy.toFixed(4) ?? '–',
              cell(precision),
              cell(recall),
              cell(f1),
            ]),
          ],
        },
        {
          header: ['type', 'gold', ...entries.map(({ run }) => `${run.title}: F1`)],
          rows: Object.entries(known?.dev.types ?? {}).map(([type, { gold }]) => [
            type,
            count(gold),
            ...entries.map(({ records: [record] }) => record?.dev.types[type]?.f1?.toFixed(4) ?? '–'),
          ]),
        },
      ],
      chart: {
        kind: 'curves',
        title: 'Reformer on the Kaggle corpus: entity F1 by updates',
        x: 'updates',
        y: 'F1',
        points: f1Curves(entries, 'updates'),
      },
    }
  },
}

import { WINK } from '../lib/corpora.mjs'
import { cell, count, duration } from '../lib/summary.mjs'

/** Each family on the corpus it is taught on. `multi-head-attention` has no single source; it runs on CoNLL-2003. */
const CORPUS = {
  bilstm: 'twitter',
  'bilstm-attention': 'twitter',
  'bilstm-bahdanau': 'twitter',
  'multi-head-attention': 'conll2003',
  transformer: 'conll2003',
  'bilstm-crf': 'gmb',
  'gru-crf': 'gmb',
  'char-cnn-bilstm-crf': 'conll2003',
  'cnn-crf': 'conll2003',
}

/** The paper uses 100-dimensional GloVe vectors. */
const VECTORS = { 'char-cnn-bilstm-crf': { note: ' with vectors', set: { 'input.words.vectors': WINK } } }

const runOf = (family, preset) => ({
  name: preset,
  corpus: CORPUS[family],
  preset,
  set: {},
  ...VECTORS[family],
})
const FAMILIES = Object.keys(CORPUS)

export default {
  name: 'classics',
  title: 'The classic presets and ours',
  place: 7,
  runs: [
    ...FAMILIES.map(family => runOf(family, `${family}-classic`)),
    ...FAMILIES.map(family => runOf(family, family)),
  ],
  report(entries) {
    const pairs = FAMILIES.map(family => {
      const [classic, ours] = [`${family}-classic`, family].map(name =>
        entries.find(({ run }) => run.name === name),
      )
      return { family, classic, ours }
    })
    return {
      lead: `Each recipe as it is taught ([with a few differences](presets.md#what-differs-from-the-originals)), next to our preset
of the same family, on the corpus that the family is taught on. Seed 1; everything else, including the number of epochs,
is as in the preset. Vectors are \`${WINK}\`. Entity F1 on the development part, which also chooses the epoch.
\`reformer-classic\` and \`char-lstm-classic\` have their own sections.`,
      tables: [
        {
          header: [
            'family, corpus',
            ...['classic', 'ours'].flatMap(whose => [`${whose}: parameters`, 'time', 'F1']),
            'gain, points',
          ],
          rows: pairs.map(({ family, classic, ours }) => [
            `\`${family}\`${classic.run.note ?? ''}, ${classic.corpusTitle}`,
            ...[classic, ours].flatMap(entry => [
              count(entry.parameters),
              duration(entry.seconds),
              cell(entry.f1, entry.missing),
            ]),
            difference(ours.f1.mean, classic.f1.mean),
          ]),
        },
      ],
      chart: {
        kind: 'dots',
        title: 'Entity F1 of the classic presets and of ours on the corpora they are taught on',
        x: 'F1 on the development part →',
        points: pairs.flatMap(({ family, ...sides }) =>
          Object.entries(sides).flatMap(([series, { corpus, f1 }]) =>
            f1.mean === null
              ? []
              : [{ row: `${family}, ${corpus}`, series, value: f1.mean, deviation: f1.deviation }],
          ),
        ),
      },
    }
  },
}

/** In points of F1. */
function difference(ours, classic) {
  if (ours === null || classic === null) return '–'
  const points = 100 * (ours - classic)
  return `${points > 0 ? '+' : ''}${points.toFixed(1)}`
}

import { WINK } from '../lib/corpora.mjs'
import { cell, count, duration } from '../lib/summary.mjs'

/** Each family on the corpus it is taught on; `multi-head-attention`, of no single source, on CoNLL-2003. */
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

/** The paper has GloVe's 100 dimensions. */
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
      lead: `The recipes as they are taught, as far as [our parts go](presets.md#what-differs-from-the-originals), beside our own of the same
family, on the corpus that the family is taught on; seed 1, all else as the preset has it, epochs included. Vectors are \`${WINK}\`. Entity F1
on the development part, which also chooses the epoch. \`reformer-classic\` and \`char-lstm-classic\` have sections of their own.`,
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

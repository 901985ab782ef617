import { WINK } from '../lib/corpora.mjs'
import { RUN_HEADER, runRow } from '../lib/summary.mjs'

const SEEDS = [1, 2, 3]
const VECTORS = { 'input.words.vectors': WINK }
const TWEETS = { 'input.words.normalize': 'tweets' }

/** For corpora with few names, where the names to be found are new: see docs/presets.md. */
const NEW_NAMES = {
  ...TWEETS,
  'encoder.0.variational': false,
  'training.batchSize': 8,
  'training.learningRate': 0.004,
  'training.sampling.kind': 'undersample',
  'training.sampling.keepEmpty': 0,
  'training.optimizer.rowUpdates': 'lazy',
  'training.epochs': 12,
}

const withVectors = Object.entries({
  conll2003: { set: {} },
  wnut2017: { set: NEW_NAMES, note: ' and settings for new names' },
  twitter: { set: TWEETS },
}).map(([corpus, { set, note = '' }]) => ({
  name: 'char-cnn-bilstm-crf',
  note: ` with vectors${note}`,
  corpus,
  preset: 'char-cnn-bilstm-crf',
  seeds: SEEDS,
  set: { ...set, ...VECTORS },
}))
/** The other presets, without vectors, on one corpus. */
const onConll = [
  'bilstm-crf',
  'gru-crf',
  'cnn-crf',
  'bilstm-attention',
  'bilstm-bahdanau',
  'multi-head-attention',
  'transformer',
].map(preset => ({ name: preset, corpus: 'conll2003', preset, set: {} }))

export default {
  name: 'presets',
  title: 'Every preset',
  place: 6,
  runs: [
    ...withVectors,
    { name: 'bilstm', corpus: 'twitter', preset: 'bilstm', seeds: SEEDS, set: {} },
    { name: 'reformer', corpus: 'gmb', preset: 'reformer', set: {} },
    ...onConll,
  ],
  report: entries => ({
    lead: `Each preset unchanged, except on WNUT-2017 ([few names, all of them new](presets.md#few-names-all-of-them-new)). With three seeds
(1, 2, 3) the table shows mean and standard deviation; otherwise it is seed 1. Vectors are \`${WINK}\`. Entity F1 on the development
part, which also chooses the epoch; the test parts were not looked at. \`char-lstm\` is under
[Characters on CoNLL-2003](#characters-on-conll-2003).`,
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
      title: 'Entity F1 of each preset on its corpus, mean and standard deviation over seeds',
      x: 'F1 on the development part →',
      points: entries.flatMap(({ run, corpus, f1: { mean, deviation } }) =>
        mean === null ? [] : [{ row: `${run.name}, ${corpus}`, series: 'F1', value: mean, deviation }],
      ),
    },
  }),
}

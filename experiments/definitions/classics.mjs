import { WINK } from '../lib/corpora.mjs'
import { presetReport } from '../lib/preset-report.mjs'

/** Each classic preset on the corpus it was taught on; `multi-head-attention-classic`, of no single source, on this one. */
const CORPUS = {
  'bilstm-classic': 'twitter',
  'bilstm-attention-classic': 'twitter',
  'bilstm-bahdanau-classic': 'twitter',
  'multi-head-attention-classic': 'conll2003',
  'transformer-classic': 'conll2003',
  'bilstm-crf-classic': 'gmb',
  'gru-crf-classic': 'gmb',
  'char-cnn-bilstm-crf-classic': 'conll2003',
  'cnn-crf-classic': 'conll2003',
}

/** The paper has GloVe's 100 dimensions. */
const VECTORS = {
  'char-cnn-bilstm-crf-classic': { note: ' with vectors', set: { 'input.words.vectors': WINK } },
}

export default {
  name: 'classics',
  title: 'The classic presets',
  place: 7,
  runs: Object.entries(CORPUS).map(([preset, corpus]) => ({
    name: preset,
    corpus,
    preset,
    set: {},
    ...VECTORS[preset],
  })),
  report: entries =>
    presetReport(
      `The recipes as they are taught, as far as [our parts go](presets.md#what-differs-from-the-originals), seed 1; vectors
are \`${WINK}\`. Entity F1 on the development part, which also chooses the epoch. \`reformer-classic\` and
\`char-lstm-classic\` have sections of their own.`,
      'Entity F1 of the classic presets on the corpora they were taught on',
      entries,
    ),
}

import { pieceName } from '../lib/corpora.mjs'
import { cell } from '../lib/summary.mjs'

const SIZES = [50, 100]
const PRESETS = [
  'bilstm-crf',
  'gru-crf',
  'char-cnn-bilstm-crf',
  'cnn-crf',
  'bilstm',
  'bilstm-attention',
  'bilstm-bahdanau',
  'multi-head-attention',
  'transformer',
  'reformer',
]
/** An epoch over characters takes ten times as long as one over words, so it has one size. */
const CHARACTERS = 'char-lstm'

const run = (preset, sentences) => ({
  name: preset,
  corpus: pieceName('sample', sentences),
  sentences,
  preset,
  set: {},
})

export default {
  name: 'small-presets',
  title: 'Every preset on few sentences',
  place: 8,
  runs: [...PRESETS.flatMap(preset => SIZES.map(size => run(preset, size))), run(CHARACTERS, SIZES[0])],
  report: entries => ({
    lead: `Each preset without any settings and without vectors, on the first sentences of the sample's training part, with seed 1.
Entity F1 on its development part of 216 entities, by which both [\`auto\`](configuration.md#auto) and the epoch were chosen: expect
somewhat less on other text, and take a difference of a few points for chance.`,
    tables: [
      {
        header: ['preset', ...SIZES.map(size => `${size} sentences`)],
        rows: [...PRESETS, CHARACTERS].map(preset => [
          `\`${preset}\``,
          ...SIZES.map(size => {
            const entry = entries.find(each => each.run.preset === preset && each.run.sentences === size)
            return entry ? cell(entry.f1, entry.missing) : '–'
          }),
        ]),
      },
    ],
  }),
}

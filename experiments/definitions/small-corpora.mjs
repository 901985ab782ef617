import { PIECE_SIZES, PIECE_SOURCES, pieceName } from '../lib/corpora.mjs'
import { cell } from '../lib/summary.mjs'

const SOURCES = Object.keys(PIECE_SOURCES)

const runs = SOURCES.flatMap(source =>
  PIECE_SIZES.map(sentences => ({
    name: 'bilstm-crf',
    corpus: pieceName(source, sentences),
    source,
    sentences,
    preset: 'bilstm-crf',
    seeds: source === 'sample' ? [1, 2, 3] : [1],
    set: {},
  })),
)

const NOTE = `On the sample, 25 sentences reach an F1 of 0.44, 50 of 0.52, 200 of 0.65 and 800 of 0.75: each doubling adds about six points.
On the public corpora the first hundred sentences reach 0.47 to 0.54, and from there each doubling adds six to ten points. The
curves are still rising at 800 sentences. So label 100 sentences to see whether your types can be learned and to find mistakes in
your guidelines, then keep doubling as long as the gain is worth the work. With all 14,041 sentences of CoNLL-2003, the same preset
has 0.90 ([experiments](experiments.md#tagger)).`

export default {
  name: 'small-corpora',
  title: 'How many sentences to label',
  place: 7,
  runs,
  report(entries) {
    const of = (source, sentences) =>
      entries.find(({ run }) => run.source === source && run.sentences === sentences)
    return {
      lead: `The preset \`bilstm-crf\` without any settings and without vectors, on 25 to 800 training sentences. Batch size, epochs,
learning rate and averages follow from the number of sentences ([\`auto\`](configuration.md#auto)). Of the sample, the first
sentences are used, with seeds 1, 2 and 3 (mean and standard deviation); of the others, sentences evenly spread over the training
part, with seed 1. Entity F1 on the development part, of which 300 sentences are used except for the sample; it also chooses the
epoch. Pieces of different sizes share few sentences, so a single point may be off by some hundredths. The sample's development
part has only 216 entities, and the rule behind \`auto\` was chosen by it: read its column as what can be reached on that text, and
the others as what to expect of your own. A dash was not measured, and with an asterisk the mean is over fewer seeds than
planned.`,
      tables: [
        {
          header: ['sentences', ...SOURCES.map(source => PIECE_SOURCES[source].title)],
          rows: PIECE_SIZES.map(sentences => [
            sentences,
            ...SOURCES.map(source => {
              const entry = of(source, sentences)
              return cell(entry.f1, entry.missing)
            }),
          ]),
          note: NOTE,
        },
      ],
      chart: {
        kind: 'curves',
        title: 'Entity F1 on the development part by the number of training sentences',
        x: 'training sentences',
        y: 'F1',
        scale: 'log',
        points: entries.flatMap(({ run, f1: { mean } }) =>
          mean === null
            ? []
            : [{ series: PIECE_SOURCES[run.source].title, x: run.sentences, y: mean, panel: '' }],
        ),
      },
    }
  },
}

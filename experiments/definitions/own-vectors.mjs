import { corpusTitle, WINK } from '../lib/corpora.mjs'
import { OWN_EPOCHS, OWN_SUBWORDS, OWN_VECTORS } from '../lib/made-files.mjs'
import { cell } from '../lib/summary.mjs'
import parts from './bilstm-crf-parts.mjs'

const CORPORA = ['bc5cdr', 'conll2002-nl']
const TITLES = {
  none: 'none',
  own: 'of the training part',
  'own-subwords': 'of the training part, with runs of characters',
  english: `English: \`${WINK}\``,
}
const VECTORS = { none: null, own: OWN_VECTORS, 'own-subwords': OWN_SUBWORDS, english: WINK }

/** The BiLSTM-CRF of another experiment, with other vectors. */
const runs = CORPORA.flatMap(corpus => {
  const { set, preset } = parts.runs.find(
    run => run.corpus === corpus && run.input === 'characters' && run.decoder === 'crf',
  )
  return Object.entries(VECTORS).map(([name, vectors]) => ({
    name,
    corpus,
    preset,
    set: { ...set, 'input.words.vectors': vectors },
  }))
})

export default {
  name: 'own-vectors',
  title: 'What own vectors bring',
  page: 'vectors.md',
  place: 21,
  runs,
  report(entries) {
    const of = (name, corpus) => entries.find(({ run }) => run.name === name && run.corpus === corpus)
    return {
      lead: `Entity F1 on the development part of a BiLSTM-CRF with a character CNN, as in [another experiment](results.md#what-each-part-of-a-bilstm-crf-is-worth),
with vectors from different texts. Those of the training part are skip-grams of 100 numbers of words that occur twice or more, from
${OWN_EPOCHS} passes over its words, without labels: 118,000 words of BC5CDR and 203,000 of CoNLL-2002 Dutch. Seed 1; differences of
less than half a point say nothing. A dash has not been run.`,
      tables: [
        {
          header: ['vectors', ...CORPORA.map(corpusTitle)],
          rows: Object.keys(TITLES).map(name => [
            TITLES[name],
            ...CORPORA.map(corpus => {
              const entry = of(name, corpus)
              return cell(entry.f1, entry.missing)
            }),
          ]),
          note: `On BC5CDR, vectors of its own text bring nearly three points, two thirds of what the English ones bring; on Dutch
one and a half. Runs of
characters bring nothing more, beside a character CNN; they add 4 MB to the model.`,
        },
      ],
    }
  },
}

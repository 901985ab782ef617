import { WINK } from '../lib/corpora.mjs'
import { CONSTRAINED } from '../lib/measures.mjs'
import { cell, duration, pooled } from '../lib/summary.mjs'

/** What is trained. A constrained softmax has the same parameters as the softmax, but another decoder. */
const TRAINED = {
  softmax: { set: { 'decoder.kind': 'softmax', 'decoder.constrained': false }, measure: CONSTRAINED },
  crf: { set: { 'decoder.kind': 'crf' } },
}
const DECODERS = ['softmax', 'constrained', 'crf']
const INPUTS = {
  words: { characters: false, vectors: false },
  characters: { characters: true, vectors: false },
  vectors: { characters: false, vectors: true },
  both: { characters: true, vectors: true },
}
/** The vectors are English. */
const CORPORA = [
  ...['wnut2017', 'conll2003', 'bc5cdr', 'fin_sec'].map(corpus => ({ corpus, inputs: Object.keys(INPUTS) })),
  { corpus: 'conll2002-nl', inputs: ['words', 'characters'] },
]
const NAMES = {
  words: 'words',
  characters: 'words + characters',
  vectors: 'vectors',
  both: 'vectors + characters',
}
const DECODER_NAMES = { softmax: 'softmax', constrained: 'constrained softmax', crf: 'CRF' }

const runs = CORPORA.flatMap(({ corpus, inputs }) =>
  inputs.flatMap(input =>
    Object.entries(TRAINED).map(([decoder, { set, measure }]) => ({
      name: `${input}.${decoder}`,
      corpus,
      input,
      decoder,
      preset: 'bilstm-crf',
      measure,
      set: {
        ...set,
        'input.shape': null,
        ...(INPUTS[input].characters ? { 'input.charCnn.filters': 50 } : { 'input.charCnn': null }),
        'input.words.dim': 100,
        'input.words.vectors': INPUTS[input].vectors ? WINK : null,
        'encoder.0.hidden': 150,
        // The folds of FIN5 have fewer than 1,000 sentences; these are the numbers of the other corpora.
        'input.affixes': null,
        'input.words.dropout': 0.05,
        'training.batchSize': 16,
        'training.learningRate': 0.0015,
        'training.averaging': 'none',
        'training.epochs': 10,
        'training.patience': 3,
      },
    })),
  ),
)

export default {
  name: 'bilstm-crf-parts',
  title: 'What each part of a BiLSTM-CRF is worth',
  place: 5,
  runs,
  report(entries) {
    /** F1 over all parts of a corpus, `null` if nothing was run. */
    const of = (corpus, input, decoder) => {
      const trained = decoder === 'constrained' ? 'softmax' : decoder
      const entry = entries.find(
        ({ run }) => run.corpus === corpus && run.input === input && run.decoder === trained,
      )
      if (!entry || entry.records.length === 0)
        return { mean: null, deviation: null, missing: 0, isPlanned: entry }
      const scores = entry.records.map(({ dev, constrained }) =>
        decoder === 'constrained' ? constrained : dev,
      )
      return { mean: pooled(scores).f1, deviation: null, missing: entry.missing, isPlanned: true }
    }
    const columns = CORPORA.map(({ corpus }) => corpus)
    const rows = Object.keys(INPUTS).flatMap(input =>
      DECODERS.map(decoder => [
        `${NAMES[input]}, ${DECODER_NAMES[decoder]}`,
        ...columns.map(corpus => {
          const f1 = of(corpus, input, decoder)
          return f1.isPlanned ? cell(f1, f1.missing) : '·'
        }),
      ]),
    )
    const titles = new Map(entries.map(({ corpus, corpusTitle }) => [corpus, corpusTitle]))
    const seconds = entries.reduce(
      (sum, { records }) => sum + records.reduce((all, run) => all + run.seconds, 0),
      0,
    )
    return {
      lead: `A BiLSTM of 150 units per direction over word vectors of 100 numbers, with and without a character CNN of 50 filters
and pretrained vectors (\`${WINK}\`, fine-tuned). There are three decoders: softmax tags each token by itself; constrained
softmax takes the best legal tag sequence under the same model's scores, with no new training; the third is a CRF. Entity F1 on the
development part, which also chooses the epoch: at most 10 epochs, fewer if 3 in a row bring no improvement, seed 1. One seed
cannot resolve differences of less than about half a point. FIN5 has five documents: each is held out once, and all their
entities are scored together. The vectors are English, so there are no such runs for Dutch (·).`,
      tables: [
        {
          header: ['', ...columns.map(corpus => titles.get(corpus))],
          rows: entries.some(({ records }) => records.length > 0) ? rows : [],
          note: `${duration(seconds)} of training in total.`,
        },
      ],
      chart: {
        kind: 'dots',
        title: 'What each part is worth: entity F1 by corpus and inputs, for three decoders',
        x: 'F1 on the development part →',
        points: CORPORA.flatMap(({ corpus, inputs }) =>
          inputs.flatMap(input =>
            DECODERS.flatMap(decoder => {
              const { mean } = of(corpus, input, decoder)
              if (mean === null) return []
              return [{ row: `${corpus}: ${NAMES[input]}`, series: DECODER_NAMES[decoder], value: mean }]
            }),
          ),
        ),
      },
    }
  },
}

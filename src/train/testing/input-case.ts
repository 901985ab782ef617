import { Random } from '../../base/random.js'
import { resolveConfig } from '../../config/resolve.js'
import type { Config, PartialConfig } from '../../config/schema.js'
import type { Sentence } from '../../corpus/sentence.js'
import type { WordVectors } from '../../encode/word-vectors.js'
import type { Optimizer } from '../../engine/optim/optimizer.js'
import type { ParameterStore } from '../../engine/optim/parameter-store.js'
import type { Runtime } from '../../engine/runtime/runtime.js'
import { SentenceTagger } from '../../recognize/sentence-tagger.js'
import { type PreparedTraining, type PrepareInput, prepareTraining } from '../prepare/prepare.js'
import type { TaggedSentence } from '../step/gold-tensors.js'
import { type StepResult, TrainingStep } from '../step/training-step.js'
import { createRun } from '../training-run.js'

/** Words, tags, parts of speech, a sentence a line; some words twice, some in two spellings. */
const LINES: readonly string[] = [
  'Ada/B-PER/N wrote/O/V to/O/P Charles/B-PER/N Babbage/I-PER/N from/O/P London/B-LOC/N ./O/.',
  'New/B-LOC/J York/I-LOC/N City/I-LOC/N is/O/V not/O/R London/B-LOC/N',
  '@ada/O/N saw/O/V https://example.org/O/X in/O/P 1843/O/D',
  'the/O/T analytical/O/J engine/O/N of/O/P Babbage/B-PER/N weighs/O/V 15/O/D tons/O/N ,/O/, they/O/R said/O/V',
  'x/O/X',
]

export const SENTENCES: readonly Sentence[] = [...LINES, ...LINES].map((line, i) => {
  // A token may hold a slash of its own.
  const fields = line.split(' ').map(token => /^(.*)\/([^/]+)\/([^/]+)$/.exec(token) ?? [])
  return {
    tokens: fields.map(([, token]) => token),
    tags: fields.map(([, , tag]) => tag),
    columns: { pos: fields.map(([, , , pos]) => pos) },
    lines: fields.map(() => i + 1),
  }
})

/** Vectors for some of the words, some of them in lower case or with other digits, and for words met nowhere. */
export function someVectors(dim: number): WordVectors {
  const words = ['Ada', 'london', 'the', '0000', '##', 'unheard-of', 'paris', 'new', '<user>', 'york']
  const random = Random.fromSeed(8)
  return {
    dim,
    rows: new Map(words.map((word, row) => [word, row])),
    matrix: Float32Array.from({ length: words.length * dim }, () => random.normal()),
  }
}

export interface InputCase {
  readonly prepared: PreparedTraining
  readonly store: ParameterStore
  readonly optimizer: Optimizer
  /** The first five sentences. */
  readonly batch: readonly TaggedSentence[]
  /** Loss and gradients, nothing dropped. @param sentences default: the batch */
  step(sentences?: readonly TaggedSentence[]): Promise<StepResult>
  /** The same loss from the logits of the graph that is shipped, worked out here. */
  shippedLoss(): Promise<number>
  release(): Promise<void>
}

export interface InputCaseOptions extends Pick<PrepareInput, 'vectors' | 'gazetteers'> {
  readonly encoder?: PartialConfig['encoder']
  readonly decoder?: PartialConfig['decoder']
  readonly optimizer?: NonNullable<PartialConfig['training']>['optimizer']
  readonly accumulate?: number
}

/** A tiny tagger with these inputs and nothing random in its step. */
export async function createInputCase(
  input: PartialConfig['input'],
  runtime: Runtime,
  { vectors, gazetteers, ...more }: InputCaseOptions = {},
): Promise<InputCase> {
  const words = { dim: 4, dropout: 0, ...input?.words }
  const config: Config = resolveConfig({
    file: {
      tags: { scheme: 'BIO' },
      input: { ...input, words, dropout: 0 },
      encoder: more.encoder ?? [{ kind: 'bilstm', hidden: 3, dropout: 0 }],
      decoder: more.decoder ?? { kind: 'softmax' as const },
      training: {
        seed: 4,
        threads: 1,
        ...(more.optimizer && { optimizer: more.optimizer }),
        ...(more.accumulate && { accumulate: more.accumulate }),
      },
    },
  })
  const train = { path: 'train', scheme: 'BIO', sentences: SENTENCES } as const
  const prepared = prepareTraining({ config, train, dev: null, vectors, gazetteers })
  const { store, optimizer, tagWeights } = createRun(config, prepared)
  const { definition, forms } = prepared
  const options = { threads: 1, tagWeights }
  const training = await TrainingStep.create(definition, store, forms, runtime, options)
  const batch = prepared.sentences.slice(0, LINES.length)
  return {
    prepared,
    store,
    optimizer,
    batch,
    step: (own = batch) => training.run(own, Random.fromSeed(1)),
    release: () => training.release(),
    shippedLoss: async () => {
      const tagger = await SentenceTagger.create(prepared, name => store.get(name).value, runtime, {
        threads: 1,
      })
      const found = await tagger.unitLogits(batch)
      await tagger.release()
      let sum = 0
      let tokens = 0
      batch.forEach(({ tags }, i) => {
        tags.forEach((tag, t) => {
          const own = found[i].logits.subarray(t * definition.tags.length, (t + 1) * definition.tags.length)
          sum += Math.log(own.reduce((total, z) => total + Math.exp(z), 0)) - own[tag]
          tokens++
        })
      })
      return sum / tokens
    },
  }
}

import { Random } from '../../base/random.js'
import { resolveConfig } from '../../config/resolve.js'
import type { Config, PartialConfig } from '../../config/schema.js'
import type { Optimizer } from '../../engine/optim/optimizer.js'
import type { ParameterStore } from '../../engine/optim/parameter-store.js'
import type { Runtime } from '../../engine/runtime/runtime.js'
import { LINES, SENTENCES } from '../../model/inputs/testing/sample.js'
import type { PreparedTraining, PrepareInput } from '../prepare/prepare.js'
import type { TaggedSentence } from '../step/gold-tensors.js'
import type { StepResult } from '../step/training-step.js'
import { Training } from '../training.js'

export interface InputCase {
  readonly prepared: PreparedTraining
  readonly store: ParameterStore
  readonly optimizer: Optimizer
  /** The first five sentences. */
  readonly batch: readonly TaggedSentence[]
  /** Loss and gradients, nothing dropped. @param sentences default: the batch */
  step(sentences?: readonly TaggedSentence[]): Promise<StepResult>
  /** The same loss, computed here from the logits of the graph for tagging. */
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
  const training = Training.prepare({ config, train, dev: null, vectors, gazetteers, runtime })
  const { prepared, parameters: store, optimizer } = training
  const { definition } = prepared
  const step = await training.createStep()
  const batch = prepared.sentences.slice(0, LINES.length)
  return {
    prepared,
    store,
    optimizer,
    batch,
    step: (own = batch) => step.run(own, Random.fromSeed(1)),
    release: () => step.release(),
    shippedLoss: async () => {
      const tagger = await training.createTagger()
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

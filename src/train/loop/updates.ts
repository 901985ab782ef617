import { InputError } from '../../base/errors.js'
import { setting } from '../../base/fault.js'
import type { Random } from '../../base/random.js'
import type { AveragedWeights } from '../../engine/optim/averaged-weights.js'
import type { GradientAccumulator } from '../../engine/optim/gradient-accumulator.js'
import type { Optimizer } from '../../engine/optim/optimizer.js'
import type { RowGradient } from '../../engine/optim/parameter-store.js'
import type { TaggedSentence } from '../step/gold-tensors.js'
import type { TrainingStep } from '../step/training-step.js'

export interface Averaging {
  readonly weights: Pick<AveragedWeights, 'update' | 'exchange' | 'state' | 'restore'>
  readonly every: 'step' | 'epoch'
}

export interface UpdateSetup {
  readonly sentences: readonly TaggedSentence[]
  readonly step: Pick<TrainingStep, 'run'>
  readonly optimizer: Pick<Optimizer, 'step' | 'steps' | 'state' | 'restore'>
  /** Sums the gradients of several batches; absent where each batch is an update. */
  readonly accumulator?: Pick<GradientAccumulator, 'add' | 'finish'>
  /** Averages of the parameters, which are scored and kept instead of them. */
  readonly averaging?: Averaging
  /** Largest norm of an update's gradients. */
  readonly clipNorm: number | null
}

export interface UpdateResult {
  /** Mean loss over everything in the batches. */
  readonly loss: number
  readonly gradientNorm: number
  readonly tokens: number
}

/** The gradients of an update. Those of dense parameters are in the store. */
export interface UpdateGradients {
  readonly rowGradients: readonly RowGradient[]
  /** Mean loss over everything in the batches. */
  readonly loss: number
  readonly tokens: number
  /** Multiplies every gradient. */
  readonly scale: number
}

/**
 * One update of the parameters, from the gradients of one batch or the sum of several.
 *
 * @param batches indices of sentences
 * @param random draws what the step drops out
 * @throws InputError `train/diverged` where the loss or a gradient is not a finite number
 */
export async function update(
  setup: UpdateSetup,
  batches: readonly (readonly number[])[],
  learningRate: number,
  random: Random,
): Promise<UpdateResult> {
  return applyUpdate(setup, await gradientsOf(setup, batches, random), learningRate)
}

/** Computes the gradients of an update. */
export async function gradientsOf(
  { sentences, step, accumulator }: Pick<UpdateSetup, 'sentences' | 'step' | 'accumulator'>,
  batches: readonly (readonly number[])[],
  random: Random,
): Promise<UpdateGradients> {
  let rowGradients: readonly RowGradient[] = []
  let [lossSum, weightSum, tokens] = [0, 0, 0]
  for (const batch of batches) {
    const result = await step.run(
      batch.map(index => sentences[index]),
      random,
    )
    lossSum += result.loss * result.weight
    weightSum += result.weight
    if (accumulator) accumulator.add(result.rowGradients, result.weight)
    else rowGradients = result.rowGradients
    for (const index of batch) tokens += sentences[index].tokens
  }
  if (accumulator) rowGradients = accumulator.finish().rowGradients
  return { rowGradients, loss: lossSum / weightSum, tokens, scale: accumulator ? 1 / weightSum : 1 }
}

/** Changes the parameters. @throws as `update` */
export function applyUpdate(
  { optimizer, averaging, clipNorm }: Pick<UpdateSetup, 'optimizer' | 'averaging' | 'clipNorm'>,
  { rowGradients, loss, tokens, scale }: UpdateGradients,
  learningRate: number,
): UpdateResult {
  const options = { clipNorm, gradientScale: scale }
  const { gradientNorm, applied } = Number.isFinite(loss)
    ? optimizer.step(learningRate, rowGradients, options)
    : { gradientNorm: Number.NaN, applied: false }
  if (!applied)
    throw new InputError('train/diverged', {
      where: setting('training.learningRate'),
      expected: 'a loss and gradients that stay finite numbers',
      got: `loss ${loss} and gradient norm ${gradientNorm} in update ${optimizer.steps + 1}`,
      remedy: ['lower the learning rate (now ', `${learningRate}`, ') or set ', setting('training.clipNorm')],
    })
  if (averaging?.every === 'step') averaging.weights.update()
  return { loss, gradientNorm, tokens }
}

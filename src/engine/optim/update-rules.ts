import type { Slot } from './parameter-store.js'
import { type KernelName, kernelSignature } from './wasm-kernels.js'

/** Which optimizer, and its numbers; those that a kind has no use for are ignored. */
export interface OptimizerConfig {
  readonly kind: 'sgd' | 'adam' | 'adamw' | 'rmsprop'
  /** Adam: decay of the running mean of gradients, [0, 1). Default 0.9. */
  readonly beta1?: number
  /** Adam: decay of the running mean of squared gradients, [0, 1). Default 0.999. */
  readonly beta2?: number
  /** Adam and RMSprop, > 0. Default 1e-8. */
  readonly epsilon?: number
  /** SGD and RMSprop, [0, 1). Default 0. */
  readonly momentum?: number
  /** SGD with momentum, after Nesterov. Default `false`. */
  readonly nesterov?: boolean
  /** RMSprop: decay of the running mean of squared gradients, [0, 1). Default 0.99. */
  readonly smoothing?: number
  /** Added to the gradient as decay × value; AdamW shrinks the value instead. Default 0. */
  readonly weightDecay?: number
  /** How an update treats the rows of a table that have no gradient. Default `dense`. See RowTable. */
  readonly rowUpdates?: RowUpdates
  /** What differs for the parameters of one group, by the group's name. */
  readonly groups?: Readonly<Record<string, GroupConfig>>
}

/**
 * Rows without a gradient: `dense` takes it as zero, so that their moments still move them, as in PyTorch's and Keras's
 * Adam; `lazy` leaves values and moments as they are, as in PyTorch's SparseAdam and TensorFlow's LazyAdam.
 */
export type RowUpdates = 'dense' | 'lazy'

export interface GroupConfig {
  readonly weightDecay?: number
  readonly rowUpdates?: RowUpdates
  /** Multiplies the learning rate. Default 1; 0 leaves the group's values as they are. */
  readonly learningRateFactor?: number
}

/** One parameter update in the terms of a kernel. */
export interface UpdateRule {
  readonly kernel: KernelName
  /** What it keeps for each parameter, in the order the kernel takes them. */
  readonly moments: readonly Slot[]
  /** What an update without a gradient leaves of each moment: its factor, [0, 1). */
  readonly decays: Readonly<Partial<Record<'moment1' | 'moment2', number>>>
  /** The kernel's scalars after `scale`. @param step counted from 1 */
  scalars(update: UpdateNumbers): readonly number[]
}

export interface UpdateNumbers {
  readonly step: number
  readonly learningRate: number
  readonly weightDecay: number
  /** Rows of a table, updated only when a batch touches them. */
  readonly sparse: boolean
}

/** @throws RangeError for numbers out of range: a caller's mistake, the config's schema has checked the user's. */
export function updateRule(config: OptimizerConfig): UpdateRule {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, momentum = 0, smoothing = 0.99 } = config
  for (const [name, value] of Object.entries({ beta1, beta2, momentum, smoothing }))
    if (!(value >= 0 && value < 1)) throw new RangeError(`${name} lies in [0, 1), not ${value}`)
  if (!(epsilon > 0)) throw new RangeError(`epsilon is above 0, not ${epsilon}`)
  switch (config.kind) {
    case 'sgd': {
      const kernel = momentum === 0 ? 'sgd' : config.nesterov ? 'nesterov' : 'momentum'
      return rule(kernel, { moment1: momentum }, ({ learningRate, weightDecay }) =>
        kernel === 'sgd' ? [weightDecay, learningRate] : [weightDecay, momentum, learningRate],
      )
    }
    case 'adam':
    case 'adamw':
      return rule(
        config.kind,
        { moment1: beta1, moment2: beta2 },
        ({ step, learningRate, weightDecay, sparse }) => {
          const correction1 = 1 - beta1 ** step
          const correction2 = Math.sqrt(1 - beta2 ** step)
          return [
            config.kind === 'adam' ? weightDecay : 1 - learningRate * weightDecay,
            ...[beta1, 1 - beta1, beta2, 1 - beta2],
            (learningRate * correction2) / correction1,
            // PyTorch's SparseAdam adds epsilon to the uncorrected root, Adam to the corrected one.
            sparse ? epsilon : epsilon * correction2,
          ]
        },
      )
    case 'rmsprop':
      return rule(
        momentum === 0 ? 'rmsprop' : 'rmspropMomentum',
        { moment1: momentum, moment2: smoothing },
        ({ learningRate, weightDecay }) => [
          ...[weightDecay, smoothing, 1 - smoothing, learningRate, epsilon],
          ...(momentum === 0 ? [] : [momentum]),
        ],
      )
    default:
      return config.kind satisfies never
  }
}

function rule(kernel: KernelName, decays: UpdateRule['decays'], scalars: UpdateRule['scalars']): UpdateRule {
  const moments = kernelSignature(kernel).arrays.filter(
    (name): name is 'moment1' | 'moment2' => name === 'moment1' || name === 'moment2',
  )
  return { kernel, moments, decays, scalars }
}

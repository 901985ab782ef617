import type { Slot } from './parameter-store.js'
import { idleSignature, kernelSignature, type UpdateKernelName } from './wasm-kernels.js'

/** Which optimizer, and its numbers. */
export type OptimizerConfig = OptimizerKind & {
  /** Added to the gradient as decay × value; AdamW shrinks the value instead. Default 0. */
  readonly weightDecay?: number
  /** How an update treats the rows of a table that have no gradient. Default `dense`. See RowTable. */
  readonly rowUpdates?: RowUpdates
  /** What differs for the parameters of one group, by the group's name. */
  readonly groups?: Readonly<Record<string, GroupConfig>>
}

export type OptimizerKind =
  | {
      readonly kind: 'sgd'
      /** [0, 1). Default 0. */
      readonly momentum?: number
      /** Nesterov's momentum. Default `false`. */
      readonly nesterov?: boolean
    }
  | {
      readonly kind: 'adam' | 'adamw'
      /** Decay of the running mean of gradients, [0, 1). Default 0.9. */
      readonly beta1?: number
      /** Decay of the running mean of squared gradients, [0, 1). Default 0.999. */
      readonly beta2?: number
      /** Above 0. Default 1e-8. */
      readonly epsilon?: number
    }
  | {
      readonly kind: 'rmsprop'
      /** Decay of the running mean of squared gradients, [0, 1). Default 0.99. */
      readonly smoothing?: number
      /** [0, 1). Default 0. */
      readonly momentum?: number
      /** Above 0. Default 1e-8. */
      readonly epsilon?: number
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

/** An optimizer in terms of a kernel. */
export interface UpdateRule {
  readonly kernel: UpdateKernelName
  /** What it keeps for each parameter, in the kernel's order. */
  readonly moments: readonly Moment[]
  /** The factor of each moment in an update without a gradient, [0, 1). */
  readonly decays: Readonly<Partial<Record<Moment, number>>>
  /** The kernel's scalars, in its order. */
  scalars(update: UpdateNumbers): readonly number[]
  /** Where the scalars of updates without a gradient stand among these. @param decays as in `idleSignature` */
  idleScalars(decays: boolean): readonly number[]
}

export type Moment = Extract<Slot, `moment${number}`>

interface UpdateNumbers {
  /** Counted from 1. */
  readonly step: number
  readonly learningRate: number
  readonly weightDecay: number
  /** Multiplies every gradient. */
  readonly scale: number
  /** Rows of a table that are updated only when a batch touches them. */
  readonly sparse: boolean
}

/** @throws RangeError for numbers out of range: a caller's mistake */
export function updateRule(config: OptimizerConfig): UpdateRule {
  switch (config.kind) {
    case 'sgd': {
      const { momentum = 0, nesterov = false } = config
      checkRanges({ momentum })
      const kernel = momentum === 0 ? 'sgd' : nesterov ? 'nesterov' : 'momentum'
      return ruleOf(kernel, { moment1: momentum }, () => ({ momentum }))
    }
    case 'adam':
    case 'adamw': {
      const { kind, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = config
      checkRanges({ beta1, beta2 }, epsilon)
      return ruleOf(
        kind,
        { moment1: beta1, moment2: beta2 },
        ({ step, learningRate, weightDecay, sparse }) => {
          const correction1 = 1 - beta1 ** step
          const correction2 = Math.sqrt(1 - beta2 ** step)
          return {
            keep: 1 - learningRate * weightDecay,
            ...{ beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2 },
            rate: (learningRate * correction2) / correction1,
            // PyTorch's SparseAdam adds epsilon to the uncorrected root, Adam to the corrected one.
            epsilon: sparse ? epsilon : epsilon * correction2,
          }
        },
      )
    }
    case 'rmsprop': {
      const { smoothing, momentum = 0, epsilon = 1e-8 } = config
      const beta2 = smoothing ?? 0.99
      checkRanges({ momentum, smoothing: beta2 }, epsilon)
      const kernel = momentum === 0 ? 'rmsprop' : 'rmspropMomentum'
      const scalars = { beta2, rest2: 1 - beta2, epsilon, momentum }
      return ruleOf(kernel, { moment1: momentum, moment2: beta2 }, () => scalars)
    }
    default:
      return config satisfies never
  }
}

function checkRanges(shares: Readonly<Record<string, number>>, epsilon = 1): void {
  for (const [name, value] of Object.entries(shares))
    if (!(value >= 0 && value < 1)) throw new RangeError(`${name}: expected a number in [0, 1), got ${value}`)
  if (!(epsilon > 0)) throw new RangeError(`epsilon: expected a number above 0, got ${epsilon}`)
}

/** @param own the kernel's scalars by name, besides those that all kernels have */
function ruleOf(
  kernel: UpdateKernelName,
  decays: UpdateRule['decays'],
  own: (update: UpdateNumbers) => Readonly<Record<string, number>>,
): UpdateRule {
  const { arrays, scalars } = kernelSignature(kernel)
  return {
    kernel,
    moments: arrays.filter((name): name is Moment => name.startsWith('moment')),
    decays,
    idleScalars: isDecaying => idleSignature(kernel, isDecaying).scalars.map(name => scalars.indexOf(name)),
    scalars(update) {
      const { scale, weightDecay: l2, learningRate: rate } = update
      const all: Readonly<Record<string, number>> = { scale, l2, rate, ...own(update) }
      return scalars.map(name => all[name])
    },
  }
}

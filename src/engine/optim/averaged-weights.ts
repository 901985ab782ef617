import type { ParameterStore } from './parameter-store.js'

/**
 * - `ema`: average · decay + value · (1 − decay) at every update; with `warmup` the decay is at most (1 + n) / (10 + n)
 *   after n updates, a shorter memory at first. The first update copies the values.
 * - `swa`: the plain mean of the values seen, usually with one update per epoch (Izmailov et al. 2018).
 */
export type AveragingConfig =
  | { readonly kind: 'ema'; readonly decay: number; readonly warmup?: boolean }
  | { readonly kind: 'swa' }

export interface AveragedWeightsState {
  readonly updates: number
}

/**
 * An average of the parameters over training, in the store's slot `average` (requested when the store is made).
 * An update passes over every trainable number, tables included: about 1 ms for 2 million.
 *
 * @example
 * const averaged = createAveragedWeights(store, { kind: 'ema', decay: 0.999 })
 * averaged.update()         // after each optimizer step
 * averaged.exchange()       // evaluate with the average in place of the values …
 * averaged.exchange()       // … and continue training
 */
export function createAveragedWeights(store: ParameterStore, config: AveragingConfig): AveragedWeights {
  return new AveragedWeights(store, config)
}

export class AveragedWeights {
  private readonly pairs: readonly { readonly value: Float32Array; readonly average: Float32Array }[]
  private updates = 0

  constructor(
    private readonly store: ParameterStore,
    private readonly config: AveragingConfig,
  ) {
    if (!store.slots.includes('average')) throw new RangeError('averaged weights need the slot average')
    if (config.kind === 'ema' && !(config.decay >= 0 && config.decay < 1))
      throw new RangeError(`averaging: expected a decay in [0, 1), got ${config.decay}`)
    this.pairs = [...store.dense, ...store.parameters.filter(({ sparseRows }) => sparseRows)].flatMap(
      ({ value, slots: { average } }) => (average ? [{ value, average }] : []),
    )
  }

  update(): void {
    const take = this.takes()
    this.updates++
    this.store.settle()
    for (const { value, average } of this.pairs) {
      if (take === 1) average.set(value)
      else {
        const { kernels } = this.store.memoryOf(value)
        kernels.elementwise.blend(average.byteOffset, value.byteOffset, value.length, 1 - take, take)
      }
    }
  }

  /** Swaps values and averages. */
  exchange(): void {
    if (this.updates === 0) throw new RangeError('there is no average before the first update')
    this.store.settle()
    for (const { value, average } of this.pairs)
      for (let i = 0; i < value.length; i++) [value[i], average[i]] = [average[i], value[i]]
  }

  /** The averages themselves are stored with the store's tensors. */
  state(): AveragedWeightsState {
    return { updates: this.updates }
  }

  restore({ updates }: AveragedWeightsState): void {
    this.updates = updates
  }

  /** The weight of the current value in the next average. */
  private takes(): number {
    if (this.updates === 0) return 1
    if (this.config.kind === 'swa') return 1 / (this.updates + 1)
    const { decay, warmup } = this.config
    return 1 - (warmup ? Math.min(decay, (1 + this.updates) / (10 + this.updates)) : decay)
  }
}

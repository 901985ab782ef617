import type { AveragedWeights, AveragedWeightsState } from '../engine/optim/averaged-weights.js'
import type { ParameterStore } from '../engine/optim/parameter-store.js'
import type { Averaging } from './loop/updates.js'

/**
 * Parameters on the way back from where training led to where it started: share · trained + (1 − share) · start. Between
 * the two, a network has most of what it learned, and most of what it knew (WiSE-FT, Wortsman et al. 2022).
 *
 * It starts from the values that the store has when it is made, so make it before a checkpoint is restored.
 */
export class TowardStart implements Pick<AveragedWeights, 'update' | 'exchange' | 'state' | 'restore'> {
  private readonly pairs: readonly { readonly value: Float32Array; readonly start: Float32Array }[]
  private trained: readonly Float32Array[] | undefined

  /**
   * @param options.share of what was trained
   * @param options.isLeft parameters that stay as they were trained, by name
   * @param options.averages what is exchanged for the values first
   */
  constructor(
    private readonly store: Pick<ParameterStore, 'parameters' | 'settle'>,
    private readonly options: {
      readonly share: number
      readonly isLeft: (name: string) => boolean
      readonly averages?: Averaging['weights']
    },
  ) {
    this.pairs = store.parameters
      .filter(({ name, trainable }) => trainable && !options.isLeft(name))
      .map(({ value }) => ({ value, start: value.slice() }))
  }

  update(): void {
    this.options.averages?.update()
  }

  exchange(): void {
    const { share, averages } = this.options
    this.store.settle()
    if (this.trained) {
      this.trained.forEach((trained, i) => {
        this.pairs[i].value.set(trained)
      })
      this.trained = undefined
      averages?.exchange()
      return
    }
    averages?.exchange()
    this.trained = this.pairs.map(({ value }) => value.slice())
    for (const { value, start } of this.pairs)
      for (let i = 0; i < value.length; i++) value[i] = share * value[i] + (1 - share) * start[i]
  }

  state(): AveragedWeightsState {
    return this.options.averages?.state() ?? { updates: 0 }
  }

  restore(state: AveragedWeightsState): void {
    this.options.averages?.restore(state)
  }
}

import type { PretrainedConfig } from '../../config/schema.js'
import type { PretrainedNetwork } from '../pretrained/layout.js'

export type Pooling = PretrainedConfig['pooling']

/** What stands for a token of several pieces: without a pretrained encoder, the first. */
export function poolingOf({ pretrained }: { readonly pretrained?: PretrainedNetwork }): Pooling {
  return pretrained?.settings.pooling ?? 'first'
}

/** Whether a unit is one of those that stand for a token, whose units are `start … end − 1`. */
export function standsForToken(unit: number, start: number, end: number, pooling: Pooling): boolean {
  switch (pooling) {
    case 'first':
      return unit === start
    case 'last':
      return unit === end - 1
    case 'mean':
      return unit >= start && unit < end
  }
}

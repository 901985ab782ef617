import type { PretrainedConfig } from '../../config/schema.js'
import type { TaggerInputs } from './unit-table.js'

export type Pooling = PretrainedConfig['pooling']

/** What stands for a token of several pieces: without a pretrained encoder, the first. */
export function poolingOf({ pretrained }: TaggerInputs): Pooling {
  return pretrained?.settings.pooling ?? 'first'
}

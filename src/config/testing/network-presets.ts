import { PRESETS } from '../presets.js'
import type { Preset } from '../schema.js'

/** The presets of networks that need no pretrained encoder. */
export const NETWORK_PRESETS: readonly Preset[] = PRESETS.filter(
  ({ config }) => !('recognizer' in config || 'pretrained' in config),
)

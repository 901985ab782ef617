/** Which settings a configuration can have: the defaults' own, and in its lists those of each item. */
import { isRecord } from '../base/json-types.js'
import { ENCODER_BLOCK_DEFAULTS, isEncoderKind } from './encoder-blocks.js'
import { COLUMN_DEFAULTS, GAZETTEER_DEFAULTS } from './schema.js'

export type Plain = { [key: string]: unknown }

/** The lists whose items have settings, and the one setting that no item can do without. */
export const LISTS: Readonly<Record<string, string>> = {
  encoder: 'kind',
  'input.columns': 'column',
  'input.gazetteers': 'file',
}

/** The configuration with all settings that its blocks, columns and gazetteers can have; junk stays as it is. */
export function withKnownSettings(config: Plain): Plain {
  const { input } = config
  const filled = { ...config, encoder: filledBlocks(config.encoder) }
  if (!isRecord(input)) return filled
  const columns = filledItems(input.columns, { column: '', ...COLUMN_DEFAULTS })
  const gazetteers = filledItems(input.gazetteers, {
    file: '',
    name: '',
    encoding: '',
    ...GAZETTEER_DEFAULTS,
  })
  return { ...filled, input: { ...input, columns, gazetteers } }
}

/** Each block of an encoder with its kind's defaults below its own settings. What is no block stays as it is. */
export function filledBlocks(encoder: unknown): unknown {
  if (!Array.isArray(encoder)) return encoder
  return encoder.map(block =>
    isRecord(block) && isEncoderKind(block.kind)
      ? { ...ENCODER_BLOCK_DEFAULTS[block.kind], ...block }
      : block,
  )
}

function filledItems(items: unknown, known: Plain): unknown {
  return Array.isArray(items) ? items.map(item => (isRecord(item) ? { ...known, ...item } : item)) : items
}

/** Every path that leads somewhere, sections and list items included. */
export function keyPaths(config: Plain, prefix = ''): string[] {
  return Object.entries(config).flatMap(([key, value]) =>
    isRecord(value) || (Array.isArray(value) && value.some(isRecord))
      ? [`${prefix}${key}`, ...keyPaths(value as Plain, `${prefix}${key}.`)]
      : [`${prefix}${key}`],
  )
}

/** Whether a path leads to a setting, a section or a list's item, none that objects inherit. */
export function hasPath(config: Plain, path: string): boolean {
  const cut = path.lastIndexOf('.')
  const parent = cut < 0 ? config : hasPath(config, path.slice(0, cut)) && valueAt(config, path.slice(0, cut))
  const key = path.slice(cut + 1)
  if (Array.isArray(parent)) return /^\d+$/.test(key) && Number(key) < parent.length
  return isRecord(parent) && Object.hasOwn(parent, key)
}

export function valueAt(config: Plain, path: string): unknown {
  let value: unknown = config
  for (const key of path.split('.'))
    value = isRecord(value) || Array.isArray(value) ? (value as Plain)[key] : undefined
  return value
}

import type { Fault } from '../base/errors.js'
import { isRecord } from '../base/json-types.js'
import { ENCODER_BLOCK_DEFAULTS, isEncoderKind } from './encoder-blocks.js'
import { unknownKey } from './faults.js'
import { hasPath, keyPaths, LISTS, type Plain, valueAt, withKnownSettings } from './known-settings.js'
import { configSchema } from './schema.js'

/** One `--training.epochs 20` of the command line: a dotted path and the text of its value. */
export interface Override {
  readonly path: string
  readonly text: string
}

const WEIGHTS = 'decoder.classWeights'

/**
 * Puts overrides into a configuration that holds of list items only what was set. Wholes come before their parts, and
 * an item's kind before its other settings, in whatever order they are given; of the same setting the last counts.
 *
 * @returns faults of those that could not be put in
 */
export function applyOverrides(config: Plain, overrides: readonly Override[]): Fault[] {
  const faults: Fault[] = []
  for (const override of [...overrides].sort((a, b) => rank(a) - rank(b))) {
    const fault = apply(config, override)
    if (fault) faults.push(fault)
  }
  return faults
}

function rank({ path }: Override): number {
  if (Object.hasOwn(LISTS, path) || path === WEIGHTS) return 0
  return namedItem(path) ? 1 : 2
}

/** `encoder.1` of `encoder.1.kind`: the item that a path makes, where it is the next. */
function namedItem(path: string): { readonly list: string; readonly place: number } | undefined {
  const [, list, place, key] = /^(.+)\.(\d+)\.([^.]+)$/.exec(path) ?? []
  return list !== undefined && LISTS[list] === key ? { list, place: Number(place) } : undefined
}

function apply(config: Plain, { path, text }: Override): Fault | undefined {
  const isOfWeights = path === WEIGHTS || path.startsWith(`${WEIGHTS}.`)
  if (isOfWeights && !hasPath(config, WEIGHTS)) return unknownKey(path, keyPaths(config))
  if (path === WEIGHTS) return put(config, path, weightsOf(text))
  if (isOfWeights) return applyWeight(config, path.slice(WEIGHTS.length + 1), text)
  const item = namedItem(path)
  if (item) {
    const list = valueAt(config, item.list)
    if (Array.isArray(list) && list.length === item.place) list.push({})
  }
  const known = withKnownSettings(config)
  // An item that was just made, and what the kind of a block is to be, are known by nothing else.
  const isNew = item !== undefined && isRecord(valueAt(config, `${item.list}.${item.place}`))
  if (!isNew && !hasPath(known, path)) return unknownKey(path, keyPaths(known))
  const previous = valueAt(known, path)
  if (isRecord(previous)) {
    const parts = Object.keys(previous)
    return {
      where: `--${path}`,
      expected: `one of its parts: ${parts.join(', ')}`,
      got: JSON.stringify(text),
      remedy: `write --${path}.${parts[0]} VALUE`,
    }
  }
  if (item?.list === 'encoder') changeKind(config, item.place, text)
  if (isNullableText(path)) return put(config, path, text === 'null' ? null : text)
  return put(config, path, item ? text : parseOverride(text, previous))
}

/** Leaves of a block's settings those that the new kind has too; what was never set comes from the new kind. */
function changeKind(config: Plain, place: number, kind: string): void {
  const block = valueAt(config, `encoder.${place}`)
  if (!isRecord(block) || !isEncoderKind(kind)) return
  for (const key of Object.keys(block)) {
    // A convolution's width counts tokens, others' features.
    const isOther = key === 'width' && (block.kind === 'cnn') !== (kind === 'cnn')
    if (isOther || !Object.hasOwn(ENCODER_BLOCK_DEFAULTS[kind], key)) delete block[key]
  }
}

/** One tag's or type's weight; its name may have dots. */
function applyWeight(config: Plain, name: string, text: string): Fault | undefined {
  const before = valueAt(config, WEIGHTS)
  if (before !== 'none' && !isRecord(before))
    return {
      where: `${WEIGHTS}.${name}`,
      expected: `${WEIGHTS} to be "none" or weights by tag or type, where one of them is set`,
      got: JSON.stringify(before),
      remedy: `write --${WEIGHTS} '{${JSON.stringify(name)}: ${text}}' to have these instead`,
    }
  return put(config, WEIGHTS, { ...(isRecord(before) && before), [name]: parseOverride(text, undefined) })
}

/** An object of weights, or the name of a rule. */
function weightsOf(text: string): unknown {
  const parsed = parseOverride(text, undefined)
  return isRecord(parsed) ? parsed : text
}

/** @param path of something whose parent is there */
function put(config: Plain, path: string, value: unknown): undefined {
  const cut = path.lastIndexOf('.')
  const parent = cut < 0 ? config : valueAt(config, path.slice(0, cut))
  ;(parent as Plain)[path.slice(cut + 1)] = value
}

/** Whether a setting is text or `null`, as the schema has it: there `2024` is the name of a file. */
function isNullableText(path: string): boolean {
  let schema: unknown = configSchema
  for (const key of path.split('.'))
    schema = isRecord(schema) && isRecord(schema.entries) ? schema.entries[key] : undefined
  return (
    isRecord(schema) &&
    schema.type === 'nullable' &&
    isRecord(schema.wrapped) &&
    schema.wrapped.type === 'string'
  )
}

/** JSON where it reads as JSON (numbers, true, null, lists), else the text itself; text stays text where text was. */
function parseOverride(text: string, previous: unknown): unknown {
  if (typeof previous === 'string') return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

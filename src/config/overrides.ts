import { say, setting } from '../base/fault.js'
import { isRecord } from '../base/json-types.js'
import { describe, ofOtherKind, type SettingFault, unknownSetting } from './faults.js'
import { merge } from './merge.js'
import {
  bare,
  entriesOf,
  isFileList,
  isNullable,
  isOpen,
  isSection,
  leadOf,
  type Node,
  type Plain,
  ROOT,
  startOf,
} from './settings-tree.js'

/** One setting as a user gives it outside a file: a dotted path and the text of its value. */
export interface Override {
  readonly path: string
  readonly text: string
}

/** Why an override cannot be applied; without a fault, its path leads nowhere. Never leaves this file. */
class Refused extends Error {
  constructor(readonly fault?: SettingFault) {
    super('an override that cannot be applied')
  }
}

/**
 * Puts overrides over a merged configuration. Wholes come before their parts, and a section's kind before its other
 * settings, in whatever order they are given; of the same setting the last one counts.
 *
 * @returns the configuration, and the faults of the overrides that could not be applied
 */
export function applyOverrides(
  merged: unknown,
  overrides: readonly Override[],
): { readonly config: unknown; readonly faults: readonly SettingFault[] } {
  const faults: SettingFault[] = []
  let config = merged
  for (const override of [...overrides].sort((a, b) => rank(a) - rank(b))) {
    try {
      config = put(config, override.path.split('.'), override, ROOT)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      faults.push(error.fault ?? unknownSetting(override.path, config))
    }
  }
  return { config, faults }
}

/** Wholes first: a section's kind, or what adds an item, stands for the whole. */
function rank({ path }: Override): number {
  const keys = path.split('.')
  return keys.length - (['recognizer', 'kind', 'column', 'file'].includes(keys[keys.length - 1]) ? 1 : 0)
}

/** A value with one setting put in. @param keys where in it */
function put(base: unknown, keys: readonly string[], override: Override, node: Node): unknown {
  const [key, ...rest] = keys
  if (key === undefined) return merge(base, parsed(override, node), node)
  if (isOpen(node)) return putOpen(base, keys, override)
  const { item } = bare(node)
  const start = base ?? startOf(node)
  if (item) return putItem(start, key, rest, override, item)
  if (!isSection(node) || !isRecord(start)) throw new Refused()
  const entries = entriesOf(node, start)
  const lead = leadOf(node)
  if (key === lead && rest.length === 0) return merge(base, { [key]: override.text }, node)
  // An unknown kind is a fault of its own.
  if (!entries) return start
  if (!Object.hasOwn(entries, key)) {
    const prefix = override.path
      .split('.')
      .slice(0, -keys.length)
      .map(part => `${part}.`)
    const fault = ofOtherKind(node, start as Plain, prefix.join(''), key)
    throw new Refused(fault && { ...fault, path: override.path })
  }
  return { ...start, [key]: put((start as Plain)[key], rest, override, entries[key]) }
}

/** The place after the last one adds an item, by the setting that no item can do without. */
function putItem(
  list: unknown,
  key: string,
  rest: readonly string[],
  override: Override,
  item: Node,
): readonly unknown[] {
  const place = Number(key)
  if (!Array.isArray(list) || !/^\d+$/.test(key) || place > list.length) throw new Refused()
  const isNew = place === list.length
  if (isNew && rest.length > 0 && rest[0] !== leadOf(item)) throw new Refused()
  return [...list.slice(0, place), put(list[place], rest, override, item), ...list.slice(place + 1)]
}

/** One of the parts that the user names, such as the weight of one tag; its name may have dots. */
function putOpen(base: unknown, keys: readonly string[], { path, text }: Override): Plain {
  const name = keys.join('.')
  if (base !== undefined && base !== 'none' && !isRecord(base)) {
    const whole = path.slice(0, -name.length - 1)
    throw new Refused({
      path,
      expected: say`${setting(whole)} to be "none" or an object, to set a part of it`,
      got: describe(base),
      remedy: say`set ${setting(whole, `{${JSON.stringify(name)}: ${text}}`)} instead`,
    })
  }
  return { ...(isRecord(base) && base), [name]: json(text) ?? text }
}

/** What the text of an override means for the setting that it is for. */
function parsed({ path, text }: Override, node: Node): unknown {
  if (isNullable(node) && text === 'null') return null
  const { type } = bare(node)
  const value = json(text)
  if (['string', 'picklist', 'literal'].includes(type)) return text
  // A header or a number, a rule or weights by tag: what else JSON has, such as `true`, is a text here.
  if (type === 'union') return typeof value === 'number' || isRecord(value) ? value : text
  if (isFileList(node)) {
    if (text === 'null') return null
    return Array.isArray(value) && value.every(own => typeof own === 'string' || isRecord(own)) ? value : text
  }
  if (!isSection(node)) return value ?? text
  if (isRecord(value)) return value
  if (leadOf(node) !== undefined) return text
  const parts = Object.keys(entriesOf(node, {}) ?? {})
  throw new Refused({
    path,
    expected: `one of its parts: ${parts.join(', ')}`,
    got: JSON.stringify(text),
    remedy: say`set ${setting(`${path}.${parts[0]}`)} or another part`,
  })
}

/** @returns `undefined` for what is not JSON, and for `null`, which only nullable settings can be */
function json(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined
  } catch {
    return undefined
  }
}

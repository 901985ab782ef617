import { isRecord } from '../base/json-types.js'
import {
  bare,
  entriesOf,
  isFileList,
  isSection,
  leadOf,
  type Node,
  type Plain,
  ROOT,
  startOf,
} from './settings-tree.js'

/**
 * Puts settings over others. Sections are merged; lists, numbers and texts are replaced. Another `kind` keeps the
 * settings that mean the same for both kinds and drops those of the old kind. Text that stands for a section becomes
 * the setting that it stands for. What the schema does not know stays as it is, to be reported.
 */
export function merge(base: unknown, over: unknown, node: Node = ROOT): unknown {
  const { item } = bare(node)
  if (item) {
    const items = isFileList(node) ? asList(over) : over
    return Array.isArray(items) ? items.map(own => merge(undefined, own, item)) : items
  }
  const given = expand(over, node)
  if (!isSection(node) || !isRecord(given)) return given
  const kept = changeKind(isRecord(base) ? base : startOf(node), given, node)
  const entries = entriesOf(node, { ...kept, ...given }) ?? {}
  const merged = new Map(Object.entries(kept))
  for (const [key, value] of Object.entries(given))
    if (value !== undefined)
      merged.set(key, Object.hasOwn(entries, key) ? merge(kept[key], value, entries[key]) : value)
  return Object.fromEntries(merged)
}

/** `"softmax"` as `{"kind": "softmax"}`. */
function expand(value: unknown, node: Node): unknown {
  const lead = leadOf(node)
  return typeof value === 'string' && lead !== undefined && isSection(node) ? { [lead]: value } : value
}

/** A path is a list of one file, and `null` of none. */
function asList(value: unknown): unknown {
  return value === null ? [] : typeof value === 'string' ? [value] : value
}

/** What is left of a section's settings where another kind is given. */
function changeKind(base: object, given: Plain, node: Node): Plain {
  const { key } = bare(node)
  const settings = base as Plain
  if (key === undefined || !Object.hasOwn(given, key) || given[key] === settings[key]) return settings
  const before = entriesOf(node, settings)
  const after = entriesOf(node, given)
  if (!before || !after) return settings
  // A setting means the same where both kinds have the same check: `width` is tokens here and features there.
  const isKept = (name: string) =>
    name === key ||
    !Object.hasOwn(before, name) ||
    (Object.hasOwn(after, name) && bare(before[name]) === bare(after[name]))
  return Object.fromEntries(Object.entries(settings).filter(([name]) => isKept(name)))
}

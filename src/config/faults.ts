/** What the schema finds, as faults. */
import * as v from 'valibot'
import { type Message, say, setting } from '../base/fault.js'
import { isRecord } from '../base/json-types.js'
import { nearest } from '../base/nearest.js'
import {
  bare,
  entriesOf,
  isNullable,
  isSection,
  kindsOf,
  type Node,
  type Plain,
  ROOT,
  settingPaths,
  valueAt,
} from './settings-tree.js'

/** A fault of one setting, before it is known whether a file or an override gave it. */
export interface SettingFault {
  /** The setting's dotted path. */
  readonly path: string
  readonly expected: Message
  readonly got: string
  readonly remedy?: Message
}

/** Everything that is wrong with the settings of a merged configuration, one by one. */
export function schemaFaults(config: unknown, issues: readonly v.BaseIssue<unknown>[] = []): SettingFault[] {
  const faults: SettingFault[] = []
  findStructureFaults(config, ROOT, '', { config, faults })
  for (const issue of issues.slice(0, MOST_FAULTS)) {
    const fault = toFault(issue, config)
    if (!faults.some(({ path }) => `${fault.path}.`.startsWith(`${path}.`))) faults.push(fault)
  }
  return faults
}

/** Faults of each sort that are listed; a file that is no configuration at all may have any number. */
const MOST_FAULTS = 100

/** Finds keys that the schema does not know, and lists where settings should be. */
function findStructureFaults(
  value: unknown,
  node: Node,
  prefix: string,
  found: { readonly config: unknown; readonly faults: SettingFault[] },
): void {
  const { config, faults } = found
  if (faults.length >= MOST_FAULTS) return
  const { item } = bare(node)
  if (item && Array.isArray(value)) {
    for (const [i, own] of value.entries()) findStructureFaults(own, item, `${prefix}${i}.`, found)
    return
  }
  if (isSection(node) && Array.isArray(value))
    faults.push({ path: prefix.slice(0, -1), expected: 'an object', got: describe(value) })
  const entries = isSection(node) && isRecord(value) ? entriesOf(node, value) : undefined
  if (!entries) return
  for (const [key, part] of Object.entries(value as Plain)) {
    if (faults.length >= MOST_FAULTS) return
    if (Object.hasOwn(entries, key)) findStructureFaults(part, entries[key], `${prefix}${key}.`, found)
    else
      faults.push(ofOtherKind(node, value as Plain, prefix, key) ?? unknownSetting(`${prefix}${key}`, config))
  }
}

/** The fault of a setting that another kind of its section has; `undefined` if none has it. */
export function ofOtherKind(node: Node, value: Plain, prefix: string, key: string): SettingFault | undefined {
  const { key: lead = 'kind' } = bare(node)
  const kinds = kindsOf(node).filter(kind => Object.hasOwn(entriesOf(node, { [lead]: kind }) ?? {}, key))
  if (kinds.length === 0) return undefined
  const parts = Object.keys(entriesOf(node, value) ?? {}).filter(part => part !== lead)
  return {
    path: `${prefix}${key}`,
    expected: `a setting of ${lead} ${JSON.stringify(value[lead])} (${parts.join(', ') || 'it has none'})`,
    got: `one of ${lead} ${kinds.map(kind => JSON.stringify(kind)).join(' or ')}`,
    remedy: say`remove it, or set ${setting(`${prefix}${lead}`, kinds[0])}`,
  }
}

export function unknownSetting(path: string, config: unknown): SettingFault {
  const known = settingPaths(config)
  const lastKey = path.split('.').at(-1)
  const alike = known.filter(candidate => candidate.split('.').at(-1) === lastKey)
  const close = nearest(path, alike) ?? nearest(path, known) ?? alike[0]
  return {
    path,
    expected: 'a known setting',
    got: 'an unknown key',
    remedy: close ? say`did you mean ${setting(close)}?` : 'see docs/configuration.md for the settings',
  }
}

/** A value as a message shows it, cut where it is long. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch {
    // Too deep, or not JSON.
  }
  text ??= `a ${typeof value}`
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

function toFault(issue: v.BaseIssue<unknown>, config: unknown): SettingFault {
  const path = v.getDotPath(issue as Parameters<typeof v.getDotPath>[0]) ?? ''
  // Settings that do not go together may be defaults.
  const value = issue.type === 'raw_check' ? issue.input : valueAt(config, path)
  const choices = choicesOf(issue)
  const close = typeof value === 'string' ? nearest(value, choices) : undefined
  return {
    path,
    expected: choices.length > 0 ? `one of ${choices.join(', ')}` : expectation(issue),
    got: describe(value),
    ...(close !== undefined && { remedy: `did you mean ${close}?` }),
    ...(value === 0 && offSwitch(path, config)),
  }
}

/** How a part that a size of 0 was meant to turn off is turned off. */
function offSwitch(path: string, config: unknown): Pick<SettingFault, 'remedy'> | undefined {
  let node: Node | undefined = ROOT
  const keys = path.split('.')
  for (const [i, key] of keys.slice(0, -1).entries()) {
    node = entriesOf(node, i === 0 ? config : valueAt(config, keys.slice(0, i).join('.')))?.[key]
    if (!node) return undefined
    if (isSection(node) && isNullable(node))
      return { remedy: say`to turn it off, set ${setting(keys.slice(0, i + 1).join('.'), 'null')}` }
  }
  return undefined
}

/** The values, or the kinds, of which a setting has one. */
function choicesOf({ type, expected }: v.BaseIssue<unknown>): readonly string[] {
  if (!['picklist', 'variant'].includes(type) || expected === 'Object') return []
  return expected?.replace(/[()"]/g, '').split(' | ') ?? []
}

/** What the schema library's checks expect, in words. */
const WORDS: Readonly<Record<string, (limit: unknown, input: unknown) => string>> = {
  number: () => 'a number',
  string: () => 'a text',
  boolean: () => 'true or false',
  array: () => 'a list',
  integer: () => 'a whole number',
  finite: () => 'a finite number',
  multiple_of: factor => `a multiple of ${factor}`,
  min_value: least => `at least ${least}`,
  max_value: most => `at most ${most}`,
  gt_value: limit => `more than ${limit}`,
  lt_value: limit => `less than ${limit}`,
  min_length: (_, input) => `${typeof input === 'string' ? 'a text' : 'a list'} that is not empty`,
  max_length: (most, input) => `at most ${most} ${typeof input === 'string' ? 'characters' : 'entries'}`,
  max_entries: most => `at most ${most} entries`,
}

/** What a setting is that has no default and was not given. */
const MISSING: Readonly<Record<string, string>> = {
  seeds: 'a file with a few names of each type: on each line a type, a tab and a name',
}

function expectation({ type, requirement, input, received, message, path }: v.BaseIssue<unknown>): string {
  // The schema's own words.
  if (['check', 'raw_check', 'union', 'regex'].includes(type)) return message
  const words = WORDS[type]?.(requirement, input)
  if (words !== undefined) return words
  return received === 'undefined' ? (MISSING[String(path?.at(-1)?.key)] ?? 'a value') : 'an object'
}

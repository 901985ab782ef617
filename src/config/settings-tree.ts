/** The schema as a tree of sections, lists and single settings, which merging and messages walk along. */
import { isRecord } from '../base/json-types.js'
import { configSchema } from './schema.js'

export type Plain = { readonly [key: string]: unknown }

/** A schema of valibot's, as far as it says what it is made of. */
export interface Node {
  readonly type: string
  /** Of an optional or nullable schema. */
  readonly wrapped?: Node
  readonly default?: unknown
  /** Of a section. */
  readonly entries?: Readonly<Record<string, Node>>
  /** Of a variant: the setting that says which of the options it is. */
  readonly key?: string
  /** Of a variant or union. */
  readonly options?: readonly Node[]
  /** Of a list. */
  readonly item?: Node
}

export const ROOT = configSchema as unknown as Node

/** A schema without its default, and without whether it may be `null`. */
export function bare(node: Node): Node {
  return node.wrapped ? bare(node.wrapped) : node
}

export function isNullable(node: Node): boolean {
  return node.type === 'nullable' || (node.wrapped !== undefined && isNullable(node.wrapped))
}

/** Whether a setting consists of others, by name. */
export function isSection(node: Node): boolean {
  return ['strict_object', 'variant'].includes(bare(node).type)
}

/** Whether its parts are named by the user, such as class weights by tag. */
export function isOpen(node: Node): boolean {
  const { type, options = [] } = bare(node)
  return type === 'record' || options.some(option => option.type === 'record')
}

/** The settings of a section by name; `undefined` for a variant whose kind is unknown. */
export function entriesOf(node: Node, value: unknown): Readonly<Record<string, Node>> | undefined {
  const { entries, key, options } = bare(node)
  if (key === undefined) return entries
  const kind = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return options?.find(option => kindOf(option, key) === kind)?.entries
}

/** The kinds of a variant. */
export function kindsOf(node: Node): readonly string[] {
  const { key, options = [] } = bare(node)
  return key === undefined ? [] : options.map(option => kindOf(option, key))
}

function kindOf(option: Node, key: string): string {
  const { [key]: kind } = option.entries ?? {}
  return (kind as Node & { readonly literal: string }).literal
}

/** The setting that a plain text stands for: a variant's kind, or the only setting that has no default. */
export function leadOf(node: Node): string | undefined {
  const { key, entries = {} } = bare(node)
  return key ?? Object.keys(entries).find(name => entries[name].type !== 'optional')
}

/** Whether it is a list of files, which the path of one stands for. */
export function isFileList(node: Node): boolean {
  const { item } = bare(node)
  return item !== undefined && isSection(item) && leadOf(item) === 'file'
}

/** Where settings of a section or list are put into while nothing in it is set. */
export function startOf(node: Node): Plain | readonly unknown[] {
  const given = node.type === 'optional' ? node.default : undefined
  if (Array.isArray(given)) return given
  return isRecord(given) ? given : bare(node).type === 'array' ? [] : {}
}

/** The value of a setting's path; `undefined` if there is none. */
export function valueAt(config: unknown, path: string): unknown {
  let value = config
  for (const key of path.split('.'))
    value =
      (isRecord(value) || Array.isArray(value)) && Object.hasOwn(value, key)
        ? (value as Plain)[key]
        : undefined
  return value
}

/**
 * Every setting's path, sections and list items included: of variants those of their kinds, of lists as many items as
 * `config` has.
 */
export function settingPaths(config: unknown, node: Node = ROOT, prefix = ''): string[] {
  const below = (child: Node, value: unknown, key: string): string[] => [
    `${prefix}${key}`,
    ...settingPaths(value, child, `${prefix}${key}.`),
  ]
  if (bare(node).type === 'array') {
    const { item } = bare(node)
    const items = Array.isArray(config) ? config : startOf(node)
    return item && Array.isArray(items) ? items.flatMap((value, i) => below(item, value, String(i))) : []
  }
  const parts = isRecord(config) ? config : startOf(node)
  return Object.entries((isSection(node) && entriesOf(node, parts)) || {}).flatMap(([key, child]) =>
    below(child, (parts as Plain)[key], key),
  )
}

/** The default of a setting, where a configuration has the kinds and parts that it belongs to. */
export function defaultAt(config: unknown, path: string): unknown {
  let node: Node | undefined = ROOT
  let value = config
  for (const key of path.split('.')) {
    node = node && (bare(node).item ?? entriesOf(node, value)?.[key])
    value = isRecord(value) || Array.isArray(value) ? (value as Plain)[key] : undefined
  }
  return node?.default
}

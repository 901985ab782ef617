import * as v from 'valibot'
import type { Fault } from '../base/errors.js'
import { isRecord } from '../base/json-types.js'
import { nearest } from '../base/nearest.js'
import { conflicts } from './conflicts.js'
import { DEFAULTS } from './defaults.js'
import { ENCODER_BLOCK_DEFAULTS, ENCODER_KINDS, isEncoderKind } from './encoder-blocks.js'
import { ConfigError } from './errors.js'
import { PRESET_NAMES, PRESETS } from './presets.js'
import { type Config, configSchema, type PartialConfig } from './schema.js'

/** One `--training.epochs 20` of the command line: a dotted path and the text of its value. */
export interface Override {
  readonly path: string
  readonly text: string
}

/** Where a configuration comes from, weakest first: defaults, preset, file, overrides. */
export interface ConfigSources {
  readonly preset?: string
  /** Parsed JSON of a config file; may name a `preset` of its own. */
  readonly file?: unknown
  /** What to call the file in messages. */
  readonly fileName?: string
  readonly overrides?: readonly Override[]
}

type Plain = { [key: string]: unknown }

/**
 * Merges the sources and checks the result whole: every fault is reported at once, unknown keys with the nearest
 * known one.
 *
 * @throws ConfigError with a fault a line
 * @example
 * resolveConfig({ preset: 'bilstm-crf', overrides: [{ path: 'training.epochs', text: '3' }] }).training.epochs // 3
 */
export function resolveConfig(sources: ConfigSources): Config {
  const { fileName = 'config' } = sources
  if (sources.file !== undefined && !isRecord(sources.file))
    throw new ConfigError({ where: fileName, expected: 'a JSON object', got: describe(sources.file) })
  const { preset: filePreset, $schema: _schema, ...fromFile } = (sources.file ?? {}) as Plain
  const presetName = sources.preset ?? filePreset
  const merged = merge(
    merge(DEFAULTS as unknown as Plain, presetConfig(presetName, fileName) as Plain, ''),
    fromFile,
    '',
  )
  merged.encoder = filledBlocks(merged.encoder)
  const faults: Fault[] = []
  for (const override of sources.overrides ?? []) {
    applyOverride(merged, override, faults)
    merged.encoder = filledBlocks(merged.encoder)
  }
  const parsed = v.safeParse(configSchema, merged)
  if (!parsed.success)
    for (const fault of parsed.issues.map(issue => toFault(issue, merged)))
      if (!faults.some(({ where }) => where === fault.where)) faults.push(fault)
  if (faults.length === 0) faults.push(...conflicts(parsed.output as Config))
  if (faults.length > 0) throw new ConfigError(faults)
  return deepFreeze(parsed.output as Config)
}

function presetConfig(name: unknown, fileName: string): PartialConfig {
  if (name === undefined) return {}
  const preset = PRESETS.find(candidate => candidate.name === name)
  if (preset) return preset.config
  const close = typeof name === 'string' ? nearest(name, PRESET_NAMES) : undefined
  throw new ConfigError({
    where: typeof name === 'string' ? 'preset' : `${fileName}: preset`,
    expected: `one of ${PRESET_NAMES.join(', ')}`,
    got: describe(name),
    remedy: close ? `did you mean ${close}?` : undefined,
  })
}

/** Each block of an encoder with its kind's defaults below its own settings. What is no block stays as it is. */
function filledBlocks(encoder: unknown): unknown {
  if (!Array.isArray(encoder)) return encoder
  return encoder.map(block =>
    isRecord(block) && isEncoderKind(block.kind)
      ? { ...ENCODER_BLOCK_DEFAULTS[block.kind], ...block }
      : block,
  )
}

/** Deep merge of plain objects; anything else replaces. A record of class weights replaces too, whole. */
function merge(base: Plain, over: Plain, path: string): Plain {
  const result: Plain = {}
  for (const [key, value] of Object.entries(base))
    result[key] = isRecord(value) ? merge(value, {}, '') : value
  for (const [key, value] of Object.entries(over)) {
    const below = path ? `${path}.${key}` : key
    const mine = result[key]
    result[key] =
      isRecord(value) && isRecord(mine) && below !== 'decoder.classWeights'
        ? merge(mine, value, below)
        : value
  }
  return result
}

function applyOverride(config: Plain, { path, text }: Override, faults: Fault[]): void {
  const keys = path.split('.')
  let target: Plain = config
  for (const key of keys.slice(0, -1)) {
    const next = Object.hasOwn(target, key) ? target[key] : undefined
    if (Array.isArray(next)) {
      // A copy: the list may belong to the defaults or to a preset.
      target[key] = next.map(item => (isRecord(item) ? { ...item } : item))
      // `encoder.1.kind` behind the last block adds one.
      if (path === `encoder.${next.length}.kind`) (target[key] as unknown[]).push({ kind: text })
      target = target[key] as Plain
    } else if (isRecord(next)) target = next
    else {
      faults.push(unknownKey(path, keyPaths(config)))
      return
    }
  }
  const last = keys[keys.length - 1]
  if (!Object.hasOwn(target, last) && !path.startsWith('decoder.classWeights.')) {
    faults.push(unknownKey(path, keyPaths(config)))
    return
  }
  if (isRecord(target[last])) {
    faults.push({
      where: `--${path}`,
      expected: `one of its parts: ${Object.keys(target[last]).join(', ')}`,
      got: JSON.stringify(text),
      remedy: `write --${path}.${Object.keys(target[last])[0]} VALUE`,
    })
    return
  }
  target[last] = parseOverride(text, target[last])
  if (/^encoder\.\d+\.kind$/.test(path) && isEncoderKind(text)) {
    const known = ENCODER_BLOCK_DEFAULTS[text]
    for (const key of Object.keys(target)) if (!Object.hasOwn(known, key)) delete target[key]
  }
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

function unknownKey(path: string, known: readonly string[]): Fault {
  const close = nearest(path, known)
  const lastKey = path.split('.').at(-1)
  const elsewhere = close ? undefined : known.find(candidate => candidate.split('.').at(-1) === lastKey)
  const suggestion = close ?? elsewhere
  return {
    where: path,
    expected: 'a known setting',
    got: 'an unknown key',
    remedy: suggestion ? `did you mean ${suggestion}?` : 'see docs/configuration.md for the settings',
  }
}

function toFault(issue: v.BaseIssue<unknown>, config: Plain): Fault {
  const path = (v.getDotPath(issue as Parameters<typeof v.getDotPath>[0]) ?? '') || '(top level)'
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return unknownKey(
      path,
      keyPaths({ ...(DEFAULTS as unknown as Plain), encoder: knownBlocks(config.encoder) }),
    )
  }
  const section = noSection(config, path)
  if (section) return { where: section, expected: 'an object', got: describe(valueAt(config, section)) }
  return { where: path, expected: expectation(issue), got: describe(valueAt(config, path)) }
}

/** The part of a path that should be an object with settings in it and is a list, of which every setting is missing. */
function noSection(config: Plain, path: string): string | undefined {
  const keys = path.split('.')
  for (let length = 1; length < keys.length; length++) {
    const section = keys.slice(0, length).join('.')
    if (Array.isArray(valueAt(config, section)) && isRecord(valueAt(DEFAULTS as unknown as Plain, section)))
      return section
  }
  return undefined
}

function expectation(issue: v.BaseIssue<unknown>): string {
  const { type, expected, requirement } = issue
  switch (type) {
    case 'number':
      return 'a number'
    case 'string':
      return 'a text'
    case 'boolean':
      return 'true or false'
    case 'array':
      return 'a list'
    case 'integer':
      return 'a whole number'
    case 'min_value':
      return `at least ${String(requirement)}`
    case 'max_value':
      return `at most ${String(requirement)}`
    case 'gt_value':
      return `more than ${String(requirement)}`
    case 'lt_value':
      return `less than ${String(requirement)}`
    case 'min_length':
      return `${Array.isArray(issue.input) ? 'a list' : 'a text'} that is not empty`
    case 'variant':
      return `one of ${ENCODER_KINDS.join(', ')}`
    case 'picklist':
      return `one of ${expected?.replace(/[()"]/g, '').split(' | ').join(', ')}`
    case 'strict_object':
      return 'an object'
    default:
      return expected ?? 'another value'
  }
}

function valueAt(config: Plain, path: string): unknown {
  let value: unknown = config
  for (const key of path.split('.'))
    value = isRecord(value) || Array.isArray(value) ? (value as Plain)[key] : undefined
  return value
}

function keyPaths(config: Plain, prefix = ''): string[] {
  return Object.entries(config).flatMap(([key, value]) =>
    isRecord(value) || (Array.isArray(value) && value.some(isRecord))
      ? [`${prefix}${key}`, ...keyPaths(value as Plain, `${prefix}${key}.`)]
      : [`${prefix}${key}`],
  )
}

/** Blocks of the same kinds with nothing but the settings that their kinds have. */
function knownBlocks(encoder: unknown): unknown {
  if (!Array.isArray(encoder)) return DEFAULTS.encoder
  return encoder.map(block =>
    isRecord(block) && isEncoderKind(block.kind) ? ENCODER_BLOCK_DEFAULTS[block.kind] : block,
  )
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) deepFreeze(part)
  return Object.freeze(value)
}

import * as v from 'valibot'
import type { Fault } from '../base/errors.js'
import { formatPlace } from '../base/fault.js'
import { isRecord } from '../base/json-types.js'
import { nearest } from '../base/nearest.js'
import { conflicts } from './conflicts.js'
import { DEFAULTS } from './defaults.js'
import { ConfigError } from './errors.js'
import { describe, toFault } from './faults.js'
import { filledBlocks, hasPath, type Plain } from './known-settings.js'
import { applyOverrides, type Override } from './overrides.js'
import { PRESET_NAMES, PRESETS } from './presets.js'
import { type Config, configSchema, type PartialConfig } from './schema.js'
import { settingLines } from './setting-lines.js'

/** Where a configuration comes from, weakest first: defaults, preset, file, overrides. */
export interface ConfigSources {
  readonly preset?: string
  /** Parsed JSON of a config file; may name a `preset` of its own. */
  readonly file?: unknown
  /** What to call the file in messages, before the path of a setting. */
  readonly fileName?: string
  /** The file as it was parsed, so that messages tell the line too. */
  readonly fileText?: string
  readonly overrides?: readonly Override[]
}

/** A list's items hold what is set and nothing else, so that a block whose kind is changed keeps no other defaults. */
const BARE_DEFAULTS: Plain = {
  ...(DEFAULTS as unknown as Plain),
  encoder: DEFAULTS.encoder.map(({ kind }) => ({ kind })),
}

/**
 * Merges the sources and checks the result whole: every fault is reported at once, unknown keys with the nearest
 * known one.
 *
 * @throws ConfigError with a fault a line
 * @example
 * resolveConfig({ preset: 'bilstm-crf', overrides: [{ path: 'training.epochs', text: '3' }] }).training.epochs // 3
 */
export function resolveConfig(sources: ConfigSources): Config {
  if (sources.file !== undefined && !isRecord(sources.file))
    throw new ConfigError({
      where: sources.fileName ?? 'config',
      expected: 'a JSON object',
      got: describe(sources.file),
    })
  const { preset: filePreset, $schema: _schema, ...fromFile } = (sources.file ?? {}) as Plain
  const preset = (
    sources.preset === undefined
      ? presetConfig(filePreset, placeInFile('preset', sources))
      : presetConfig(sources.preset, 'preset')
  ) as Plain
  const merged = copyOf(merge(merge(BARE_DEFAULTS, preset, ''), fromFile, '')) as Plain
  const overridden: readonly Fault[] = applyOverrides(merged, sources.overrides ?? [])
  const faults = [...overridden]
  merged.encoder = filledBlocks(merged.encoder)
  const parsed = v.safeParse(configSchema, merged)
  if (!parsed.success)
    for (const fault of parsed.issues.map(issue => toFault(issue, merged)))
      if (!faults.some(({ where }) => where === fault.where)) faults.push(fault)
  if (faults.length === 0) faults.push(...conflicts(parsed.output as Config))
  if (faults.length > 0)
    throw new ConfigError(faults.map(fault => (overridden.includes(fault) ? fault : placed(fault, sources))))
  return deepFreeze(parsed.output as Config)
}

/** A fault of the merged settings, with the file's name and line unless an override said what is wrong. */
function placed(fault: Fault, sources: ConfigSources): Fault {
  const where = formatPlace(fault.where)
  const { file, overrides = [] } = sources
  if (!isRecord(file)) return fault
  const isOverridden = overrides.some(
    ({ path }) => path === where || path.startsWith(`${where}.`) || where.startsWith(`${path}.`),
  )
  // An item of a list is all of the list's maker; settings that clash may be two of which the file has the other.
  const list = /^(.*?)\.\d+(?:\.|$)/.exec(where)?.[1]
  const isInFile =
    overrides.length === 0 || hasPath(file, where) || (list !== undefined && hasPath(file, list))
  return isInFile && !isOverridden ? { ...fault, where: placeInFile(where, sources) } : fault
}

/** `nerite.config.json:12: training.epochs`, as far as there is a name and a line. */
function placeInFile(path: string, { fileName, fileText }: ConfigSources): string {
  if (fileName === undefined) return path
  const lines = fileText === undefined ? undefined : settingLines(fileText)
  let line: number | undefined
  // Where something is missing, the line of what it is missing in.
  for (let known = path; line === undefined && known !== ''; known = known.replace(/\.?[^.]*$/, ''))
    line = lines?.get(known)
  return `${fileName}${line === undefined ? '' : `:${line}`}: ${path}`
}

/** @param where the name is given */
function presetConfig(name: unknown, where: string): PartialConfig {
  if (name === undefined) return {}
  const preset = PRESETS.find(candidate => candidate.name === name)
  if (preset) return preset.config
  const close = typeof name === 'string' ? nearest(name, PRESET_NAMES) : undefined
  throw new ConfigError({
    where,
    expected: `one of ${PRESET_NAMES.join(', ')}`,
    got: describe(name),
    remedy: close ? `did you mean ${close}?` : undefined,
  })
}

/** Deep merge of plain objects; anything else replaces. A record of class weights replaces too, whole. */
function merge(base: Plain, over: Plain, path: string): Plain {
  const result: Plain = { ...base }
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

/** Records and lists anew, so that a preset or a file stays as it is. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copyOf(part)]))
    : value
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) deepFreeze(part)
  return Object.freeze(value)
}

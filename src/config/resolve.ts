import * as v from 'valibot'
import type { Fault } from '../base/errors.js'
import { isRecord } from '../base/json-types.js'
import { nearest } from '../base/nearest.js'
import { conflicts } from './conflicts.js'
import { DEFAULTS } from './defaults.js'
import { ConfigError } from './errors.js'
import { describe, toFault } from './faults.js'
import { filledBlocks, type Plain } from './known-settings.js'
import { applyOverrides, type Override } from './overrides.js'
import { PRESET_NAMES, PRESETS } from './presets.js'
import { type Config, configSchema, type PartialConfig } from './schema.js'

/** Where a configuration comes from, weakest first: defaults, preset, file, overrides. */
export interface ConfigSources {
  readonly preset?: string
  /** Parsed JSON of a config file; may name a `preset` of its own. */
  readonly file?: unknown
  /** What to call the file in messages. */
  readonly fileName?: string
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
  const { fileName = 'config' } = sources
  if (sources.file !== undefined && !isRecord(sources.file))
    throw new ConfigError({ where: fileName, expected: 'a JSON object', got: describe(sources.file) })
  const { preset: filePreset, $schema: _schema, ...fromFile } = (sources.file ?? {}) as Plain
  const presetName = sources.preset ?? filePreset
  const preset = presetConfig(presetName, fileName) as Plain
  const merged = copyOf(merge(merge(BARE_DEFAULTS, preset, ''), fromFile, '')) as Plain
  const faults: Fault[] = applyOverrides(merged, sources.overrides ?? [])
  merged.encoder = filledBlocks(merged.encoder)
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

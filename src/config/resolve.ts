import * as v from 'valibot'
import { type Fault, formatMessage, option, type Place, setting } from '../base/fault.js'
import { isRecord } from '../base/json-types.js'
import { nearest } from '../base/nearest.js'
import { conflicts } from './conflicts.js'
import { ConfigError } from './errors.js'
import { describe, type SettingFault, schemaFaults } from './faults.js'
import { merge } from './merge.js'
import { contradictions, type NetworkSettings, networkOf, withOpenSettings } from './network-settings.js'
import { applyOverrides, type Override } from './overrides.js'
import { PRESET_NAMES, PRESETS } from './presets.js'
import {
  type AnyConfig,
  type Config,
  type ConfigFile,
  configSchema,
  type PartialAnyConfig,
  type PresetName,
} from './schema.js'
import { settingLines } from './setting-lines.js'
import { type Plain, valueAt } from './settings-tree.js'

/** Where a configuration comes from, weakest first: defaults, the trained model to start from, preset, file, overrides. */
export interface ConfigSources extends UncheckedSources {
  readonly preset?: PresetName
  /** Settings, as a config file has them; may name a `preset` of its own. */
  readonly file?: ConfigFile
}

/** As `ConfigSources`, of which nothing is known yet: what was read from a file or typed by a user. */
export interface UncheckedSources {
  readonly preset?: string
  /** Parsed JSON of a config file; may name a `preset` of its own. */
  readonly file?: unknown
  /** What to call the file in messages. */
  readonly fileName?: string
  /** The file before it was parsed, so that messages can say the line. */
  readonly fileText?: string
  readonly overrides?: readonly Override[]
  /** The settings of the trained model that `from` names. Its network is the new tagger's. */
  readonly model?: NetworkSettings
}

/**
 * The configuration of a neural tagger: merges the sources and checks the result as a whole. All faults are reported at
 * once, unknown keys with the nearest known one. `resolveAnyConfig` reads every kind of recognizer.
 *
 * @throws ConfigError with one fault per line, and for another kind of recognizer
 * @example
 * resolveConfig({ preset: 'bilstm-crf', overrides: [{ path: 'training.epochs', text: '3' }] }).training.epochs // 3
 */
export function resolveConfig(sources: ConfigSources): Config {
  return parseConfig(sources)
}

/**
 * As `resolveConfig`, for settings that the compiler cannot check: parsed JSON, text that a user typed.
 *
 * @throws ConfigError as `resolveConfig`
 * @example
 * const config = parseConfig({ file: JSON.parse(text), fileName: 'nerite.config.json', fileText: text })
 */
export function parseConfig(sources: UncheckedSources): Config {
  const config = resolveAnyConfig(sources)
  if (config.recognizer === 'neural') return config
  throw new ConfigError({
    where: setting('recognizer'),
    expected: 'neural: the settings of a neural tagger',
    got: config.recognizer,
    remedy: 'read settings of every kind of recognizer with resolveAnyConfig',
  })
}

/**
 * As `parseConfig`, for every kind of recognizer.
 * @throws ConfigError with one fault per line
 * @example
 * const config = resolveAnyConfig({ preset: 'crf', file: { corpus: { train: 'train.conll' } } })
 */
export function resolveAnyConfig(sources: UncheckedSources): AnyConfig {
  const { config, faults: refused } = mergedSources(sources)
  const parsed = v.safeParse(configSchema, config)
  const faults = schemaFaults(config, parsed.issues).filter(
    ({ path }) => !refused.some(fault => fault.path === path),
  )
  let resolved = parsed.success ? parsed.output : undefined
  if (resolved && faults.length + refused.length === 0) {
    if (resolved.recognizer === 'neural' && sources.model)
      resolved = withOpenSettings(resolved, sources.model)
    if (resolved.recognizer === 'neural')
      faults.push(...conflicts(resolved), ...(sources.model ? contradictions(resolved, sources.model) : []))
  }
  if (faults.length > 0 || refused.length > 0 || !resolved)
    throw new ConfigError([
      ...refused.map(({ path, ...fault }) => ({ where: setting(path), ...fault })),
      ...faults.map(fault => placed(fault, sources)),
    ])
  return deepFreeze(resolved)
}

/**
 * The trained model that the sources say to start from; `undefined` if none. What else is wrong with them is for
 * `resolveConfig` to say.
 */
export function namedModel(sources: UncheckedSources): string | undefined {
  const model = valueAt(mergedSources(sources).config, 'from.model')
  return typeof model === 'string' ? model : undefined
}

/** The settings of all sources together, unchecked. */
function mergedSources(sources: UncheckedSources): ReturnType<typeof applyOverrides> {
  const { fileName, model } = sources
  if (sources.file !== undefined && !isRecord(sources.file))
    throw new ConfigError({
      where: fileName === undefined ? 'config' : { file: fileName },
      expected: 'a JSON object',
      got: describe(sources.file),
    })
  const { preset: filePreset, $schema: _schema, ...file } = (sources.file ?? {}) as Plain
  const preset =
    sources.preset === undefined
      ? presetConfig(filePreset, placeInFile('preset', sources))
      : presetConfig(sources.preset, option('preset'))
  const network = model && { recognizer: 'neural', ...networkOf(model) }
  const merged = merge(merge(network, preset), file)
  return applyOverrides(merged, sources.overrides ?? [])
}

/** A fault of the merged settings, with the file's name and line unless an override is to blame. */
function placed({ path, ...fault }: SettingFault, sources: UncheckedSources): Fault {
  const { file, overrides = [] } = sources
  const isOverridden = overrides.some(
    ({ path: own }) => own === path || own.startsWith(`${path}.`) || path.startsWith(`${own}.`),
  )
  const isInFile = isRecord(file) && !isOverridden && (overrides.length === 0 || hasPart(file, path))
  if (!isInFile) return { where: setting(path), ...fault }
  // In a file, other settings are called by their paths, not as options.
  const { expected, got, remedy } = fault
  return {
    where: placeInFile(path, sources),
    expected: formatMessage(expected),
    got,
    ...(remedy !== undefined && { remedy: formatMessage(remedy) }),
  }
}

/** Whether a file has a setting, or a text or list that stands for the section with the setting in it. */
function hasPart(file: object, path: string): boolean {
  for (let part = path; part !== ''; part = parentOf(part)) {
    const value = valueAt(file, part)
    if (value !== undefined) return part === path || !isRecord(value)
  }
  return false
}

/** The file and line of a setting; of one that is missing, the line of the section that it is missing in. */
function placeInFile(path: string, { fileName, fileText }: UncheckedSources): Place {
  if (fileName === undefined) return setting(path)
  const lines = fileText === undefined ? undefined : settingLines(fileText)
  let line: number | undefined
  for (let known = path; line === undefined && known !== ''; known = parentOf(known)) line = lines?.get(known)
  return { file: fileName, ...(line !== undefined && { line }), field: path }
}

function parentOf(path: string): string {
  return path.replace(/\.?[^.]*$/, '')
}

/** @param where the name is given */
function presetConfig(name: unknown, where: Place): PartialAnyConfig {
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

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) deepFreeze(part)
  return Object.freeze(value)
}

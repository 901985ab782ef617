/** What the schema finds, in words for people. */
import * as v from 'valibot'
import type { Fault } from '../base/errors.js'
import { isRecord } from '../base/json-types.js'
import { nearest } from '../base/nearest.js'
import { DEFAULTS } from './defaults.js'
import { ENCODER_BLOCK_DEFAULTS, ENCODER_KINDS, isEncoderKind } from './encoder-blocks.js'
import { keyPaths, type Plain, valueAt, withKnownSettings } from './known-settings.js'

export function toFault(issue: v.BaseIssue<unknown>, config: Plain): Fault {
  const path = (v.getDotPath(issue as Parameters<typeof v.getDotPath>[0]) ?? '') || '(top level)'
  if (issue.type === 'strict_object' && issue.expected === 'never')
    return unknownKey(path, keyPaths(knownAlone(config)))
  const section = noSection(config, path)
  if (section) return { where: section, expected: 'an object', got: describe(valueAt(config, section)) }
  return { where: path, expected: expectation(issue), got: describe(valueAt(config, path)) }
}

/** @param known paths to look for the nearest among */
export function unknownKey(path: string, known: readonly string[]): Fault {
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

export function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/** The settings there are, with as many blocks, columns and gazetteers as the configuration has and nothing else of it. */
function knownAlone(config: Plain): Plain {
  const { encoder } = config
  const empty = (list: unknown) => (Array.isArray(list) ? list.map(() => ({})) : [])
  return withKnownSettings({
    ...DEFAULTS,
    input: {
      ...DEFAULTS.input,
      columns: empty(valueAt(config, 'input.columns')),
      gazetteers: empty(valueAt(config, 'input.gazetteers')),
    },
    encoder: Array.isArray(encoder)
      ? encoder.map(block =>
          isRecord(block) && isEncoderKind(block.kind) ? ENCODER_BLOCK_DEFAULTS[block.kind] : block,
        )
      : DEFAULTS.encoder,
  })
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
    // The schema's own words.
    case 'check':
    case 'union':
      return issue.message
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
    case 'multiple_of':
      return `a multiple of ${String(requirement)}`
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

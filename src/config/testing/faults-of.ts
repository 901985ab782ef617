import assert from 'node:assert/strict'
import { formatMessage, formatPlace } from '../../base/fault.js'
import { ConfigError } from '../errors.js'
import { parseConfig, type UncheckedSources } from '../resolve.js'

/** A fault with its references written out. */
export interface PlainFault {
  readonly where: string
  readonly expected: string
  readonly got: string
  readonly remedy: string
}

/** What is wrong with a configuration that must be refused. */
export function faultsOf(sources: UncheckedSources): readonly PlainFault[] {
  try {
    parseConfig(sources)
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    assert.equal(error.code, 'config/invalid')
    return error.faults.map(({ where, expected, got, remedy = '' }) => ({
      where: formatPlace(where),
      expected: formatMessage(expected),
      got: formatMessage(got),
      remedy: formatMessage(remedy),
    }))
  }
  assert.fail(`accepted: ${JSON.stringify(sources)}`)
}

/** Where the faults are. */
export function placesOf(sources: UncheckedSources): readonly string[] {
  return faultsOf(sources).map(({ where }) => where)
}

/** `path, text, path, text …` as overrides. */
export function overrides(...parts: readonly string[]) {
  return parts.flatMap((path, i) => (i % 2 === 0 ? [{ path, text: parts[i + 1] }] : []))
}

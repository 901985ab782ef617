import { closeSync, openSync, readSync } from 'node:fs'
import { InputError } from '../../base/errors.js'
import { option, say, verb } from '../../base/fault.js'
import { checkNewOutput, writeOutput } from '../../base/node/output-file.js'
import { fileFault } from '../../base/place-fault.js'
import { parseSecret } from '../../redact/keys.js'
import { newRedactionKey } from '../../redact/redactor.js'

/** The variable of the environment that may have a key. */
const KEY_VARIABLE = 'NERITE_REDACTION_KEY'

/**
 * The key in a file, or in the environment.
 * @returns `undefined` where there is none
 * @throws InputError `redact/key` for a file that cannot be read, and for what is no key
 */
export function readRedactionKey(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  if (file !== undefined) return checked(readKeyFile(file), file)
  const key = environment[KEY_VARIABLE]
  return key === undefined || key === '' ? undefined : checked(key, KEY_VARIABLE)
}

function checked(key: string, where: string): string {
  parseSecret(key, where)
  return key
}

function readKeyFile(file: string): string {
  try {
    return beginningOf(file)
  } catch (error) {
    throw new InputError('redact/key', {
      where: file,
      expected: 'a file with a key',
      got: fileFault(error) ?? 'a file that cannot be read',
      remedy: say`make one with ${verb('redact-key', [file])}`,
    })
  }
}

/** More than any key has: what is longer, or has no end, is none. */
const MOST_BYTES = 4096

/** It may be a pipe, too. */
function beginningOf(file: string): string {
  const bytes = Buffer.alloc(MOST_BYTES)
  const descriptor = openSync(file, 'r')
  try {
    let length = 0
    for (;;) {
      const count = readSync(descriptor, bytes, length, MOST_BYTES - length, null)
      length += count
      if (count === 0 || length === MOST_BYTES) return bytes.toString('utf8', 0, length)
    }
  } finally {
    closeSync(descriptor)
  }
}

/** Refuses a missing key. @throws InputError `redact/key` */
export function requireRedactionKey(key: string | undefined, needs: string): string {
  if (key !== undefined) return key
  throw new InputError('redact/key', {
    where: option('keyFile'),
    expected: `a key, which ${needs} needs`,
    got: 'none',
    remedy: say`make one with ${verb('redact-key', ['FILE'])}, or set ${KEY_VARIABLE}`,
  })
}

/** Writes a new key into a new file that only its owner may read. @throws InputError `output/place` */
export function writeRedactionKey(file: string, force: boolean): void {
  checkNewOutput(file, force)
  writeOutput(file, `${newRedactionKey()}\n`, 0o600)
}

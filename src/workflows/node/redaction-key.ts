import { chmodSync, readFileSync } from 'node:fs'
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
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new InputError('redact/key', {
      where: file,
      expected: 'a file with a key',
      got: fileFault(error) ?? 'a file that cannot be read',
      remedy: say`make one with ${verb('redact-key', [file])}`,
    })
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
  writeOutput(file, `${newRedactionKey()}\n`)
  chmodSync(file, 0o600)
}

import { readFileSync } from 'node:fs'
import { InputError } from '../../base/errors.js'
import { fileFault } from '../../base/place-fault.js'

/**
 * The text of a file or, for `-`, of standard input, in UTF-8. A byte order mark stays. No message quotes any of it.
 * @throws InputError `redact/file`
 */
export function readTextFile(file: string): string {
  const where = file === '-' ? 'standard input' : file
  try {
    const bytes = readFileSync(file === '-' ? 0 : file)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError)
      throw new InputError('redact/file', {
        where,
        expected: 'text in UTF-8',
        got: 'other bytes',
        remedy: 'save it in UTF-8 first',
      })
    throw new InputError('redact/file', {
      where,
      expected: 'a file to read',
      got: fileFault(error) ?? 'one that cannot be read',
    })
  }
}

import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { InputError } from '../../base/errors.js'
import type { Place } from '../../base/fault.js'
import { isFolder, plainFileFault } from '../../base/node/path-kind.js'
import { fileFault } from '../../base/place-fault.js'
import { readGazetteer } from '../../encode/node/read-gazetteer.js'
import type { ParsedRules } from '../file/check-rules.js'
import { withNames } from '../file/with-names.js'

/** Whether a path is that of a rules file rather than of a run folder. */
export function isRulesFile(path: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(path) && !isFolder(path)
}

const MOST_BYTES = 2 ** 23
/** Bytes of a list of names: a million names of fifty letters. */
const MOST_LIST_BYTES = 2 ** 26

/**
 * Reads a rules file, and the lists of names that it refers to: their paths are relative to the rules file. Names of files
 * become names of the rules.
 *
 * @throws InputError `rules/file` where a file cannot be read; as `parseRules`; EncodeError `encode/gazetteer` for a list
 *   without names, or not in UTF-8
 */
export async function readRules(path: string): Promise<ParsedRules> {
  // The reader of YAML takes longer to load than most models.
  const { parseRules } = await import('../file/parse-rules.js')
  const parsed = parseRules(textOf(path), path)
  return withNames(parsed, async (file, i) => {
    const list = resolve(dirname(path), file)
    const where = parsed.placeOf(['rules', i, 'file'])
    checkPlain(list, MOST_LIST_BYTES, where, 'a list of names, one per line,')
    const { ignoreCase = false } = parsed.spec.rules[i]
    return (await readGazetteer({ file: list, ignoreCase })).entries
  })
}

function textOf(path: string): string {
  checkPlain(path, MOST_BYTES, path, 'a rules file')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (error) {
    const got = error instanceof TypeError ? 'bytes that are not UTF-8' : fileFault(error)
    if (got === undefined) throw error
    throw new InputError('rules/file', { where: path, expected: 'a rules file in UTF-8', got })
  }
}

/** A rules file may come from anyone: what it names must be a plain file of a size that can be read. */
function checkPlain(path: string, most: number, where: Place, what: string): void {
  const got = plainFileFault(path, most)
  if (got === undefined) return
  throw new InputError('rules/file', {
    where,
    expected: `${what} of at most ${most} bytes`,
    got,
    ...(path !== where && { remedy: `the path is relative to the rules file: ${path}` }),
  })
}

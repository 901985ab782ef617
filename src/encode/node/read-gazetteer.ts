import { statSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { CorpusError } from '../../corpus/corpus-error.js'
import { decodeFile } from '../../corpus/node/decode-file.js'
import { EncodeError } from '../encode-error.js'
import type { GazetteerList } from '../gazetteer.js'

export interface GazetteerFile {
  readonly file: string
  /** Default: the file's name without its ending. */
  readonly name?: string
  readonly ignoreCase: boolean
}

/**
 * Reads a list of names, one a line, in UTF-8; empty lines are left out, and of a name that comes twice the second.
 *
 * @throws EncodeError `encode/gazetteer` where there is no such file, no name in it or text in another encoding
 * @example
 * const cities = createGazetteer(await readGazetteer({ file: 'cities.txt', ignoreCase: true }))
 */
export async function readGazetteer({ file, name, ignoreCase }: GazetteerFile): Promise<GazetteerList> {
  const fault = (got: string, remedy: string) =>
    new EncodeError('encode/gazetteer', { where: file, expected: 'a list of names, one a line', got, remedy })
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw fault('no such file', 'check the path')
  const lines = (await readUtf8(file))
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map(line => line.trim())
  const entries = [...new Set(lines)].filter(line => line !== '')
  if (entries.length === 0) throw fault('an empty file', 'put names in it, or leave the gazetteer out')
  return { name: name ?? basename(file, extname(file)), ignoreCase, entries }
}

/** No encoding is guessed: what a guess made of the names would be saved with the model. */
async function readUtf8(file: string): Promise<string> {
  let text = ''
  try {
    for await (const piece of decodeFile(file, { encoding: 'utf-8' })) text += piece
  } catch (error) {
    if (!(error instanceof CorpusError)) throw error
    const remedy = 'save the list as UTF-8'
    throw new EncodeError(
      'encode/gazetteer',
      error.faults.map(fault => ({ ...fault, remedy })),
    )
  }
  return text
}

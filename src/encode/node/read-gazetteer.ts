import { basename, extname } from 'node:path'
import { say, setting } from '../../base/fault.js'
import { CorpusError } from '../../corpus/corpus-error.js'
import type { Encoding } from '../../corpus/decode.js'
import { decodeFile } from '../../corpus/node/decode-file.js'
import { EncodeError } from '../encode-error.js'
import type { GazetteerList } from '../gazetteer.js'
import { listNames } from '../list-names.js'

export interface GazetteerFile {
  readonly file: string
  /** Default: the file's name without its ending. */
  readonly name?: string
  readonly ignoreCase: boolean
  /** Default: UTF-8, or UTF-16 where the file begins with its byte order mark. */
  readonly encoding?: Encoding
}

/**
 * Reads a list of names, one per line. Empty lines and repeated names are left out.
 *
 * @throws EncodeError `encode/gazetteer` where there is no such file, no name in it, or bytes that are not in the
 * encoding (with their line)
 * @example
 * const cities = createGazetteer(await readGazetteer({ file: 'cities.txt', ignoreCase: true }))
 */
export async function readGazetteer({
  file,
  name,
  ignoreCase,
  encoding,
}: GazetteerFile): Promise<GazetteerList> {
  const entries = listNames(await decoded(file, encoding))
  if (entries.length === 0)
    throw new EncodeError('encode/gazetteer', {
      where: { file },
      expected: LIST,
      got: 'an empty file',
      remedy: 'put names in it, or leave the gazetteer out',
    })
  return { name: name ?? basename(file, extname(file)), ignoreCase, entries }
}

const LIST = 'a list of names, one per line'
const OTHER_ENCODING = say`save the list as UTF-8, or set its encoding beside its file in ${setting('input.gazetteers')}: windows-1252 or latin1`

/** The encoding is never guessed: wrongly decoded names would be saved with the model. */
async function decoded(file: string, encoding?: Encoding): Promise<string> {
  let text = ''
  try {
    for await (const piece of decodeFile(file, { encoding, guess: false })) text += piece
  } catch (error) {
    if (!(error instanceof CorpusError)) throw error
    const { code, faults } = error
    throw new EncodeError(
      'encode/gazetteer',
      faults.map(fault =>
        code === 'corpus/file'
          ? { ...fault, expected: LIST }
          : { ...fault, ...(fault.code === 'not-utf-8' && { remedy: OTHER_ENCODING }) },
      ),
    )
  }
  return text
}

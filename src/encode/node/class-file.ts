/**
 * Files of word classes, as the programs for Brown clusters write them (Liang 2005): on each line the class's path, a tab, a
 * word, a tab and how often the word occurs.
 */
import { basename, extname } from 'node:path'
import { unzipped } from '../../base/node/unzipped.js'
import { fileFault } from '../../base/place-fault.js'
import { EncodeError } from '../encode-error.js'
import { isVectorWord } from '../fixed-vectors.js'
import { isClassPath, type WordClassList } from '../word-classes.js'

export interface ClassFile {
  readonly file: string
  /** Default: the file's name without its ending. */
  readonly name?: string
}

const MOST_BYTES = 2 ** 28

/**
 * Reads word classes, from a file that may be compressed with gzip.
 * @throws EncodeError `encode/classes` for a line that is none, a word that occurs twice, an empty or too large file
 * @example
 * const list = await readClassFile({ file: 'brown.paths' })
 * classLookup(list)('London') // '1101001'
 */
export async function readClassFile({ file, name }: ClassFile): Promise<WordClassList> {
  const text = await decoded(file)
  const classes = new Map<string, string[]>()
  const seen = new Set<string>()
  const lines = text.split('\n')
  for (const [i, line] of lines.entries()) {
    if (line === '' || line === '\r') continue
    const [path = '', word = '', count, ...more] = line.replace(/\r$/, '').split('\t')
    const where = { file, line: i + 1 }
    if (!isClassPath(path) || !isVectorWord(word) || more.length > 0 || !/^\d{1,15}$/.test(count ?? '1'))
      throw fault(
        where,
        'a path of 0 and 1, a tab, a word without spaces, a tab and a count',
        JSON.stringify(line.slice(0, 60)),
      )
    if (seen.size === seen.add(word).size)
      throw fault(where, 'every word once', `${JSON.stringify(word)} again`)
    const words = classes.get(path)
    if (words) words.push(word)
    else classes.set(path, [word])
  }
  if (seen.size === 0) throw fault({ file }, 'words and their classes', 'an empty file')
  const own = [...classes].map(([path, words]) => ({ path, words: words.join(' ') }))
  return {
    name: name ?? basename(file.replace(/\.gz$/, ''), extname(file.replace(/\.gz$/, ''))),
    classes: own,
  }
}

/** The file of classes, in the order of their paths and, within a class, of the words. */
export function classFileText(
  words: readonly { readonly path: string; readonly word: string; readonly count: number }[],
): string {
  const order = words.map((own, i) => [own, i] as const)
  order.sort(([a, i], [b, j]) => (a.path < b.path ? -1 : a.path > b.path ? 1 : i - j))
  return order.map(([{ path, word, count }]) => `${path}\t${word}\t${count}\n`).join('')
}

async function decoded(file: string): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of unzipped(file)) {
      chunks.push(chunk)
      length += chunk.length
      if (length > MOST_BYTES) throw fault({ file }, `at most ${MOST_BYTES} bytes`, 'more')
    }
  } catch (error) {
    const got = fileFault(error) ?? UNREADABLE[(error as NodeJS.ErrnoException).code ?? '']
    throw got === undefined ? error : fault({ file }, 'a file of word classes', got)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw fault({ file }, 'UTF-8', 'other bytes')
  }
}

const UNREADABLE: Readonly<Record<string, string>> = {
  EISDIR: 'a folder',
  Z_DATA_ERROR: 'a file that is damaged or not compressed with gzip',
  Z_BUF_ERROR: 'a compressed file that is cut short',
}

function fault(where: { readonly file: string; readonly line?: number }, expected: string, got: string) {
  return new EncodeError('encode/classes', {
    where,
    expected,
    got,
    remedy: 'give a file of nerite classes, or make it again',
  })
}

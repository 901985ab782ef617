import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { peek, unzipped } from '../../base/node/unzipped.js'
import { fileFault } from '../../base/place-fault.js'
import { readBinaryVectors } from './binary-vectors.js'
import { readCompactVectors } from './compact-vectors.js'
import { readJsonVectors } from './json-vectors.js'
import { readSennaVectors, readTextVectors } from './text-vectors.js'
import { type CollectOptions, type ReadVectors, VectorCollector, vectorFault } from './vector-collector.js'
import { vectorFormatOf } from './vector-format.js'

export interface ReadVectorsOptions extends CollectOptions {
  /** Bytes read at a time. */
  readonly chunkBytes?: number
}

/**
 * Reads pretrained word vectors: GloVe, word2vec (text and binary), fastText `.vec`, winkNLP's JSON and compact
 * files, gzip-compressed or not, and SENNA (its folder, or `embeddings.txt` with `words.lst` beside it). The format is recognized by the
 * content. Streaming: memory grows only with what is kept. If a word occurs twice, its first vector counts.
 *
 * @throws EncodeError `encode/vectors` for vectors of another dimension, something that is not a number, or a file that
 * is missing, of another kind, damaged, or shorter or longer than its header says
 * @example
 * const vectors = await readVectorFile('cc.en.300.vec.gz', { keep: wantedForms(vocabulary.entries), first: 100_000 })
 * vectors.rows.get('the') // its row in vectors.matrix
 */
export async function readVectorFile(path: string, options: ReadVectorsOptions = {}): Promise<ReadVectors> {
  const senna = sennaFiles(path)
  const collector = new VectorCollector(senna?.embeddings ?? path, options)
  const open = (file: string) => bytesOf(file, options.chunkBytes ?? 2 ** 20)
  if (senna) {
    const lists = { path: senna.words, source: open(senna.words) }
    await readSennaVectors(lists, open(senna.embeddings), collector)
    return collector.result()
  }
  const { head, all } = await peek(open(path), HEAD)
  switch (vectorFormatOf(head, path)) {
    case 'text':
      await readTextVectors(all, collector)
      break
    case 'binary':
      await readBinaryVectors(all, collector)
      break
    case 'json':
      await readJsonVectors(all, collector)
      break
    case 'compact':
      await readCompactVectors(all, collector)
      break
  }
  return collector.result()
}

/** SENNA's two files, where `path` is its folder or its `embeddings.txt`. */
function sennaFiles(path: string): { readonly words: string; readonly embeddings: string } | undefined {
  // A loop of links is reported when the file is read.
  const isFolder = existsSync(path) && statSync(path).isDirectory()
  if (!isFolder && !/^embeddings\.txt(\.gz)?$/.test(basename(path))) return undefined
  const folder = isFolder ? path : dirname(path)
  const find = (...candidates: string[]) =>
    candidates.flatMap(file => [file, `${file}.gz`]).find(file => existsSync(file))
  const embeddings = isFolder
    ? find(join(folder, 'embeddings.txt'), join(folder, 'embeddings', 'embeddings.txt'))
    : path
  const words = find(
    join(folder, 'words.lst'),
    join(folder, 'hash', 'words.lst'),
    join(folder, '..', 'hash', 'words.lst'),
  )
  if (embeddings && words) return { words, embeddings }
  if (!isFolder) return undefined
  const missing = embeddings ? 'words.lst' : 'embeddings.txt'
  throw vectorFault(
    { file: path },
    'a file of word vectors, or the folder of SENNA',
    `a folder without ${missing}`,
    'give the file itself',
  )
}

/** A file's bytes, decompressed. @throws EncodeError for a stream that ends too early or cannot be read */
async function* bytesOf(path: string, chunkBytes: number): AsyncGenerator<Buffer> {
  try {
    yield* unzipped(path, chunkBytes)
  } catch (error) {
    throw asVectorFault(error, path)
  }
}

/** Enough bytes to tell the formats apart. */
const HEAD = 2 ** 16

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: 'a folder',
  Z_DATA_ERROR: 'a file that is damaged or not compressed with gzip',
  Z_BUF_ERROR: 'a compressed file that is cut short',
}

function asVectorFault(error: unknown, path: string): unknown {
  const reason = fileFault(error) ?? REASONS[(error as NodeJS.ErrnoException).code ?? '']
  return reason
    ? vectorFault({ file: path }, 'a file of word vectors', reason, 'check the path and the file')
    : error
}

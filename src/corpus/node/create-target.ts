import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Format } from '../../base/format-names.js'
import { syncDirectory } from '../../base/node/atomic-file.js'
import { forgetUnfinished, temporarySibling, trackUnfinished } from '../../base/node/temporary.js'
import { placeFault } from '../../base/place-fault.js'
import { type BratFiles, BratWriter } from '../brat/write-brat.js'
import { CorpusError } from '../corpus-error.js'
import { createFileWriter } from '../create-file-writer.js'
import { FORMAT_KINDS } from '../formats.js'
import type { Sentence } from '../sentence.js'
import type { LossLog, WriteOptions } from '../sentence-writer.js'
import { createOutput } from './create-output.js'

/** A corpus that is being written: a file, or a folder. It appears under its name when it is committed. */
export interface CorpusTarget {
  readonly losses: LossLog
  readonly write: (sentence: Sentence) => Promise<void>
  readonly commit: () => Promise<void>
  readonly discard: () => Promise<void>
}

/**
 * Starts a corpus.
 * @param force whether an existing file is replaced; an existing folder never is
 * @throws CorpusError `corpus/exists`, `corpus/file`, `corpus/options` for a format that is only read
 */
export async function createTarget(
  path: string,
  format: Format,
  { force = false, ...options }: WriteOptions & { readonly force?: boolean } = {},
): Promise<CorpusTarget> {
  if (FORMAT_KINDS[format].isFolder) return createFolder(path)
  const writer = await createFileWriter(format, options)
  const file = await createOutput(path, force)
  return {
    losses: writer.losses,
    write: async sentence => file.write(await writer.write(sentence)),
    commit: async () => {
      if (writer.end) await file.write(await writer.end())
      await file.commit()
    },
    discard: () => file.discard(),
  }
}

async function createFolder(path: string): Promise<CorpusTarget> {
  await checkFolderName(path)
  const folder = resolve(path)
  const temporary = temporarySibling(folder)
  await makeFolder(temporary, path)
  trackUnfinished(temporary)
  const writer = new BratWriter()
  const made = new Set<string>([temporary])
  const save = async (files: BratFiles | undefined) => {
    if (files === undefined) return
    const base = join(temporary, files.path)
    if (!made.has(dirname(base))) await mkdir(dirname(base), { recursive: true })
    made.add(dirname(base))
    await writeFile(`${base}.txt`, files.text, { flag: 'wx', flush: true })
    await writeFile(`${base}.ann`, files.annotations, { flag: 'wx', flush: true })
  }
  return {
    losses: writer.losses,
    write: async sentence => save(writer.add(sentence)),
    commit: async () => {
      await save(writer.end())
      await writeFile(join(temporary, 'annotation.conf'), writer.configuration, { flag: 'wx', flush: true })
      await rename(temporary, folder)
      forgetUnfinished(temporary)
      syncDirectory(dirname(folder))
    },
    discard: async () => {
      await rm(temporary, { recursive: true, force: true })
      forgetUnfinished(temporary)
    },
  }
}

async function checkFolderName(path: string): Promise<void> {
  const fail = (code: 'corpus/exists' | 'corpus/options', got: string, remedy: string) =>
    new CorpusError(code, {
      where: { file: path },
      expected: 'the name of a new folder, since each document is two files in it',
      got,
      remedy,
    })
  if (/\.(ann|txt)$/i.test(path)) throw fail('corpus/options', 'the name of a file', 'leave out the ending')
  const found = await stat(path).catch(() => undefined)
  if (found)
    throw fail(
      'corpus/exists',
      found.isDirectory() ? 'a folder that exists' : 'a file',
      'choose another name, or remove what is there',
    )
}

/** @param asked the folder's final name */
async function makeFolder(folder: string, asked: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    const isMissing = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
    const got = isMissing ? 'no such folder' : placeFault(error)
    if (got === undefined) throw error
    const where = { file: dirname(asked) }
    throw new CorpusError('corpus/file', { where, expected: 'a folder to write into', got })
  }
}

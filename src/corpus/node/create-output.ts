import { lstat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { option, say } from '../../base/fault.js'
import { AtomicFile } from '../../base/node/atomic-file.js'
import { CorpusError } from '../corpus-error.js'

/**
 * Starts a corpus file.
 * @param force whether an existing file is replaced
 * @throws CorpusError `corpus/exists`, `corpus/file` if there is no such folder
 */
export async function createOutput(path: string, force: boolean): Promise<AtomicFile> {
  await refuseExisting(path, force)
  try {
    return await AtomicFile.create(path)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const got = {
      ENOENT: 'no such folder',
      ENOTDIR: 'no such folder',
      EACCES: 'one that may not be written to',
      ELOOP: 'links that lead to each other',
    }[code ?? '']
    if (got === undefined) throw error
    const where = { file: dirname(path) }
    throw new CorpusError('corpus/file', { where, expected: 'a folder to write into', got })
  }
}

async function refuseExisting(path: string, force: boolean): Promise<void> {
  // Links are not followed: the new file would replace the link itself, even one such as /dev/stdout.
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined || (force && found.isFile())) return
  const [got, remedy] = found.isDirectory()
    ? ['a folder', 'name a file in it']
    : found.isFile()
      ? ['an existing file', say`choose another name, or replace it with ${option('force')}`]
      : ['a link, device or pipe', 'name a file; - is standard output']
  throw new CorpusError('corpus/exists', {
    where: { file: path },
    expected: 'a file that does not exist yet',
    got,
    remedy,
  })
}

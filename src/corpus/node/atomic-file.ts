import { randomUUID } from 'node:crypto'
import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CorpusError } from '../corpus-error.js'
import { forgetUnfinished, trackUnfinished } from './unfinished.js'

const BUFFER = 1 << 18

/**
 * A file that appears under its name only when it is complete. Until `commit` it stands beside it under a temporary
 * name; `discard` leaves nothing behind. Errors of the disk (ENOSPC and the like) pass through.
 */
export class AtomicFile {
  private buffered = ''

  private constructor(
    readonly path: string,
    private readonly temporary: string,
    private readonly file: FileHandle,
  ) {}

  /**
   * @param force whether an existing file is replaced
   * @throws CorpusError `corpus/exists`, `corpus/file` where there is no such folder
   */
  static async create(path: string, force: boolean): Promise<AtomicFile> {
    await refuseExisting(path, force)
    const temporary = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.tmp`)
    try {
      const file = new AtomicFile(path, temporary, await open(temporary, 'wx'))
      trackUnfinished(temporary)
      return file
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      const got = {
        ENOENT: 'no such folder',
        ENOTDIR: 'no such folder',
        EACCES: 'one that may not be written to',
        ELOOP: 'links that lead to each other',
      }[code ?? '']
      if (got === undefined) throw error
      throw new CorpusError('corpus/file', { where: dirname(path), expected: 'a folder to write into', got })
    }
  }

  async write(text: string): Promise<void> {
    this.buffered += text
    if (this.buffered.length >= BUFFER) await this.flush()
  }

  async commit(): Promise<void> {
    await this.flush()
    await this.file.sync()
    await this.file.close()
    await rename(this.temporary, this.path)
    forgetUnfinished(this.temporary)
  }

  async discard(): Promise<void> {
    await this.file.close().catch(() => {})
    await rm(this.temporary, { force: true })
    forgetUnfinished(this.temporary)
  }

  private async flush(): Promise<void> {
    const text = this.buffered
    this.buffered = ''
    if (text !== '') await this.file.writeFile(text)
  }
}

async function refuseExisting(path: string, force: boolean): Promise<void> {
  // Links are not followed: what is put in place of one would take it from the file behind, or from /dev/stdout.
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined || (force && found.isFile())) return
  const [got, remedy] = found.isDirectory()
    ? ['a folder', 'name a file in it']
    : found.isFile()
      ? ['an existing file', 'choose another name, or pass --force to replace it']
      : ['a link, device or pipe', 'name a file; - is standard output']
  throw new CorpusError('corpus/exists', {
    where: path,
    expected: 'a file that does not exist yet',
    got,
    remedy,
  })
}

import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { forgetUnfinished, temporarySibling, trackUnfinished } from './temporary.js'

/** What a file is made of: text, bytes, or bytes in parts, written in turn. */
export type Content = string | Uint8Array | Iterable<Uint8Array>

/**
 * Writes a whole file. At every moment, power cuts included, `path` is either as it was or complete: a temporary
 * sibling is written, flushed to disk and renamed. On any error (a full disk: the system's ENOSPC) it is removed.
 *
 * @example
 * writeFileAtomically('runs/a/metrics.json', JSON.stringify(metrics))
 */
export function writeFileAtomically(path: string, content: Content, mode?: number): void {
  const temporary = temporarySibling(path)
  try {
    writeNewFile(temporary, content, mode)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  syncDirectory(dirname(path))
}

/** Writes a file that must not exist yet, flushed to disk. */
export function writeNewFile(path: string, content: Content, mode?: number): void {
  const file = openSync(path, 'wx', mode)
  try {
    for (const part of partsOf(content)) writeAll(file, part)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Flushes a folder's entries, so that a rename in it outlives a power cut. Does nothing where the system cannot. */
export function syncDirectory(path: string): void {
  let folder: number | undefined
  try {
    folder = openSync(path, 'r')
    fsyncSync(folder)
  } catch (error) {
    if (!CANNOT_SYNC.has((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    if (folder !== undefined) closeSync(folder)
  }
}

/**
 * What a system says that has no flushing of folders: Windows opens none (EPERM, EACCES, EISDIR), some network and FUSE
 * disks refuse (EINVAL, ENOTSUP, ENOSYS, EBADF). A folder that may be written to but not read cannot be opened either.
 */
const CANNOT_SYNC: ReadonlySet<string> = new Set([
  'EPERM',
  'EACCES',
  'EISDIR',
  'EINVAL',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EBADF',
])

/** The content's bytes, in parts. */
export function partsOf(content: Content): Iterable<Uint8Array> {
  if (typeof content === 'string') return [new TextEncoder().encode(content)]
  return content instanceof Uint8Array ? [content] : content
}

/** A write may take fewer bytes than it was given, and never more than 2 GiB. */
function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, Math.min(bytes.length - at, 2 ** 30))
}

const BUFFER = 1 << 18

/**
 * A file written piece by piece that appears under its name only when it is complete. Until `commit` it has a temporary
 * name beside it; `discard`, or the end of the process, leaves nothing behind. The system's errors pass through.
 */
export class AtomicFile {
  private buffered = ''

  private constructor(
    readonly path: string,
    private readonly temporary: string,
    private readonly file: FileHandle,
  ) {}

  /** Replaces an existing file at `commit`: check before. */
  static async create(path: string): Promise<AtomicFile> {
    const temporary = temporarySibling(path)
    const file = new AtomicFile(path, temporary, await open(temporary, 'wx'))
    trackUnfinished(temporary)
    return file
  }

  async write(content: string | Uint8Array): Promise<void> {
    if (typeof content !== 'string') {
      await this.flush()
      await this.file.writeFile(content)
      return
    }
    this.buffered += content
    if (this.buffered.length >= BUFFER) await this.flush()
  }

  async commit(): Promise<void> {
    await this.flush()
    await this.file.sync()
    await this.file.close()
    await rename(this.temporary, this.path)
    forgetUnfinished(this.temporary)
    syncDirectory(dirname(this.path))
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

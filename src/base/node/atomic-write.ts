import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** What a file is made of: text, bytes, or bytes in parts, written in turn. */
export type Content = string | Uint8Array | Iterable<Uint8Array>

/** A name beside `path` that nothing else uses; starts with a dot and ends in `.tmp`. */
export function temporarySibling(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
}

/**
 * Writes a whole file such that at every moment, power cuts included, `path` is either as it was or complete:
 * a temporary sibling, flushed to disk, then renamed. Whatever goes wrong (a full disk: the system's ENOSPC error),
 * the sibling is removed.
 *
 * @example
 * writeFileAtomically('runs/a/metrics.json', JSON.stringify(metrics))
 */
export function writeFileAtomically(path: string, content: Content): void {
  const temporary = temporarySibling(path)
  try {
    writeNewFile(temporary, content)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  syncDirectory(dirname(path))
}

/** Writes a file that must not exist yet, flushed to disk. */
export function writeNewFile(path: string, content: Content): void {
  const file = openSync(path, 'wx')
  try {
    for (const part of partsOf(content)) writeAll(file, part)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Flushes a folder's entries, so that a rename in it outlives a power cut; where the system has no such thing, nothing. */
export function syncDirectory(path: string): void {
  let folder: number
  try {
    folder = openSync(path, 'r')
  } catch {
    return
  }
  try {
    fsyncSync(folder)
  } catch (error) {
    if (!['EINVAL', 'EPERM', 'EISDIR', 'EBADF'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error
  } finally {
    closeSync(folder)
  }
}

/** The content's bytes, a part at a time. */
export function partsOf(content: Content): Iterable<Uint8Array> {
  if (typeof content === 'string') return [new TextEncoder().encode(content)]
  return content instanceof Uint8Array ? [content] : content
}

/** A write may take fewer bytes than it was given, and never more than 2 GiB. */
function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, Math.min(bytes.length - at, 2 ** 30))
}

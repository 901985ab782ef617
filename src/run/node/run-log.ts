import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { ModelFileError } from '../../base/model-file-error.js'
import { LOG } from '../run-files.js'
import { checkRunFile } from './read-run-file.js'

/** As `a+`, but no link is followed: what is written, and cut off, is the run's own. Windows has no such flag. */
const FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0)

export interface LogOptions {
  /**
   * Bytes of the log to keep, from a checkpoint's state. What a resumed run logged after that checkpoint is cut off,
   * because it will happen again. Default: all whole lines.
   */
  readonly keep?: number
}

/**
 * Opens a run's log for appending. Lines reach the file immediately; a line that a kill or a full disk cut in two is
 * removed.
 *
 * @throws ModelFileError where `keep` is not the end of a line of the file
 * @example
 * using log = openRunLog('runs/a')
 * log.append('{"kind":"epoch","epoch":1}\n')
 */
export function openRunLog(run: string, { keep }: LogOptions = {}): RunLog {
  const path = join(run, LOG)
  checkRunFile(path)
  const file = openSync(path, FLAGS)
  const { size } = fstatSync(file)
  const end = keep ?? lastLineEnd(file, size)
  if (end > size || (end > 0 && byteAt(file, end - 1) !== 0x0a)) {
    closeSync(file)
    throw new ModelFileError({
      where: path,
      expected: `a line that ends at byte ${end}, as the checkpoint says`,
      got: `a file of ${size} bytes without one`,
      remedy: 'the log belongs to another run; start again in a new folder',
    })
  }
  ftruncateSync(file, end)
  return new RunLog(path, file, end)
}

export class RunLog implements Disposable {
  private isOpen = true

  constructor(
    private readonly path: string,
    private file: number,
    private length: number,
  ) {}

  /** Length of the log in bytes: what a checkpoint's state should hold. */
  get bytes(): number {
    return this.length
  }

  /**
   * Adds a line, line break included. On an error the log is as it was before.
   * @throws ModelFileError where another file has taken its place
   */
  append(text: string): void {
    this.keepPlace()
    const line = new TextEncoder().encode(text)
    try {
      writeAll(this.file, line)
    } catch (error) {
      ftruncateSync(this.file, this.length)
      throw error
    }
    this.length += line.length
  }

  /** Writes a log again that was deleted: as long as it is open, its content is still there. */
  private keepPlace(): void {
    const found = lstatSync(this.path, { throwIfNoEntry: false })
    const own = fstatSync(this.file)
    if (found && found.ino === own.ino && found.dev === own.dev) return
    if (found)
      throw new ModelFileError({
        where: this.path,
        expected: 'the log that this process writes',
        got: 'another file in its place',
        remedy: 'put the log back, or start again in a new folder',
      })
    const content = new Uint8Array(this.length)
    readSync(this.file, content, 0, this.length, 0)
    const file = openSync(this.path, FLAGS | constants.O_EXCL)
    try {
      writeAll(file, content)
    } catch (error) {
      closeSync(file)
      rmSync(this.path, { force: true })
      throw error
    }
    closeSync(this.file)
    this.file = file
  }

  [Symbol.dispose](): void {
    if (this.isOpen) closeSync(this.file)
    this.isOpen = false
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}

function byteAt(file: number, position: number): number {
  const byte = new Uint8Array(1)
  readSync(file, byte, 0, 1, position)
  return byte[0]
}

function lastLineEnd(file: number, size: number): number {
  const chunk = new Uint8Array(65536)
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - chunk.length)
    const read = readSync(file, chunk, 0, end - start, start)
    const at = chunk.subarray(0, read).lastIndexOf(0x0a)
    if (at >= 0) return start + at + 1
    end = start
  }
  return 0
}

/** Bulk tagging: many files in, one output for each, and the same outputs however often the process was stopped. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Fault, InputError, isInputError } from '../../../base/errors.js'
import { option, say } from '../../../base/fault.js'
import { inOrder } from '../../../base/in-order.js'
import { acquireLock } from '../../../base/node/lock.js'
import { isTemporaryName } from '../../../base/node/temporary.js'
import { fileFault, placeFault } from '../../../base/place-fault.js'
import { VERSION } from '../../../base/version.js'
import type { PooledTagger } from '../../../recognize/node/pool/pooled-tagger.js'
import { digestFile } from './file-digest.js'
import {
  addToManifest,
  BULK_MANIFEST,
  type BulkHeader,
  checkSameHeader,
  type DonePart,
  readBulkManifest,
  writeBulkManifest,
} from './manifest.js'
import { type BulkPart, outputPath } from './parts.js'
import { type BulkProgress, type TaggingOptions, tagPart } from './tag-part.js'

export interface BulkJob {
  readonly parts: readonly BulkPart[]
  /** The folder of outputs. */
  readonly out: string
  /** What `modelIdentity` says of the tagger. */
  readonly model: string
  readonly options: TaggingOptions
  /** Whether outputs that were made in another way, or by nobody knows whom, are replaced. */
  readonly force: boolean
}

/** How far a part is. */
export interface PartDone extends DonePart {
  readonly part: BulkPart
  /** Whether an earlier call had done it. */
  readonly isSkipped: boolean
  /** Whether an earlier call had done it with another input, of which nothing is left in the folder. */
  readonly isReplaced: boolean
}

const LOCK = '.lock'

/** A part that could not be tagged, and why. */
interface PartFailed {
  readonly part: BulkPart
  readonly error: InputError
}

/**
 * Tags the parts that are not done yet, several at a time, and yields each when it is done, in their order. A part whose
 * input cannot be read does not keep others from being tagged.
 *
 * @param progress is counted up meanwhile
 * @throws InputError `bulk/place`, `bulk/changed`, `bulk/manifest`, `lock/held` before anything is tagged; `bulk/part` in the end with all
 *   parts that could not be tagged; the signal's reason
 */
export async function* tagFiles(
  tagger: PooledTagger,
  job: BulkJob,
  progress: BulkProgress,
  signal: AbortSignal,
): AsyncGenerator<PartDone> {
  const { out, parts, options } = job
  checkPlace(out, job.force)
  mkdirSync(out, { recursive: true })
  using _lock = acquireLock(join(out, LOCK))
  removeTemporaries(out)
  const header = headerOf(job)
  const done = startManifest(job, header)
  const underWay = new Set<Promise<unknown>>()
  const stop = new AbortController()
  const onAbort = () => stop.abort(signal.reason)
  signal.addEventListener('abort', onAbort)
  const work = (part: BulkPart) => {
    const result = attempt(part)
    underWay.add(result)
    const end = () => void underWay.delete(result)
    result.then(end, end)
    return { result, cost: 0 }
  }
  async function attempt(part: BulkPart): Promise<PartDone | PartFailed> {
    try {
      if (signal.aborted) onAbort()
      stop.signal.throwIfAborted()
      const before = done.get(part.output)
      if (before && (await isDone(before, part, out)))
        return { ...before, part, isSkipped: true, isReplaced: false }
      const made = await tagPart(tagger, part, out, options, progress, stop.signal)
      const isReplaced = before !== undefined && before.input.sha256 !== made.input.sha256
      return { ...made, part, isSkipped: false, isReplaced }
    } catch (error) {
      const got = fileFault(error)
      if (got !== undefined && (error as NodeJS.ErrnoException).path === part.input)
        return {
          part,
          error: new InputError('bulk/part', { where: part.input, expected: 'a file to read', got }),
        }
      if (isInputError(error)) return { part, error }
      throw error
    }
  }
  async function* each() {
    yield* parts
  }
  const most = { items: tagger.threads, cost: Number.POSITIVE_INFINITY }
  const failed: Fault[] = []
  try {
    for await (const some of inOrder(each(), work, most))
      for (const result of some) {
        if ('error' in result) {
          failed.push(...result.error.faults)
          continue
        }
        const { part, isSkipped, isReplaced: _, ...entry } = result
        if (!isSkipped) {
          addToManifest(out, entry)
          done.set(part.output, entry)
        }
        yield result
      }
  } finally {
    // Nothing is written once the lock is gone.
    stop.abort(new Error('stopped'))
    signal.removeEventListener('abort', onAbort)
    await Promise.allSettled([...underWay])
  }
  writeBulkManifest(out, header, done.values())
  if (failed.length > 0) throw new InputError('bulk/part', failed)
}

function headerOf({ model, options }: BulkJob): BulkHeader {
  const { textField, idField, keep, lines, encoding, to, offsets, scores, minScore, map, country } = options
  return {
    format: 'nerite-bulk',
    version: 1,
    nerite: VERSION,
    model,
    options: {
      textField,
      idField,
      keep: [...keep],
      lines,
      encoding: encoding ?? null,
      to,
      offsets,
      scores,
      minScore,
      map: [...map].sort(([a], [b]) => (a < b ? -1 : 1)),
      country: country ?? null,
    },
  }
}

/** What earlier calls have done. A manifest with the same parts is there when this returns. */
function startManifest({ out, force }: BulkJob, header: BulkHeader): Map<string, DonePart> {
  let parts = new Map<string, DonePart>()
  if (force) {
    // Outputs that this call does not replace were made in another way.
    for (const part of earlierParts(out)) rmSync(outputPath(out, part), { force: true })
  } else {
    const before = readBulkManifest(out)
    if (before) checkSameHeader(out, before.header, header)
    parts = before?.parts ?? parts
  }
  writeBulkManifest(out, header, parts.values())
  return parts
}

function earlierParts(out: string): BulkPart[] {
  try {
    const parts = readBulkManifest(out)?.parts.keys() ?? []
    return [...parts]
      .filter(output => !output.split('/').includes('..'))
      .map(output => ({ input: '', form: 'text', output }))
  } catch (error) {
    if (isInputError(error)) return []
    throw error
  }
}

/** Whether neither a part's input nor its output has changed. */
async function isDone(before: DonePart, part: BulkPart, out: string): Promise<boolean> {
  const output = outputPath(out, part)
  if (!existsSync(output)) return false
  const [input, written] = [await digestFile(part.input), await digestFile(output)]
  return input.sha256 === before.input.sha256 && written.sha256 === before.written.sha256
}

function checkPlace(out: string, force: boolean): void {
  let entries: readonly string[]
  try {
    entries = readdirSync(out)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    const got = placeFault(error)
    if (got === undefined) throw error
    throw new InputError('bulk/place', { where: option('out'), expected: 'a folder to write into', got })
  }
  const foreign = entries.find(name => !name.startsWith('.'))
  if (force || foreign === undefined || entries.includes(BULK_MANIFEST)) return
  throw new InputError('bulk/place', {
    where: option('out'),
    expected: 'a new or empty folder, or that of an earlier call',
    got: `${out}, which has ${foreign}`,
    remedy: say`name another folder, or write into this one with ${option('force')}`,
  })
}

/** What a killed process left. */
function removeTemporaries(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && !entry.isSymbolicLink()) removeTemporaries(path)
    else if (isTemporaryName(entry.name)) rmSync(path, { force: true })
  }
}

/** `nerite predict --in … --out …`: many files, and what was found in each in a file. */
import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { InputError } from '../base/errors.js'
import { formatPlace, option, type Place, say, verb } from '../base/fault.js'
import { plural } from '../base/plural.js'
import { parseEncoding } from '../corpus/decode.js'
import type { OffsetUnit } from '../corpus/read-options.js'
import { formatCount } from '../evaluate/format-number.js'
import { modelIdentity } from '../recognize/node/model-identity.js'
import { startPool } from '../recognize/node/pool/pooled-tagger.js'
import { findParts, type OutputForm } from '../workflows/node/bulk/parts.js'
import { type PartDone, tagFiles } from '../workflows/node/bulk/tag-files.js'
import type { BulkProgress } from '../workflows/node/bulk/tag-part.js'
import { typesAsAsked } from '../workflows/type-map.js'
import type { BulkFlags } from './bulk-options.js'
import { commandLineSpelling } from './command-line-spelling.js'
import type { CliContext } from './context.js'
import { formatDuration } from './duration.js'
import { abortOnInterrupt, exitAsInterrupted } from './interrupts.js'
import { countryOf } from './options.js'

interface Flags extends BulkFlags {
  readonly json: boolean
  readonly minScore: number
  readonly offsets?: OffsetUnit
  readonly to?: string
  readonly lines: boolean
  readonly encoding?: string
  readonly coarse: boolean
  readonly map?: readonly string[]
  readonly country?: string
}

/** Tags the files, and says how far it is and what went wrong. */
export async function predictInBulk(model: string, flags: Flags, context: CliContext): Promise<void> {
  const { out = '', workers = availableParallelism(), textField = 'text', idField = 'id', keep = [] } = flags
  const to: OutputForm = flags.to === 'parquet' ? 'parquet' : 'jsonl'
  const { parts, leftOut } = await findParts(flags.in ?? [], out, to)
  if (leftOut > 0)
    context.note(
      `${leftOut} ${plural(leftOut, 'file')} of other kinds ${leftOut === 1 ? 'is' : 'are'} left out`,
    )
  const identity = await modelIdentity(model)
  // Threads that start later, in place of one that ended, load the same model or none.
  const tagger = await startPool({ model, threads: 1, identity, ...countryOf(flags) }, workers, context.log)
  const progress: BulkProgress = { bytes: 0, words: 0, documents: 0, errors: 0 }
  const done: PartDone[] = []
  try {
    checkNeedsTextAlone(model, tagger.info.columns)
    const job = {
      parts,
      out,
      model: identity,
      force: flags.force,
      options: {
        textField,
        idField,
        keep,
        lines: flags.lines,
        ...(flags.encoding !== undefined && { encoding: parseEncoding(flags.encoding) }),
        onNote: context.note,
        to,
        offsets: flags.offsets ?? 'utf16',
        scores: flags.scores,
        minScore: flags.minScore,
        map: typesAsAsked(tagger.info, flags),
        ...countryOf(flags),
      },
    }
    const show = showProgress(
      parts.map(({ input }) => statSync(input).size),
      progress,
      done,
      context,
    )
    try {
      const isStopped = await abortOnInterrupt(
        () => context.log('stopping …'),
        async signal => {
          try {
            for await (const part of tagFiles(tagger, job, progress, signal)) done.push(part)
            return false
          } catch (error) {
            if (signal.aborted) return true
            throw error
          }
        },
      )
      if (isStopped) {
        show.end()
        context.log(
          `stopped: ${done.length} of ${parts.length} parts are done; the same command goes on from there`,
        )
        exitAsInterrupted()
        return
      }
    } finally {
      show.end()
    }
  } finally {
    await tagger.release()
  }
  report(done, out, flags, context)
}

/** @throws InputError `bulk/columns` for a tagger that reads more than text */
function checkNeedsTextAlone(model: string, columns: readonly string[]): void {
  if (columns.length === 0) return
  throw new InputError('bulk/columns', {
    where: model,
    expected: 'a model that needs nothing but text',
    got: `one that reads the columns ${columns.join(', ')}`,
    remedy: say`tag corpus files: ${verb('predict', [model, 'FILE'], [option('tokens')])}`,
  })
}

/** A line on a terminal: parts, words per second, time left. */
function showProgress(
  sizes: readonly number[],
  progress: BulkProgress,
  done: readonly PartDone[],
  { showStatus, isTerminal }: CliContext,
) {
  if (!isTerminal.stderr) return { end: () => {} }
  const started = performance.now()
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const timer = setInterval(() => {
    const seconds = (performance.now() - started) / 1000
    const skipped = done.reduce((sum, { isSkipped, input }) => sum + (isSkipped ? input.bytes : 0), 0)
    const rate = progress.bytes / seconds
    const left = rate > 0 ? formatDuration((total - skipped - progress.bytes) / rate) : '–'
    const share = total === 0 ? 100 : Math.min(100, (100 * (skipped + progress.bytes)) / total)
    const words = formatCount(Math.round(progress.words / seconds))
    showStatus(
      `${done.length} of ${sizes.length} ${plural(sizes.length, 'part')}, ${share.toFixed(1)} %, ${words} words/s, ${left} left${progress.errors > 0 ? `, ${formatCount(progress.errors)} errors` : ''}`,
    )
  }, 500)
  return {
    end: () => {
      clearInterval(timer)
      showStatus('')
    },
  }
}

/** Errors that are listed. */
const LISTED = 10

function report(done: readonly PartDone[], out: string, { json }: Flags, context: CliContext): void {
  const sum = (of: (part: PartDone) => number) => done.reduce((all, part) => all + of(part), 0)
  const documents = sum(part => part.documents)
  const errors = sum(part => part.errors)
  const skipped = sum(part => (part.isSkipped ? 1 : 0))
  if (json) {
    context.printJson({
      out,
      documents,
      words: sum(part => part.words),
      entities: sum(part => part.entities),
      errors,
      parts: done.map(({ part, isSkipped, isReplaced, ...own }) => {
        return { ...own, input: part.input, skipped: isSkipped, replaced: isReplaced }
      }),
    })
  }
  const earlier =
    skipped > 0 ? ` (${formatCount(skipped)} ${skipped === 1 ? 'was' : 'were'} done before)` : ''
  context.log(
    `${formatCount(documents)} ${plural(documents, 'document')} in ${formatCount(done.length)} ${plural(done.length, 'part')}${earlier}, ${formatCount(sum(part => part.entities))} entities: ${out}`,
  )
  const replaced = done.filter(({ isReplaced }) => isReplaced)
  if (replaced.length > 0)
    context.warn(
      `${formatCount(replaced.length)} ${plural(replaced.length, 'part')} had been tagged from another input of that name, or from what was in it before, and ${replaced.length === 1 ? 'is' : 'are'} replaced: ${replaced[0].output}${replaced.length > 1 ? ', …' : ''}`,
    )
  if (errors === 0) return
  context.warn(`${formatCount(errors)} of ${formatCount(documents)} documents have an error:`)
  const failures = done.flatMap(({ part, failures: own }) => own.map(failure => ({ part, failure })))
  for (const { part, failure } of failures.slice(0, LISTED)) {
    const { line, row, error } = failure
    const place: Place = {
      file: part.input,
      ...(line !== undefined && { line }),
      ...(row !== undefined && { field: `row ${row}` }),
    }
    context.log(`  ${formatPlace(place, commandLineSpelling)}: ${error}`)
  }
  const more = errors - Math.min(LISTED, failures.length)
  if (more > 0) context.log(`  and ${formatCount(more)} more: the records with "error" in ${out}`)
}

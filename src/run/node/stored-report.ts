/** The report of a run folder, which is not in its manifest. */
import { rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseBoundedJson } from '../../base/bounded-json.js'
import { InputError } from '../../base/errors.js'
import { option, say, verb } from '../../base/fault.js'
import { writeFileAtomically } from '../../base/node/atomic-file.js'
import { NotPlainError, plainFileSize, readPlainFile } from '../../base/node/plain-file.js'
import { digestOf } from './run-manifest.js'

/** What the report on the run's own corpus shows, so that the page can be made again without any corpus. */
const REPORT_DATA = 'report.json'
const REPORT_PAGE = 'report.html'
const VERSION = 3

/** The page of a run's report; that on a corpus of another name has its name. */
export function reportPage(dir: string, corpus?: string): string {
  return join(
    dir,
    corpus === undefined ? REPORT_PAGE : `report-${basename(corpus).replace(/[^\w.-]/g, '_')}.html`,
  )
}

/** Removes the report on the run's own corpus. */
export function removeReport(dir: string): void {
  for (const name of [REPORT_DATA, REPORT_PAGE]) rmSync(join(dir, name), { force: true })
}

/**
 * Checks that nothing but a plain file has the name of the stored report.
 * @throws InputError `report/file`
 */
export function checkStoredReport(dir: string): void {
  readingReport(join(dir, REPORT_DATA), plainFileSize)
}

/** No report is longer: its lists of sentences are capped. */
const MOST_BYTES = 64 * 1024 * 1024
const LIMITS = { containers: 500_000, values: 4_000_000 }

function readingReport<Result>(path: string, read: (path: string) => Result): Result {
  try {
    return read(path)
  } catch (error) {
    if (!(error instanceof NotPlainError)) throw error
    throw new InputError('report/file', {
      where: path,
      expected: 'a stored report or nothing',
      got: error.got,
      remedy: 'move it away; the report is then measured again',
    })
  }
}

/** Stores what a report shows, as JSON with a hash. */
export function storeReport(dir: string, data: unknown): void {
  const text = JSON.stringify(data)
  const head = JSON.stringify({ format: 'nerite-report', version: VERSION, sha256: digestOf(text).sha256 })
  writeFileAtomically(join(dir, REPORT_DATA), `${head.slice(0, -1)},"data":${text}}\n`)
}

/**
 * What `storeReport` stored, checked by its hash; `undefined` where there is no report or no such folder.
 * @throws InputError `report/file` for a file that was changed or is from a newer version, and for a folder
 */
export function readStoredReport(dir: string): unknown {
  const path = join(dir, REPORT_DATA)
  const bytes = readingReport(path, own => readPlainFile(own, MOST_BYTES))
  if (!bytes) return undefined
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const match =
    /^\{"format":"nerite-report","version":(\d{1,9}),"sha256":"([0-9a-f]{64})","data":(.*)\}\n$/s.exec(text)
  const refuse = (expected: string, got: string) =>
    new InputError('report/file', {
      where: path,
      expected,
      got,
      remedy: say`make it again with ${verb('report', [dir], [option('fresh')])}`,
    })
  if (!match) throw refuse('a stored report', 'a file that is cut short or changed')
  const [, version, sha256, data] = match
  if (Number(version) !== VERSION) throw refuse(`version ${VERSION}`, version)
  if (digestOf(data).sha256 !== sha256)
    throw refuse('the file as it was written', 'one that has been changed')
  const result = parseBoundedJson(data, LIMITS)
  if (!result.ok) throw refuse(result.expected, result.got)
  return result.value
}

/** The fault of a stored report whose data has another form than a report's. */
export function reportDataFault(dir: string, got: string): InputError {
  return new InputError('report/file', {
    where: join(dir, REPORT_DATA),
    expected: 'the data of a report',
    got,
    remedy: say`make it again with ${verb('report', [dir], [option('fresh')])}`,
  })
}

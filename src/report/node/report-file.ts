import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../../base/errors.js'
import { writeFileAtomically } from '../../base/node/atomic-file.js'
import { digestOf } from '../../run/node/run-manifest.js'
import type { ReportData } from '../report-data.js'

/** `report.json` of a run folder: what its report shows, so that the page can be made again without any corpus. */
export const REPORT_FILE = 'report.json'
const VERSION = 1

/** A stored report that is damaged or from another version: `report/file`. */
export class ReportError extends InputError {
  override readonly name = 'ReportError'
}

/**
 * Checks that `report.json` is not a folder, which can be neither read nor replaced.
 * @throws ReportError
 */
export function checkReportFile(dir: string): void {
  const path = join(dir, REPORT_FILE)
  let isFolder: boolean
  try {
    isFolder = statSync(path).isDirectory()
  } catch {
    // Nothing there, or nothing that can be looked at: for who reads or writes it to tell.
    return
  }
  if (!isFolder) return
  throw new ReportError('report/file', {
    where: path,
    expected: 'a stored report or nothing',
    got: 'a folder',
    remedy: 'move it away; the report is then measured again',
  })
}

export function writeReportFile(dir: string, data: ReportData): void {
  const text = JSON.stringify(data)
  const head = JSON.stringify({ format: 'nerite-report', version: VERSION, sha256: digestOf(text).sha256 })
  writeFileAtomically(join(dir, REPORT_FILE), `${head.slice(0, -1)},"data":${text}}\n`)
}

/**
 * What a run's report shows; `undefined` where none is stored, or there is no such folder.
 * @throws ReportError for a file that was changed, or is from a newer version, and for a folder
 */
export function readReportFile(dir: string): ReportData | undefined {
  const path = join(dir, REPORT_FILE)
  checkReportFile(dir)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    // That there is no such folder is for who reads the run to tell.
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
  const match =
    /^\{"format":"nerite-report","version":(\d+),"sha256":"([0-9a-f]{64})","data":(.*)\}\n$/s.exec(text)
  const refuse = (expected: string, got: string) =>
    new ReportError('report/file', {
      where: path,
      expected,
      got,
      remedy: 'make it again with nerite report --fresh',
    })
  if (!match) throw refuse('a stored report', 'a file that is cut short or changed')
  const [, version, sha256, data] = match
  if (Number(version) !== VERSION) throw refuse(`version ${VERSION}`, version)
  if (digestOf(data).sha256 !== sha256)
    throw refuse('the file as it was written', 'one that has been changed')
  // The hash says that this program wrote it.
  return JSON.parse(data) as ReportData
}

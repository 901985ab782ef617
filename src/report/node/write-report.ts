import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { ModelFileError } from '../../base/model-file-error.js'
import { checkOutput, writeOutput } from '../../base/node/output-file.js'
import { placeFault } from '../../base/place-fault.js'
import { partName } from '../../recognize/combine-all.js'
import { runPlace } from '../../recognize/node/model-run.js'
import { runState, writeToRun } from '../../run/node/run-lock.js'
import { checkStoredReport, reportDataFault, reportPage, storeReport } from '../../run/node/stored-report.js'
import { renderReport } from '../render-report.js'
import type { ReportData, SuspectLabels } from '../report-data.js'
import { type RunReportOptions, runReport, storedReport } from './run-report.js'

export interface WriteReportOptions extends RunReportOptions {
  /**
   * The page to write; default: `report.html` in the run folder, `report-NAME.html` there for another corpus, and in the
   * working folder for any other model.
   */
  readonly out?: string
  /** Labels to review, instead of those that the run's own model contradicts. */
  readonly suspects?: SuspectLabels
  /** Measure again even if the run has a stored report. Default `false`. */
  readonly fresh?: boolean
}

/**
 * Writes the report of a run. The figures for its own corpus are kept in the folder (`report.json`) if possible, so that
 * the page can be made again without the corpus.
 *
 * @throws InputError `report/corpus`, `report/file`; ModelFileError, CorpusError; `output/place` if the page can't be
 *   written, before anything is measured
 * @example
 * const { path } = await writeReport('runs/a')
 */
export async function writeReport(
  model: string,
  options: WriteReportOptions = {},
): Promise<{ readonly path: string; readonly data: ReportData }> {
  const path = toReportPath(model, options)
  const place = runPlace(model)
  if (place?.kind === 'folder') return { path, data: await writeOwnReport(place.path, path, options) }
  const data = withSuspects(await runReport(model, options), options)
  writeOutput(path, await renderReport(data))
  return { path, data }
}

/** The report of a run in a folder, which keeps what was measured on its own corpus. */
async function writeOwnReport(dir: string, path: string, options: WriteReportOptions): Promise<ReportData> {
  const { corpus, fresh = false } = options
  const state = runState(dir)
  const stored = corpus === undefined && options.train === undefined && !fresh ? storedReport(dir) : undefined
  const data = withSuspects(stored ?? (await runReport(dir, options)), options)
  const page = stored ? await renderStored(dir, data) : await renderReport(data)
  const writePage = () => writeOutput(path, page)
  const keep = data !== stored && corpus === undefined
  if (options.out === undefined)
    writeToRun(dir, state, () => {
      if (keep) storeReport(dir, data)
      writePage()
    })
  else {
    if (keep) keepIfPossible(() => writeToRun(dir, state, () => storeReport(dir, data)))
    writePage()
  }
  return data
}

function withSuspects(data: ReportData, { suspects }: WriteReportOptions): ReportData {
  return suspects ? { ...data, evaluation: { ...data.evaluation, suspects } } : data
}

/** Its hash says that a stored report is whole, but not who made it: its data may have any form. */
async function renderStored(dir: string, data: ReportData): Promise<string> {
  try {
    return await renderReport(data)
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw reportDataFault(dir, error.message)
    throw error
  }
}

/**
 * The page that `writeReport` writes: in the run folder; for any other model, in the working folder.
 * @throws InputError `report/file` if a folder has the stored report's name; `output/place` if the page can't be written;
 *   as `findModel`
 */
export function toReportPath(
  model: string,
  { corpus, out }: Pick<WriteReportOptions, 'corpus' | 'out'>,
): string {
  const place = runPlace(model)
  const dir = place?.kind === 'folder' ? place.path : undefined
  // Any number of rules and combinations may be measured in one folder.
  const name = place || corpus === undefined ? corpus : `${partName(model)}-${basename(corpus)}`
  const path = out ?? reportPage(dir ?? '.', name)
  if (dir !== undefined) checkStoredReport(dir)
  if (out !== undefined || dir === undefined || statSync(dir).isDirectory()) checkOutput(path)
  return path
}

/** A run that cannot be written to, such as one on a read-only disk, can still have its page elsewhere. */
function keepIfPossible(keep: () => void): void {
  try {
    keep()
  } catch (error) {
    if (!(error instanceof ModelFileError) && placeFault(error) === undefined) throw error
  }
}

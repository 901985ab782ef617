import { InputError } from '../../base/errors.js'
import { readStoredReport } from '../../run/node/stored-report.js'
import type { ReportData } from '../report-data.js'

/** A report that cannot be made: no corpus to measure on. */
export class ReportError extends InputError {
  override readonly name = 'ReportError'
}

/**
 * What a run's report shows; `undefined` where none is stored, or there is no such folder.
 * @throws InputError `report/file` for a stored report that was changed, or is from a newer version
 */
export function storedReport(dir: string): ReportData | undefined {
  // The hash says that this program wrote it.
  return readStoredReport(dir) as ReportData | undefined
}

import { fileCases } from './file-cases.js'
import type { HostileCase } from './hostile-case.js'
import { jsonCases } from './json-cases.js'
import { manifestCases } from './manifest-cases.js'
import { modelCases } from './model-cases.js'
import { reportCases } from './report-cases.js'
import { resumeCases } from './resume-cases.js'
import { tensorCases } from './tensor-cases.js'

/** @param elsewhere an untouched copy of the run folder */
export function hostileCases(elsewhere: string): readonly HostileCase[] {
  return [
    ...fileCases(elsewhere),
    ...manifestCases(),
    ...jsonCases(),
    ...modelCases(),
    ...tensorCases(),
    ...resumeCases(),
    ...reportCases(),
  ]
}

import type { Fault } from '../base/errors.js'
import { VERSION } from '../base/version.js'
import type { RunManifest } from './run-manifest.js'

type WrittenBy = Pick<RunManifest, 'nerite'>

/** Whether this very version of the program wrote a run. */
export function isOwnRun({ nerite }: WrittenBy): boolean {
  return nerite === VERSION
}

/** Whether an older version of the program wrote a run: this one knows how. A version that is none is not older. */
export function isOlderRun({ nerite }: WrittenBy): boolean {
  const [theirs, own] = [numbersOf(nerite), numbersOf(VERSION)]
  const at = own.findIndex((number, i) => number !== theirs[i])
  return at >= 0 && theirs[at] < own[at]
}

/** That a run was written by another version of the program, as a fault beside others; `undefined` where it was not. */
export function versionFault(run: WrittenBy, where: string): Fault | undefined {
  if (isOwnRun(run)) return undefined
  return {
    where,
    expected: `a run that nerite ${VERSION} can read`,
    got: `one of nerite ${versionOf(run)}`,
    remedy: isOlderRun(run) ? 'use that version, or train again' : 'update nerite',
  }
}

/** The version of the program that wrote a run, for messages. */
export function versionOf({ nerite }: WrittenBy): string {
  return nerite.length > 40 ? `${nerite.slice(0, 39)}…` : nerite
}

/** Major, minor and patch; NaN for those that are missing. */
function numbersOf(version: string): number[] {
  const found = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?![\d.])/.exec(version)
  return [1, 2, 3].map(i => Number(found?.[i] ?? Number.NaN))
}

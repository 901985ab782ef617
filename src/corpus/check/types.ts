import { editDistance } from '../../base/nearest.js'
import { plural } from '../../base/plural.js'
import { normalHeader } from '../columns.js'
import type { FindingKind, FindingLog } from './finding.js'

/** Fewer training examples than this are too few to learn a type from (spaCy's `debug data` asks for the same). */
const ENOUGH_TRAINING = 50

/** How often each type occurs in a file, and where first. */
export type TypeCounts = ReadonlyMap<string, { readonly count: number; readonly firstLine: number }>

const THIN: FindingKind = {
  severity: 'warning',
  code: 'thin-types',
  message: `types have fewer than ${ENOUGH_TRAINING} examples in the first file (taken for training)`,
  remedy: 'label more, merge the type with another, or do not expect it to be found',
}
const UNSEEN: FindingKind = {
  severity: 'warning',
  code: 'unseen-types',
  message: 'types do not occur in the first file (taken for training), so that they can never be found',
  remedy: 'name the training file first; else add examples there, or rename or drop the type',
}
const MISSING: FindingKind = {
  severity: 'info',
  code: 'missing-types',
  message: 'types of the first file do not occur in a later one, which cannot measure them',
  remedy: 'split again with `nerite corpus split`, which keeps types in proportion',
}
const TYPOS: FindingKind = {
  severity: 'warning',
  code: 'label-typos',
  message: 'types look like another type misspelled',
  remedy: 'rename one of the two if they mean the same',
}

/**
 * Looks at the types of files together; the first file is taken for training data.
 * @param counts of each file, `undefined` for one that could not be read to its end
 */
export function checkTypes(
  files: readonly string[],
  counts: readonly (TypeCounts | undefined)[],
  log: FindingLog,
): void {
  const [training] = counts
  if (training) compareWithTraining(files, training, counts, log)
  checkTypos(files, counts, log)
}

function compareWithTraining(
  files: readonly string[],
  training: TypeCounts,
  counts: readonly (TypeCounts | undefined)[],
  log: FindingLog,
): void {
  for (const [type, { count, firstLine }] of training)
    if (count < ENOUGH_TRAINING)
      log.add(THIN, `${files[0]}:${firstLine}`, `${type}: ${count} ${plural(count, 'example')}`)
  for (const [file, types] of counts.entries()) {
    if (file === 0 || types === undefined) continue
    for (const [type, { count, firstLine }] of types)
      if (!training.has(type)) log.add(UNSEEN, `${files[file]}:${firstLine}`, `${type} (${count})`)
    for (const [type] of training) if (types.size > 0 && !types.has(type)) log.add(MISSING, files[file], type)
  }
}

function checkTypos(
  files: readonly string[],
  counts: readonly (TypeCounts | undefined)[],
  log: FindingLog,
): void {
  const total = new Map<string, { count: number; where: string }>()
  for (const [file, types] of counts.entries())
    for (const [type, { count, firstLine }] of types ?? []) {
      const known = total.get(type)
      if (known) known.count += count
      else total.set(type, { count, where: `${files[file]}:${firstLine}` })
    }
  const byCount = [...total]
    .map(([name, found]) => ({ name, normal: normalHeader(name), ...found }))
    .sort((a, b) => b.count - a.count)
  for (const [i, rare] of byCount.entries()) {
    const twin = byCount.find((common, k) => k < i && looksAlike(common, rare))
    if (twin) log.add(TYPOS, rare.where, `${rare.name} (${rare.count}) beside ${twin.name} (${twin.count})`)
  }
}

interface CountedType {
  readonly name: string
  /** Its letters and digits. */
  readonly normal: string
  readonly count: number
}

/** Equal but for case and punctuation, or one letter off where one is much rarer than the other. */
function looksAlike(common: CountedType, rare: CountedType): boolean {
  if (common.normal === rare.normal) return true
  const [longer, shorter] = [common.name.length, rare.name.length].sort((a, b) => b - a)
  if (rare.count > 0.1 * common.count || shorter < 3 || longer - shorter > 1) return false
  return editDistance(common.name, rare.name) === 1
}

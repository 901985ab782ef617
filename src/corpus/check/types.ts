import type { FilePlace } from '../../base/fault.js'
import { editDistance } from '../../base/nearest.js'
import { plural } from '../../base/plural.js'
import { normalHeader } from '../columns.js'
import type { FindingLog } from './finding.js'
import { ENOUGH_EXAMPLES } from './finding-kinds.js'

/** How often each type occurs in a file, and where it is first. */
export type TypeCounts = ReadonlyMap<string, { readonly count: number; readonly firstLine: number }>

/**
 * Compares the types of all files. The first one is the training file.
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
    if (count < ENOUGH_EXAMPLES)
      log.add(
        'thin-types',
        { file: files[0], line: firstLine },
        `${type}: ${count} ${plural(count, 'example')}`,
      )
  for (const [file, types] of counts.entries()) {
    if (file === 0 || types === undefined) continue
    for (const [type, { count, firstLine }] of types)
      if (!training.has(type))
        log.add('unseen-types', { file: files[file], line: firstLine }, `${type} (${count})`)
    for (const [type] of training)
      if (types.size > 0 && !types.has(type)) log.add('missing-types', { file: files[file] }, type)
  }
}

function checkTypos(
  files: readonly string[],
  counts: readonly (TypeCounts | undefined)[],
  log: FindingLog,
): void {
  const total = new Map<string, { count: number; where: FilePlace }>()
  for (const [file, types] of counts.entries())
    for (const [type, { count, firstLine }] of types ?? []) {
      const known = total.get(type)
      if (known) known.count += count
      else total.set(type, { count, where: { file: files[file], line: firstLine } })
    }
  const byCount = [...total]
    .map(([name, found]) => ({ name, normal: normalHeader(name), ...found }))
    .sort((a, b) => b.count - a.count)
  for (const [i, rare] of byCount.entries()) {
    const twin = byCount.find((common, k) => k < i && looksAlike(common, rare))
    if (twin)
      log.add('label-typos', rare.where, `${rare.name} (${rare.count}) beside ${twin.name} (${twin.count})`)
  }
}

interface CountedType {
  readonly name: string
  /** Its letters and digits. */
  readonly normal: string
  readonly count: number
}

/** Whether they differ only in case and punctuation, or in one letter if one is much rarer than the other. */
function looksAlike(common: CountedType, rare: CountedType): boolean {
  if (common.normal === rare.normal) return true
  const [longer, shorter] = [common.name.length, rare.name.length].sort((a, b) => b - a)
  if (rare.count > 0.1 * common.count || shorter < 3 || longer - shorter > 1) return false
  return editDistance(common.name, rare.name) === 1
}

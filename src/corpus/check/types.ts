import { editDistance } from '../../base/nearest.js'
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
  message: 'types look like another type misspelt',
  remedy: 'rename one of the two if they mean the same',
}

/** Looks at the types of files together; the first file is taken for training data. */
export function checkTypes(files: readonly string[], counts: readonly TypeCounts[], log: FindingLog): void {
  const [training] = counts
  for (const [type, { count, firstLine }] of training ?? [])
    if (count < ENOUGH_TRAINING)
      log.add(THIN, `${files[0]}:${firstLine}`, `${type}: ${count} ${count === 1 ? 'example' : 'examples'}`)
  for (let file = 1; file < counts.length; file++) {
    for (const [type, { count, firstLine }] of counts[file])
      if (!training.has(type)) log.add(UNSEEN, `${files[file]}:${firstLine}`, `${type} (${count})`)
    for (const [type] of training)
      if (counts[file].size > 0 && !counts[file].has(type)) log.add(MISSING, files[file], type)
  }
  checkTypos(files, counts, log)
}

function checkTypos(files: readonly string[], counts: readonly TypeCounts[], log: FindingLog): void {
  const total = new Map<string, { count: number; where: string }>()
  for (const [file, types] of counts.entries())
    for (const [type, { count, firstLine }] of types) {
      const known = total.get(type)
      if (known) known.count += count
      else total.set(type, { count, where: `${files[file]}:${firstLine}` })
    }
  const byCount = [...total].sort((a, b) => b[1].count - a[1].count)
  for (const [i, [rare, { count, where }]] of byCount.entries()) {
    const twin = byCount.slice(0, i).find(([common, other]) => looksAlike(common, rare, count / other.count))
    if (twin) log.add(TYPOS, where, `${rare} (${count}) beside ${twin[0]} (${twin[1].count})`)
  }
}

/** Equal but for case and punctuation, or one letter off where one is much rarer than the other. */
function looksAlike(common: string, rare: string, ratio: number): boolean {
  if (normalHeader(common) === normalHeader(rare)) return true
  return ratio <= 0.1 && Math.min(common.length, rare.length) >= 3 && editDistance(common, rare) === 1
}

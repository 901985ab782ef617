import { say } from '../../base/fault.js'
import { plural } from '../../base/plural.js'
import type { CheckContext, CheckKind } from './check.js'
import { info, warning } from './finding.js'
import { split } from './split-advice.js'
import { TypeCounts } from './type-counts.js'

/** A type with fewer training examples is hard to learn (spaCy's `debug data` uses the same number). */
const ENOUGH = 50

const UNSEEN = warning(
  'unseen-types',
  'types are not in the first file (the training file), so they can never be found',
  'name the training file first; or add examples to it, or rename or remove the type',
)
const THIN = warning(
  'thin-types',
  `types have fewer than ${ENOUGH} examples in the first file (the training file)`,
  'label more, merge the type with another one, or do not expect it to be found',
)
const MISSING = info(
  'missing-types',
  'types of the first file are not in a later one, which cannot measure them',
  say`split again with ${split}, which keeps types in proportion`,
)

/** Compares the types of all files with those of the training file. */
export const types: CheckKind = {
  finds: [UNSEEN, THIN, MISSING],
  create: context => {
    const counts = new TypeCounts()
    return {
      add: sentence => counts.add(sentence),
      endFile: (_summary, file) => counts.endFile(file),
      end: () => compareWithTraining(context, counts),
    }
  },
}

function compareWithTraining({ files, log }: CheckContext, counts: TypeCounts): void {
  const training = counts.ofFile(0)
  if (training === undefined) return
  for (const [type, { count, where }] of training)
    if (count < ENOUGH) log.add(THIN, where, `${type}: ${count} ${plural(count, 'example')}`)
  for (const [file, name] of files.entries()) {
    const found = file > 0 ? counts.ofFile(file) : undefined
    if (found === undefined) continue
    for (const [type, { count, where }] of found)
      if (!training.has(type)) log.add(UNSEEN, where, `${type} (${count})`)
    for (const [type] of training)
      if (found.size > 0 && !found.has(type)) log.add(MISSING, { file: name }, type)
  }
}

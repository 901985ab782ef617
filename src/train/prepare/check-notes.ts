import { formatMessage, formatPlace, type Note, say, verb } from '../../base/fault.js'
import { CorpusChecker } from '../../corpus/check/check-corpus.js'
import { TRAINING_CHECKS } from '../../corpus/check/checks.js'
import { type Finding, share } from '../../corpus/check/finding.js'
import type { Corpora, LabeledCorpus } from './corpora.js'

/** Findings that are repeated before training, in the order of how much they spoil. */
const REPEATED = [
  'shifted-tags',
  'unlabeled-regions',
  'half-labeled',
  'mixed-types',
  'type-variants',
  'overlap',
  'near-copies',
  'merged-sentences',
]
/** Copies in a smaller share of the development data hardly change its scores. */
const FEW = 0.01

/** What `corpus check` finds in the corpora of a run that spoils the run or its scores, one line each. */
export async function checkNotes({ train, dev, test }: Corpora): Promise<Note[]> {
  const corpora = [...train, dev, test].filter((corpus): corpus is LabeledCorpus => corpus !== null)
  const files = corpora.map(({ path }) => path)
  const checker = new CorpusChecker(files, TRAINING_CHECKS)
  for (const [i, { sentences }] of corpora.entries())
    await checker.read(
      i,
      // What is labeled in part lacks labels on purpose.
      sentences.filter(({ annotated }) => annotated === undefined),
    )
  const { findings } = checker.report()
  return REPEATED.flatMap(code => {
    const finding = findings.find(each => each.code === code)
    return finding === undefined || finding.severity === 'info' || isRare(finding)
      ? []
      : [toNote(finding, files)]
  })
}

function isRare({ code, count, total }: Finding): boolean {
  return code === 'overlap' && total !== undefined && count < FEW * total
}

function toNote({ code, message, count, total, examples }: Finding, files: readonly string[]): Note {
  const [{ where, text }] = examples
  const isWhole = typeof where === 'object' && 'file' in where && where.line === undefined
  const cases = isWhole || total === undefined ? text : share(count, total, 'sentences')
  const place = isWhole || total === undefined ? '' : ` (the first at ${formatPlace(where)})`
  return {
    code,
    where: total !== undefined && typeof where === 'object' && 'file' in where ? { file: where.file } : where,
    message: say`${message}: ${formatMessage(cases)}${place}; see ${verb('corpus check', files)}`,
  }
}

import { isInputError } from '../../base/errors.js'
import { type CheckReport, CorpusChecker } from '../../corpus/check/check-corpus.js'
import { readSentences } from '../../corpus/node/read-corpus.js'
import type { ReadOptions } from '../../corpus/read-options.js'

/**
 * Checks corpus files: what can't be read, what a tagger can't learn from, and what would distort its scores. Files that
 * can't be read are findings too.
 * @param files the training file first, then what is measured on
 */
export async function checkFiles(files: readonly string[], reading: ReadOptions = {}): Promise<CheckReport> {
  const checker = new CorpusChecker(files)
  for (const [i, file] of files.entries())
    try {
      await checker.read(i, readSentences(file, { ...reading, columns: false, ...checker.options() }))
    } catch (error) {
      if (!isInputError(error)) throw error
      checker.unreadable(error.faults)
    }
  return checker.report()
}

import { readText } from '../../read-text.js'
import { type CheckReport, CorpusChecker } from '../check-corpus.js'
import type { Finding } from '../finding.js'

/** Checks files in memory; the first is the training file. */
export async function checkTexts(
  ...files: readonly (readonly [name: string, content: string])[]
): Promise<CheckReport> {
  const checker = new CorpusChecker(files.map(([name]) => name))
  for (const [i, [name, content]] of files.entries())
    await checker.read(i, readText([content], name, checker.options()))
  return checker.report()
}

/** The findings in one file, by code. */
export async function findingsOf(
  content: string,
  name = 'train.conll',
): Promise<ReadonlyMap<string, Finding>> {
  const { findings } = await checkTexts([name, content])
  return new Map(findings.map(finding => [finding.code, finding]))
}

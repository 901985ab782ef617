import { type Fault, faultMessage, type Note } from '../../base/fault.js'
import type { Sentence } from '../sentence.js'
import { FileChecker, type FileSummary } from './check-file.js'
import { DuplicateFinder } from './duplicates.js'
import { type Finding, FindingLog } from './finding.js'
import { MentionTypes } from './mentions.js'
import { checkTypes } from './types.js'

export interface CheckReport {
  readonly files: readonly FileSummary[]
  /** Errors first, then warnings, then the rest. */
  readonly findings: readonly Finding[]
  readonly errors: number
  readonly warnings: number
}

/**
 * Checks a corpus of one or more files: what cannot be read, what a tagger cannot learn from, and what would make its
 * scores wrong. The first file is the training file.
 *
 * @example
 * const checker = new CorpusChecker(['train.conll', 'dev.conll'])
 * for (const [i, path] of ['train.conll', 'dev.conll'].entries())
 *   await checker.read(i, readSentences(path, checker.options()))
 * checker.report().findings
 */
export class CorpusChecker {
  private readonly log = new FindingLog()
  private readonly mentions = new MentionTypes()
  private readonly duplicates: DuplicateFinder
  private readonly checkers: readonly FileChecker[]
  private readonly summaries: FileSummary[] = []

  constructor(private readonly files: readonly string[]) {
    this.duplicates = new DuplicateFinder(files, this.log)
    this.checkers = files.map(file => new FileChecker(file, this.log, this.mentions))
  }

  /** Options for the readers of all files, so that faults and notes become findings. */
  options(): { onFault: (fault: Fault) => void; onNote: (note: Note) => void } {
    return {
      onFault: fault => this.log.addWhole('faulty-rows', fault.where, faultMessage(fault)),
      onNote: ({ where, message }) => this.log.addWhole('reading', where, message),
    }
  }

  /** Checks one file. Its sentences are not kept. @param file index */
  async read(file: number, sentences: AsyncIterable<Sentence> | Iterable<Sentence>): Promise<void> {
    for await (const sentence of sentences) {
      this.checkers[file].add(sentence)
      this.duplicates.add(file, sentence)
    }
    this.summaries[file] = this.checkers[file].finish()
  }

  /** A file that could not be read, and why. */
  unreadable(faults: readonly Fault[]): void {
    for (const fault of faults) this.log.addWhole('unreadable-file', fault.where, faultMessage(fault))
  }

  /** What was found. Call it once, after the last file. */
  report(): CheckReport {
    const [first, ...others] = this.summaries.filter(summary => summary?.scheme)
    for (const { file, scheme } of others)
      if (scheme !== first.scheme)
        this.log.add('mixed-schemes', { file }, `${scheme}, but ${first.file} is ${first.scheme}`)
    checkTypes(
      this.files,
      this.checkers.map(({ types }, i) => (this.summaries[i] ? types : undefined)),
      this.log,
    )
    this.mentions.report(this.log)
    const findings = this.log.list()
    const count = (severity: string) => findings.filter(finding => finding.severity === severity).length
    return {
      files: this.summaries.filter(summary => summary !== undefined),
      findings,
      errors: count('error'),
      warnings: count('warning'),
    }
  }
}

import type { Fault } from '../../base/errors.js'
import type { Sentence } from '../sentence.js'
import { FileChecker, type FileSummary } from './check-file.js'
import { DuplicateFinder } from './duplicates.js'
import { type Finding, type FindingKind, FindingLog } from './finding.js'
import { MentionTypes } from './mentions.js'
import { checkTypes } from './types.js'

const FILE: FindingKind = {
  severity: 'error',
  code: 'unreadable-file',
  message: 'files cannot be read as a corpus',
  remedy: 'as each says',
}
const SCHEMES: FindingKind = {
  severity: 'warning',
  code: 'mixed-schemes',
  message: 'files are in other schemes than the first',
  remedy: 'bring them into one: nerite corpus convert IN OUT --scheme BIO',
}
const NOTES: FindingKind = {
  severity: 'info',
  code: 'reading',
  message: 'things were guessed or left aside while reading',
  remedy: 'say otherwise with the options named',
}

export interface CheckReport {
  readonly files: readonly FileSummary[]
  /** Errors first, then warnings, then the rest. */
  readonly findings: readonly Finding[]
  readonly errors: number
  readonly warnings: number
}

/**
 * Looks a corpus of one or more files over: what cannot be read, what a tagger cannot learn from, and what would make
 * its scores lie. The first file is taken for training data.
 *
 * @example
 * const checker = new CorpusChecker(['train.conll', 'dev.conll'])
 * for (const [i, path] of ['train.conll', 'dev.conll'].entries())
 *   await checker.read(i, readSentences(path, checker.options(i)))
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

  /** What readers are to be given, so that faults become findings. @param file index */
  options(file: number): { onFault: (fault: Fault) => void; onNote: (note: string) => void } {
    return {
      onFault: fault => this.checkers[file].fault(fault),
      onNote: note => this.log.addWhole(NOTES, this.files[file], note),
    }
  }

  /** Takes in one file; its sentences are forgotten at once. @param file index */
  async read(file: number, sentences: AsyncIterable<Sentence> | Iterable<Sentence>): Promise<void> {
    for await (const sentence of sentences) {
      this.checkers[file].add(sentence)
      this.duplicates.add(file, sentence)
    }
    this.summaries[file] = this.checkers[file].finish()
  }

  /** A file that could not be read at all, and why. */
  unreadable(faults: readonly Fault[]): void {
    for (const fault of faults) this.log.addFault(FILE, fault)
  }

  /** What was found; call it once, after the last file. */
  report(): CheckReport {
    const schemes = this.summaries.filter(summary => summary?.scheme)
    for (const { file, scheme } of schemes)
      if (scheme !== schemes[0].scheme)
        this.log.add(SCHEMES, file, `${scheme}, but ${schemes[0].file} is ${schemes[0].scheme}`)
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

import type { Fault, Note } from '../../base/fault.js'
import { SchemeDetector } from '../../tags/detect-scheme.js'
import { exactTokens } from '../refine-tokens.js'
import { placeOf, type Sentence } from '../sentence.js'
import { spansOf } from '../sentence-text.js'
import type { Check, CheckKind, FileSummary } from './check.js'
import { CHECKS } from './checks.js'
import { type Finding, FindingLog, type Severity } from './finding.js'
import { addFault, addNote, READING } from './reading.js'
import { WordNumbers } from './word-numbers.js'

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
  private readonly checks: readonly Check[]
  private readonly numbers = new WordNumbers()
  private readonly summaries: FileSummary[] = []

  constructor(
    private readonly files: readonly string[],
    private readonly kinds: readonly CheckKind[] = CHECKS,
  ) {
    this.checks = kinds.map(({ create }) => create({ files, log: this.log }))
  }

  /** Options for the readers of all files, so that faults and notes become findings. */
  options(): { onFault: (fault: Fault) => void; onNote: (note: Note) => void } {
    return {
      onFault: fault => addFault(this.log, fault),
      onNote: note => addNote(this.log, note),
    }
  }

  /** Checks one file. Its sentences are not kept. @param file index */
  async read(file: number, sentences: AsyncIterable<Sentence> | Iterable<Sentence>): Promise<void> {
    const name = this.files[file]
    const detector = new SchemeDetector()
    const counts = { sentences: 0, tokens: 0, entities: 0 }
    for await (const sentence of sentences) {
      const exact = exactTokens(sentence)
      const { tokens, tags } = exact
      const spans = spansOf(exact)
      detector.add(tags)
      counts.sentences++
      counts.tokens += sentence.tokens.length
      counts.entities += spans.length
      // One by one: copying all of an object is slow.
      const checked = {
        tokens,
        tags,
        text: exact.text,
        offsets: exact.offsets,
        exact,
        source: sentence,
        file,
        spans,
        words: tokens.map(token => this.numbers.of(token)),
        at: (token = 0) => placeOf(exact, token, name),
      }
      for (const check of this.checks) check.add?.(checked)
    }
    const { entityTags, scheme, illFormed } = detector.result()
    const summary = { file: name, ...counts, scheme: entityTags > 0 ? scheme : null, illFormed }
    this.summaries[file] = summary
    for (const check of this.checks) check.endFile?.(summary, file)
  }

  /** A file that could not be read, and why. */
  unreadable(faults: readonly Fault[]): void {
    for (const fault of faults) addFault(this.log, fault, 'file')
  }

  /** What was found. Call it once, after the last file. */
  report(): CheckReport {
    for (const check of this.checks) check.end?.()
    const findings = this.log.list([...READING, ...this.kinds.flatMap(({ finds }) => finds)])
    const count = (severity: Severity) => findings.filter(finding => finding.severity === severity).length
    return {
      files: this.summaries.filter(summary => summary !== undefined),
      findings,
      errors: count('error'),
      warnings: count('warning'),
    }
  }
}

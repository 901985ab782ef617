import { lineOf, type Sentence } from '../sentence.js'
import type { FindingKind, FindingLog } from './finding.js'
import { hashStrings } from './sentence-hash.js'

const WITHIN: FindingKind = {
  severity: 'warning',
  code: 'duplicates',
  message: 'sentences repeat an earlier one of the same file, word for word',
  remedy: 'remove them, or split with `nerite corpus split`, which keeps copies on one side',
}
const CONTRADICTORY: FindingKind = {
  severity: 'warning',
  code: 'contradictory-duplicates',
  message: 'sentences repeat an earlier one with other tags',
  remedy: 'agree on one annotation; no tagger can learn both',
}
const BETWEEN: FindingKind = {
  severity: 'warning',
  code: 'overlap',
  message: 'sentences stand in an earlier file as well, so that scores on this one flatter',
  remedy: 'remove them from one of the files',
}

interface Seen {
  readonly file: number
  readonly line: number
  readonly tags: number
}

/** Finds sentences that occur again, by hash: some 100 bytes for each different sentence. */
export class DuplicateFinder {
  private readonly seen = new Map<number, Seen>()

  constructor(
    private readonly files: readonly string[],
    private readonly log: FindingLog,
  ) {}

  add(file: number, sentence: Sentence): void {
    const { tokens } = sentence
    const key = hashStrings(tokens)
    const here = { file, line: lineOf(sentence, 0), tags: hashStrings(sentence.tags) }
    const before = this.seen.get(key)
    if (before === undefined) {
      this.seen.set(key, here)
      return
    }
    const where = `${this.files[file]}:${here.line}`
    const twin = before.file === file ? `line ${before.line}` : `${this.files[before.file]}:${before.line}`
    const text = `as ${twin}: ${tokens.slice(0, 10).join(' ')}${tokens.length > 10 ? ' …' : ''}`
    this.log.add(before.file === file ? WITHIN : BETWEEN, where, text)
    if (before.tags !== here.tags) this.log.add(CONTRADICTORY, where, text)
  }
}

import { lineOf, type Sentence } from '../sentence.js'
import { spansOf } from '../sentence-text.js'
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
  message: 'sentences repeat an earlier one with other entities',
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
  /** Of its entities; none where it is unlabeled. */
  readonly spans: number | undefined
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
    const here = { file, line: lineOf(sentence, 0), spans: hashSpans(sentence) }
    const before = this.seen.get(key)
    if (before === undefined) {
      this.seen.set(key, here)
      return
    }
    const where = `${this.files[file]}:${here.line}`
    const twin = before.file === file ? `line ${before.line}` : `${this.files[before.file]}:${before.line}`
    const text = `as ${twin}: ${tokens.slice(0, 10).join(' ')}${tokens.length > 10 ? ' …' : ''}`
    this.log.add(before.file === file ? WITHIN : BETWEEN, where, text)
    if (here.spans === undefined) return
    if (before.spans === undefined) this.seen.set(key, { ...before, spans: here.spans })
    else if (before.spans !== here.spans) this.log.add(CONTRADICTORY, where, text)
  }
}

/** The same for the same entities, whatever scheme they are written in. */
function hashSpans(sentence: Sentence): number | undefined {
  if (sentence.tags.length === 0) return undefined
  return hashStrings(spansOf(sentence).map(({ start, end, type }) => `${start} ${end} ${type}`))
}

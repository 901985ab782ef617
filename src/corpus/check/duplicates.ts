import { lineOf, type Sentence } from '../sentence.js'
import { spansOf } from '../sentence-text.js'
import type { FindingLog } from './finding.js'
import { hashStrings } from './sentence-hash.js'

interface Seen {
  readonly file: number
  readonly line: number
  /** Hash of its entities, `undefined` if it is unlabeled. */
  readonly spans: number | undefined
}

/** Finds copies of sentences by hash, with about 100 bytes for each different sentence. */
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
    const where = { file: this.files[file], line: here.line }
    const twin = before.file === file ? `line ${before.line}` : `${this.files[before.file]}:${before.line}`
    const text = `as ${twin}: ${tokens.slice(0, 10).join(' ')}${tokens.length > 10 ? ' …' : ''}`
    this.log.add(before.file === file ? 'duplicates' : 'overlap', where, text)
    if (here.spans === undefined) return
    if (before.spans === undefined) this.seen.set(key, { ...before, spans: here.spans })
    else if (before.spans !== here.spans) this.log.add('contradictory-duplicates', where, text)
  }
}

/** The same hash for the same entities, in any scheme. */
function hashSpans(sentence: Sentence): number | undefined {
  if (sentence.tags.length === 0) return undefined
  return hashStrings(spansOf(sentence).map(({ start, end, type }) => `${start} ${end} ${type}`))
}

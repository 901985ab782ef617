import { say } from '../../base/fault.js'
import type { Check, CheckContext, CheckedSentence, CheckKind, FileSummary } from './check.js'
import { type Example, type FindingKind, shortened, warning } from './finding.js'
import { hashStrings } from './sentence-hash.js'
import { split } from './split-advice.js'

const DUPLICATES = warning(
  'duplicates',
  'sentences are copies of an earlier one in the same file',
  say`remove them, or split the corpus with ${split}, which keeps copies together`,
)
const CONTRADICTORY = warning(
  'contradictory-duplicates',
  'sentences are copies of an earlier one with other entities',
  'agree on one annotation; no tagger can learn both',
)
const OVERLAP = warning(
  'overlap',
  'sentences are also in an earlier file, so that scores on this one are too good',
  'remove them from one of the files',
)

/** Shorter sentences are headings and numbers of lists, which repeat by themselves. */
const SHORTEST = 3
/** Fewer hardly change a score or what is learned. */
const FEW = 0.01

/** Copies of sentences. Found by hash, with about 100 bytes for each different sentence. */
export const duplicates: CheckKind = {
  finds: [OVERLAP, CONTRADICTORY, DUPLICATES],
  create: context => new DuplicateCheck(context),
}

interface Seen {
  readonly file: number
  readonly line: number
  /** Hash of its entities, `undefined` if it is unlabeled. */
  readonly spans: number | undefined
}

/** Cases that are kept until the whole file is known. */
const KEPT = 5

/** Copies of one kind in one file. */
interface Copies {
  count: number
  readonly first: Example[]
}

class DuplicateCheck implements Check {
  private readonly seen = new Map<number, Seen>()
  private copies = new Map<FindingKind, Copies>()

  constructor(private readonly context: CheckContext) {}

  add(sentence: CheckedSentence): void {
    const { file, source, at } = sentence
    const { tokens } = source
    if (tokens.length < SHORTEST) return
    const { files, log } = this.context
    const where = at()
    const key = hashStrings(tokens)
    const here = { file, line: where.line ?? 0, spans: hashSpans(sentence) }
    const before = this.seen.get(key)
    if (before === undefined) {
      this.seen.set(key, here)
      return
    }
    const twin = before.file === file ? `line ${before.line}` : `${files[before.file]}:${before.line}`
    const beginning = tokens.slice(0, 10).join(' ')
    const text = shortened(`as ${twin}: ${beginning}${tokens.length > 10 ? ' …' : ''}`)
    this.count(before.file === file ? DUPLICATES : OVERLAP, { where, text })
    if (here.spans === undefined) return
    if (before.spans === undefined) this.seen.set(key, { ...before, spans: here.spans })
    else if (before.spans !== here.spans) log.add(CONTRADICTORY, where, text)
  }

  endFile({ sentences }: FileSummary, file: number): void {
    const { log } = this.context
    for (const [kind, { count, first }] of this.copies)
      for (const [i, { where, text }] of first.entries())
        log.addWhole(kind, where, text, {
          times: i === 0 ? count - first.length + 1 : 1,
          severity: count < FEW * sentences ? 'info' : 'warning',
        })
    if (file > 0) log.addTotal(OVERLAP, sentences)
    this.copies = new Map()
  }

  private count(kind: FindingKind, example: Example): void {
    const copies = this.copies.get(kind) ?? { count: 0, first: [] }
    copies.count++
    if (copies.first.length < KEPT) copies.first.push(example)
    this.copies.set(kind, copies)
  }
}

/** The same hash for the same entities, in any scheme. */
function hashSpans({ tags, spans }: CheckedSentence): number | undefined {
  if (tags.length === 0) return undefined
  return hashStrings(spans.map(({ start, end, type }) => `${start} ${end} ${type}`))
}

import type { TextSpan } from '../corpus/sentence.js'
import { toPrf } from '../evaluate/prf.js'
import { type SentenceCounts, sumCounts } from '../evaluate/sentence-counts.js'
import type { LabelDocument } from './label-document.js'
import { firstEndingAfter } from './label-document.js'

/** How far two annotators agree on the documents that both labeled whole. */
export interface Agreement {
  readonly documents: number
  readonly tokens: number
  /** Entities of the first and of the second annotator, and those that are the same. */
  readonly entities: { readonly first: number; readonly second: number; readonly same: number }
  /** F1 of one annotator's entities against the other's, exact offsets and types: the same in both directions. `null` without entities. */
  readonly entityF1: number | null
  /** Cohen's kappa of the types of tokens, `O` included (Cohen 1960); `null` if both use one and the same type throughout. */
  readonly tokenKappa: number | null
  /** The share of tokens with the same type; `null` without tokens. */
  readonly tokenAgreement: number | null
}

/**
 * Agreement of two annotators. Entity F1 does not count agreement that nothing is there; kappa corrects the agreement of
 * tokens for chance: (observed − expected) / (1 − expected).
 *
 * @example
 * agreementOf([{ document, first: labelsOfAda, second: labelsOfGrace }]).tokenKappa
 */
export function agreementOf(
  pairs: Iterable<{
    readonly document: Pick<LabelDocument, 'offsets'>
    readonly first: readonly TextSpan[]
    readonly second: readonly TextSpan[]
  }>,
): Agreement {
  const counts: SentenceCounts[] = []
  const table = new PairTable()
  let documents = 0
  for (const { document, first, second } of pairs) {
    documents++
    const same = first.filter(a =>
      second.some(b => a.start === b.start && a.end === b.end && a.type === b.type),
    )
    counts.push({ gold: first.length, predicted: second.length, correct: same.length })
    const [a, b] = [tokenTypes(document.offsets, first), tokenTypes(document.offsets, second)]
    for (let i = 0; i < a.length; i++) table.add(a[i], b[i])
  }
  const { gold, predicted, correct } = sumCounts(counts)
  return {
    documents,
    tokens: table.total,
    entities: { first: gold, second: predicted, same: correct },
    entityF1: toPrf(correct, predicted, gold).f1,
    tokenKappa: table.kappa(),
    tokenAgreement: table.observed(),
  }
}

/** The type of each token, `O` for none: that of the entity that it touches. */
export function tokenTypes(offsets: LabelDocument['offsets'], entities: readonly TextSpan[]): string[] {
  const types = new Array<string>(offsets.length).fill('O')
  for (const { start, end, type } of entities)
    for (let i = firstEndingAfter(offsets, start); i < offsets.length && offsets[i].start < end; i++)
      types[i] = type
  return types
}

class PairTable {
  private readonly first = new Map<string, number>()
  private readonly second = new Map<string, number>()
  private same = 0
  total = 0

  add(a: string, b: string): void {
    this.first.set(a, (this.first.get(a) ?? 0) + 1)
    this.second.set(b, (this.second.get(b) ?? 0) + 1)
    if (a === b) this.same++
    this.total++
  }

  observed(): number | null {
    return this.total === 0 ? null : this.same / this.total
  }

  kappa(): number | null {
    const observed = this.observed()
    if (observed === null) return null
    let expected = 0
    for (const [type, count] of this.first)
      expected += (count / this.total) * ((this.second.get(type) ?? 0) / this.total)
    return expected === 1 ? null : (observed - expected) / (1 - expected)
  }
}

import type { Random } from '../../base/random.js'
import { hashStrings } from '../check/sentence-hash.js'
import { exactTokens } from '../refine-tokens.js'
import type { Sentence } from '../sentence.js'
import { spansOf } from '../sentence-text.js'
import { assignGroups } from './assign-groups.js'

export interface SplitPlan {
  /** The part of each sentence, in the source's order. */
  readonly parts: readonly number[]
  /** What is kept together. */
  readonly by: 'document' | 'sentence'
  readonly documents: number
  /** Sentences that occur more than once, with all their copies. */
  readonly duplicates: number
  /** Sentences that are not in their document's part, since a copy is in another part. */
  readonly moved: number
}

interface Group {
  sentences: number
  readonly types: Map<string, number>
}

/**
 * Collects what there is to split, sentence by sentence (about 100 bytes each), and plans the split: of whole documents if
 * the source marks them, else of sentences. Copies of a sentence are always in one part. If they are in documents of
 * several parts, they all go to the first of these parts, so that test sentences are not in the training data.
 */
export class SplitPlanner {
  private readonly groups: Group[] = []
  private readonly groupOf: number[] = []
  private readonly hashes: number[] = []
  private readonly byDocument = new Map<number, number>()
  private readonly byHash = new Map<number, number>()

  add(sentence: Sentence): void {
    const hash = hashStrings(sentence.tokens)
    const { document } = sentence
    const group =
      document === undefined ? this.groupFor(this.byHash, hash) : this.groupFor(this.byDocument, document)
    const { types } = this.groups[group]
    this.groups[group].sentences++
    for (const { type } of spansOf(exactTokens(sentence))) types.set(type, (types.get(type) ?? 0) + 1)
    this.groupOf.push(group)
    this.hashes.push(hash)
  }

  /** @param shares fractions that add up to 1, the training part's first */
  plan(shares: readonly number[], random: Random): SplitPlan {
    const partOf = assignGroups(this.groups, shares, random)
    const firstPart = new Map<number, number>()
    const copies = new Map<number, number>()
    for (const [i, hash] of this.hashes.entries()) {
      const part = partOf[this.groupOf[i]]
      firstPart.set(hash, Math.min(part, firstPart.get(hash) ?? part))
      copies.set(hash, (copies.get(hash) ?? 0) + 1)
    }
    let moved = 0
    const parts = this.hashes.map((hash, i) => {
      const own = partOf[this.groupOf[i]]
      const part = firstPart.get(hash) ?? own
      if (part !== own) moved++
      return part
    })
    let duplicates = 0
    for (const count of copies.values()) if (count > 1) duplicates += count
    const documents = this.byDocument.size
    return { parts, by: documents > 0 ? 'document' : 'sentence', documents, duplicates, moved }
  }

  private groupFor(index: Map<number, number>, key: number): number {
    const known = index.get(key)
    if (known !== undefined) return known
    index.set(key, this.groups.length)
    return this.groups.push({ sentences: 0, types: new Map() }) - 1
  }
}

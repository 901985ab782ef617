import { isTag } from '../../tags/scheme.js'
import { areBareLabels, BARE_LABELS_NOTE, prefixFault, tagOfBareLabel } from '../bare-labels.js'
import { type ReadContext, RowError } from '../read-context.js'
import type { TextRecord, TokenRecord } from './record.js'

export interface PlacedRecord {
  readonly record: TextRecord | TokenRecord
  readonly line: number | undefined
  /** Its number, where a line may hold several. */
  readonly element: number | undefined
}

/** So many labels show whether they have prefixes. */
const ENOUGH = 4000

/**
 * Finds out whether the labels of a file's tokens have prefixes. From the first label that has none, records are held back
 * until enough of them are there, or the file ends.
 */
export class LabelLookahead {
  private readonly labels: string[] = []
  private waiting: PlacedRecord[] = []
  private isBare: boolean | undefined

  /** @param isBare whether labels have no prefix, if that is known */
  constructor(
    private readonly context: ReadContext,
    isBare?: boolean,
  ) {
    if (isBare !== undefined) this.decide(isBare)
  }

  /** @returns the records that are ready, in their order */
  push(placed: PlacedRecord): readonly PlacedRecord[] {
    if (this.isBare !== undefined) return [placed]
    const tags = placed.record.kind === 'tokens' ? placed.record.tags : []
    for (const tag of tags) this.labels.push(tag)
    if (tags.some(tag => tag !== 'O' && isTag(tag))) return this.release(placed, false)
    if (this.waiting.length === 0 && tags.every(tag => tag === 'O')) {
      // They tell the share of `O`, of which more is not needed.
      if (this.labels.length > ENOUGH) this.labels.length = ENOUGH / 2
      return [placed]
    }
    if (this.labels.length >= ENOUGH) return this.release(placed, areBareLabels(this.labels))
    this.waiting.push(placed)
    return []
  }

  /** The records that are left. */
  end(): readonly PlacedRecord[] {
    if (this.isBare === undefined && this.waiting.length > 0) this.decide(areBareLabels(this.labels))
    return this.waiting.splice(0)
  }

  /** The record with tags in place of labels without a prefix. @throws RowError for one with a prefix among these */
  withTags(record: TextRecord | TokenRecord): TextRecord | TokenRecord {
    if (!this.isBare || record.kind === 'text') return record
    for (const label of record.tags) {
      const fault = prefixFault(label)
      if (fault) throw new RowError(fault)
    }
    return { ...record, tags: record.tags.map(tagOfBareLabel) }
  }

  private release(placed: PlacedRecord, isBare: boolean): readonly PlacedRecord[] {
    this.decide(isBare)
    return [...this.waiting.splice(0), placed]
  }

  private decide(isBare: boolean): void {
    this.isBare = isBare
    if (isBare) this.context.note(...BARE_LABELS_NOTE)
  }
}

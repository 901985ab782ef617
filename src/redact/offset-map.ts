import type { TextRange } from '../text/token.js'
import type { Policy } from './policies.js'

/** A piece of a redacted text: as it was, instead of `length` units of the original, or added to it. */
export type Piece =
  | { readonly kind: 'same'; readonly text: string }
  | { readonly kind: 'added'; readonly text: string }
  | {
      readonly kind: 'new'
      readonly text: string
      readonly length: number
      readonly type: string
      readonly policy: Exclude<Policy, 'keep'>
    }

export interface Place {
  readonly piece: Piece
  readonly original: TextRange
  readonly redacted: TextRange
}

/** Offsets of an original text and of the redacted one, in UTF-16 code units. */
export class OffsetMap {
  /** The pieces with their places, in order. */
  readonly places: readonly Place[]

  constructor(pieces: readonly Piece[]) {
    let [from, to] = [0, 0]
    this.places = pieces.map(piece => {
      const length = piece.kind === 'same' ? piece.text.length : piece.kind === 'new' ? piece.length : 0
      const place = {
        piece,
        original: { start: from, end: from + length },
        redacted: { start: to, end: to + piece.text.length },
      }
      from += length
      to += piece.text.length
      return place
    })
  }

  /** Where a place of the original text is in the redacted one; inside an entity, where its stand-in begins. */
  toRedacted(offset: number): number {
    return this.mapped(offset, 'original', 'redacted')
  }

  /** Where a place of the redacted text is in the original one; inside a stand-in, where the entity begins. */
  toOriginal(offset: number): number {
    return this.mapped(offset, 'redacted', 'original')
  }

  private mapped(offset: number, from: 'original' | 'redacted', to: 'original' | 'redacted'): number {
    let [low, high] = [0, this.places.length - 1]
    // The last piece that begins at the offset or before it.
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (this.places[middle][from].start <= offset) low = middle
      else high = middle - 1
    }
    const place = this.places[low]
    if (place.piece.kind === 'same')
      return Math.min(place[to].start + offset - place[from].start, place[to].end)
    return offset >= place[from].end ? place[to].end : place[to].start
  }
}

/** Cuts text into the pieces that a pretrained encoder reads, with the place of each in the text. */
import type { AddedFinder } from './added-pieces.js'
import { type AlignedText, alignText, contentOf, prependAligned, sliceAligned } from './aligned-text.js'
import { BYTE_SPACE } from './byte-alphabet.js'
import type { Normalizer } from './normalizers.js'
import type { PieceModel } from './piece-model.js'
import { type PostProcessing, trimmedOffsets } from './post-processors.js'
import type { PreTokenizer } from './pre-tokenizers.js'

/** The parts of a tokenizer, in the order in which they work. */
export interface SubwordParts {
  /** Pieces that are looked for in the text as it is. */
  readonly added: AddedFinder
  readonly normalize: Normalizer
  /** Pieces that are looked for in the normalized text. */
  readonly addedNormalized: AddedFinder
  readonly preTokenize: PreTokenizer
  readonly model: PieceModel
  readonly post: PostProcessing
  /** Ids of pieces, added ones included. */
  readonly ids: ReadonlyMap<string, number>
  /** Whether a word in a sentence needs a space before it to be cut as it would be in running text. */
  readonly spaceBeforeWords: boolean
}

/** Pieces in order, the special ones around a text not among them. */
export interface SubwordPieces {
  readonly ids: readonly number[]
  /** Where each piece begins in the text, in UTF-16 code units. */
  readonly starts: readonly number[]
  /** Where it ends, exclusive. Pieces of the bytes of one character all have its range. */
  readonly ends: readonly number[]
}

/** A tokenizer as `parseTokenizer` makes it. It cuts nothing off, however long the text. */
export class SubwordTokenizer {
  private readonly pieces: ReadonlyMap<number, string>

  constructor(private readonly parts: SubwordParts) {
    this.pieces = new Map(Array.from(parts.ids, ([piece, id]) => [id, piece]))
  }

  /** The highest id of a piece, plus one. */
  get size(): number {
    let highest = -1
    for (const id of this.pieces.keys()) highest = Math.max(highest, id)
    return highest + 1
  }

  /** The special pieces before a text (`[CLS]`) and after it (`[SEP]`). */
  get around(): Pick<PostProcessing, 'prefix' | 'suffix'> {
    return this.parts.post
  }

  /** What stands for what no piece has; `undefined` where the pieces have every byte. */
  get unknownId(): number | undefined {
    return this.parts.model.unknownId
  }

  idOf(piece: string): number | undefined {
    return this.parts.ids.get(piece)
  }

  pieceOf(id: number): string | undefined {
    return this.pieces.get(id)
  }

  /**
   * The pieces of a text. Special pieces that are written in the text (`[MASK]`) are found there.
   * @example
   * const { ids, starts, ends } = tokenizer.encode('Ada Lovelace')
   */
  encode(text: string): SubwordPieces {
    return this.encodeAligned(alignText(text))
  }

  /** The ids of a word in a sentence, as they would be after a space. */
  encodeWord(word: string): readonly number[] {
    const text = alignText(word)
    return this.encodeAligned(this.parts.spaceBeforeWords ? prependAligned(text, ' ') : text).ids
  }

  private encodeAligned(text: AlignedText): SubwordPieces {
    const { added, normalize, addedNormalized } = this.parts
    const found = { ids: [] as number[], starts: [] as number[], ends: [] as number[] }
    const push = (id: number, own: AlignedText, from: number, to: number, piece: string) => {
      const place = this.place(own, from, to, piece, found.ids.length === 0)
      found.ids.push(id)
      found.starts.push(place.start)
      found.ends.push(place.end)
    }
    for (const range of added(text)) {
      const part = sliceAligned(text, range.from, range.to)
      if (range.id !== undefined) {
        push(range.id, part, 0, part.characters.length, contentOf(part))
        continue
      }
      const normalized = normalize(part)
      for (const { id, from, to } of addedNormalized(normalized)) {
        const own = sliceAligned(normalized, from, to)
        if (id !== undefined) push(id, own, 0, to - from, contentOf(own))
        else this.cut(own, push)
      }
    }
    return found
  }

  private cut(
    text: AlignedText,
    push: (id: number, own: AlignedText, from: number, to: number, piece: string) => void,
  ): void {
    const { preTokenize, model } = this.parts
    for (const part of preTokenize([text])) {
      if (part.characters.length === 0) continue
      for (const { id, from, to } of model.segment(part.characters))
        push(id, part, from, to, this.pieces.get(id) ?? '')
    }
  }

  private place({ starts, ends }: AlignedText, from: number, to: number, text: string, isFirst: boolean) {
    const { trim } = this.parts.post
    if (!trim) return { start: starts[from], end: ends[to - 1] }
    const piece = { text, starts: starts.slice(from, to), ends: ends.slice(from, to) }
    return trimmedOffsets(piece, isFirst, trim.addSpace)
  }
}

/** Whether a cut text shows the space before it. */
export function showsSpace(preTokenize: PreTokenizer, normalize: Normalizer): boolean {
  const parts = preTokenize([normalize(alignText(' a'))])
  const first = parts.length > 0 ? contentOf(parts[0]) : ''
  return first.startsWith(BYTE_SPACE) || first.startsWith('\u2581')
}

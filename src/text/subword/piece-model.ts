/** What all models of pieces share. */
import type { JsonFields } from './json-fields.js'
import { unexpected } from './json-fields.js'

/** A piece in a part of a text: its id and the characters that it covers. */
export interface Piece {
  readonly id: number
  readonly from: number
  readonly to: number
}

/** Cuts one part of a text into pieces. */
export interface PieceModel {
  /** The id of each piece that the model itself has. */
  readonly ids: ReadonlyMap<string, number>
  /** What stands for characters that no piece has. */
  readonly unknownId: number | undefined
  segment(characters: readonly string[]): readonly Piece[]
}

/** The most pieces that a file may have. */
const MOST_PIECES = 4_000_000

/** The field `vocab` as an object of ids. @throws ModelFileError for ids that are not whole numbers, or are there twice */
export function parseIds(vocabulary: JsonFields): Map<string, number> {
  const ids = new Map<string, number>()
  const seen = new Set<number>()
  for (const [piece, id] of Object.entries(vocabulary.value)) {
    if (!Number.isSafeInteger(id) || (id as number) < 0 || (id as number) >= MOST_PIECES)
      throw unexpected(vocabulary.placeOf(JSON.stringify(piece)), `an id below ${MOST_PIECES}`, id)
    if (seen.has(id as number)) throw unexpected(vocabulary.where, 'each id once', id)
    seen.add(id as number)
    ids.set(piece, id as number)
  }
  return ids
}

/** The id of a piece that must be there. */
export function idOfPiece(ids: ReadonlyMap<string, number>, piece: string, fields: JsonFields): number {
  const id = ids.get(piece)
  if (id === undefined) throw fields.refused('a piece of the vocabulary', JSON.stringify(piece))
  return id
}

/** The ids of the 256 pieces `<0x00>` … `<0xFF>`, or nothing where some are missing. */
export function bytePieces(ids: ReadonlyMap<string, number>): readonly number[] | undefined {
  const own = Array.from({ length: 256 }, (_, byte) =>
    ids.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`),
  )
  return own.every((id): id is number => id !== undefined) ? own : undefined
}

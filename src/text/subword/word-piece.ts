/**
 * WordPiece (Schuster & Nakajima 2012; Devlin et al. 2019): from left to right, the longest piece that fits. A word in
 * which at some place none fits is one unknown piece.
 */
import { JsonFields } from './json-fields.js'
import { idOfPiece, type Piece, type PieceModel, parseIds } from './piece-model.js'

export interface WordPieceSettings {
  readonly unknown: string
  /** What pieces inside of a word begin with. */
  readonly prefix: string
  /** Longer words are unknown. */
  readonly longestWord: number
}

export function parseWordPiece(fields: JsonFields): PieceModel {
  const ids = parseIds(fields.object('vocab'))
  return wordPiece(
    ids,
    {
      unknown: fields.string('unk_token'),
      prefix: fields.string('continuing_subword_prefix', '##'),
      longestWord: fields.count('max_input_chars_per_word', 100),
    },
    fields,
  )
}

/** @param fields where to say that the unknown piece is missing */
export function wordPiece(
  ids: ReadonlyMap<string, number>,
  { unknown, prefix, longestWord }: WordPieceSettings,
  fields: JsonFields = new JsonFields({}, 'vocabulary'),
): PieceModel {
  const unknownId = idOfPiece(ids, unknown, fields)
  let longestPiece = 0
  for (const piece of ids.keys()) longestPiece = Math.max(longestPiece, piece.length)
  return {
    ids,
    unknownId,
    segment(characters) {
      const whole = [{ id: unknownId, from: 0, to: characters.length }]
      if (characters.length > longestWord) return whole
      const pieces: Piece[] = []
      let from = 0
      while (from < characters.length) {
        let to = Math.min(characters.length, from + longestPiece)
        let id: number | undefined
        for (; to > from; to--) {
          id = ids.get((from > 0 ? prefix : '') + characters.slice(from, to).join(''))
          if (id !== undefined) break
        }
        if (id === undefined) return whole
        pieces.push({ id, from, to })
        from = to
      }
      return pieces
    },
  }
}

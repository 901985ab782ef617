/**
 * Unigram (Kudo 2018): of all ways to cut a text into pieces, the one with the highest sum of log probabilities. A
 * character that is no piece costs ten more than the least likely piece; neighbors of that kind are one unknown piece.
 */
import { utf8Bytes } from './byte-alphabet.js'
import { type JsonFields, unexpected } from './json-fields.js'
import { bytePieces, type Piece, type PieceModel } from './piece-model.js'
import { PieceTrie } from './piece-trie.js'
import { storedScore } from './stored-score.js'

/** How much less likely than any piece a character is that no piece has. */
const UNKNOWN_PENALTY = 10

export interface UnigramSettings {
  readonly unknownId: number | undefined
  /** Whether an unknown character becomes the pieces of its bytes. */
  readonly byteFallback: boolean
}

export function parseUnigram(fields: JsonFields): PieceModel {
  const pieces = parsePieces(fields, 'vocab').map(([piece, score]) => [piece, storedScore(score)] as const)
  const unknownId = fields.has('unk_id') ? fields.count('unk_id') : undefined
  if (unknownId !== undefined && unknownId >= pieces.length)
    throw fields.refused('an unk_id of the vocabulary', String(unknownId))
  return unigram(pieces, { unknownId, byteFallback: fields.boolean('byte_fallback', false) })
}

/** A list of pieces with their log probabilities. */
export function parsePieces(fields: JsonFields, name: string): (readonly [string, number])[] {
  return fields.list(name).map((entry, i): readonly [string, number] => {
    const [piece, score] = Array.isArray(entry) ? entry : []
    if (typeof piece !== 'string' || typeof score !== 'number' || !Number.isFinite(score))
      throw unexpected(`${fields.placeOf(name)}[${i}]`, 'a piece and its log probability', entry)
    return [piece, score]
  })
}

export function unigram(
  pieces: readonly (readonly [piece: string, logProbability: number])[],
  { unknownId, byteFallback }: UnigramSettings,
): PieceModel {
  const ids = new Map(pieces.map(([piece], id) => [piece, id]))
  const scores = Float64Array.from(pieces, ([, score]) => score)
  // A piece without a character would be found everywhere and lead nowhere.
  const trie = new PieceTrie([...ids].filter(([piece]) => piece !== ''))
  const unknownScore = scores.reduce((least, score) => Math.min(least, score), Infinity) - UNKNOWN_PENALTY
  const bytes = byteFallback ? bytePieces(ids) : undefined
  return {
    ids,
    unknownId,
    segment: characters => {
      const ways = bestWays(characters, { trie, scores, unknownScore })
      const found: Piece[] = []
      for (let to = characters.length; to > 0; ) {
        const { from, id } = { from: ways.from[to], id: ways.id[to] }
        const last = found.at(-1)
        if (id !== UNKNOWN) found.push({ id, from, to })
        // Unknown neighbors are one piece.
        else if (last?.id === UNKNOWN && last.from === to) found[found.length - 1] = { ...last, from }
        else found.push({ id, from, to })
        to = from
      }
      return found.reverse().flatMap(piece => known(piece, characters))
    },
  }

  function known({ id, from, to }: Piece, characters: readonly string[]): Piece[] {
    if (id !== UNKNOWN) return [{ id, from, to }]
    const text = characters.slice(from, to).join('')
    const own = ids.get(text)
    if (own !== undefined) return [{ id: own, from, to }]
    if (bytes) return Array.from(utf8Bytes(text), byte => ({ id: bytes[byte], from, to }))
    return unknownId === undefined ? [] : [{ id: unknownId, from, to }]
  }
}

const UNKNOWN = -1

interface Lattice {
  readonly trie: PieceTrie
  readonly scores: Float64Array
  readonly unknownScore: number
}

/** The best way to each place: where its last piece begins, and which it is. */
function bestWays(
  characters: readonly string[],
  { trie, scores, unknownScore }: Lattice,
): { readonly from: Int32Array; readonly id: Int32Array } {
  const { length } = characters
  const best = new Float64Array(length + 1)
  const from = new Int32Array(length + 1).fill(-1)
  const id = new Int32Array(length + 1)
  const offer = (start: number, end: number, piece: number, score: number) => {
    const sum = score + best[start]
    if (from[end] >= 0 && !(sum > best[end])) return
    best[end] = sum
    from[end] = start
    id[end] = piece
  }
  for (let start = 0; start < length; start++) {
    let node = 0
    let isPiece = false
    for (let end = start; end < length && node >= 0; end++) {
      const character = characters[end]
      for (let i = 0; i < character.length && node >= 0; i++) node = trie.next(node, character.charCodeAt(i))
      const piece = node < 0 ? undefined : trie.valueAt(node)
      if (piece === undefined) continue
      offer(start, end + 1, piece, scores[piece])
      isPiece ||= end === start
    }
    if (!isPiece) offer(start, start + 1, UNKNOWN, unknownScore)
  }
  return { from, id }
}

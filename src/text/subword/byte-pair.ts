/**
 * Byte-pair encoding (Sennrich et al. 2016): a part starts as its characters, and of all neighbors that a merge joins,
 * those of the earliest merge are joined first, from left to right. Over bytes as characters it needs no unknown piece.
 */
import { utf8Bytes } from './byte-alphabet.js'
import { JsonFields, unexpected } from './json-fields.js'
import { bytePieces, idOfPiece, type Piece, type PieceModel, parseIds } from './piece-model.js'

export interface BytePairSettings {
  readonly unknown?: string
  /** What pieces inside of a part begin with. */
  readonly prefix?: string
  /** What the last piece of a part ends with. */
  readonly suffix?: string
  /** Whether unknown neighbors are one piece. */
  readonly fuseUnknown?: boolean
  readonly byteFallback?: boolean
  /** Whether a part that is a piece as a whole is not built from merges. */
  readonly ignoreMerges?: boolean
}

export function parseBytePair(fields: JsonFields): PieceModel {
  if (fields.has('dropout') && fields.value.dropout !== 0)
    throw fields.refused('no dropout of merges', JSON.stringify(fields.value.dropout))
  const merges = fields.list('merges').map((entry, i): readonly [string, string] => {
    const pair = typeof entry === 'string' ? entry.split(' ') : entry
    if (Array.isArray(pair) && pair.length === 2 && pair.every(part => typeof part === 'string'))
      return [pair[0], pair[1]]
    throw unexpected(`${fields.placeOf('merges')}[${i}]`, 'two pieces', entry)
  })
  const text = (name: string) => (fields.has(name) ? fields.string(name) : undefined)
  return bytePair(
    parseIds(fields.object('vocab')),
    merges,
    {
      unknown: text('unk_token'),
      prefix: text('continuing_subword_prefix'),
      suffix: text('end_of_word_suffix'),
      fuseUnknown: fields.boolean('fuse_unk', false),
      byteFallback: fields.boolean('byte_fallback', false),
      ignoreMerges: fields.boolean('ignore_merges', false),
    },
    fields,
  )
}

interface Merge {
  readonly rank: number
  readonly id: number
}

export function bytePair(
  ids: ReadonlyMap<string, number>,
  merges: readonly (readonly [string, string])[],
  { unknown, prefix = '', suffix = '', fuseUnknown, byteFallback, ignoreMerges }: BytePairSettings,
  fields: JsonFields = new JsonFields({}, 'merges'),
): PieceModel {
  const idOf = (piece: string) => idOfPiece(ids, piece, fields)
  const unknownId = unknown === undefined ? undefined : idOf(unknown)
  const bytes = byteFallback ? bytePieces(ids) : undefined
  const table = new Map<number, Merge>()
  merges.forEach(([left, right], rank) => {
    const merged = left + (prefix && right.startsWith(prefix) ? right.slice(prefix.length) : right)
    table.set(keyOf(idOf(left), idOf(right)), { rank, id: idOf(merged) })
  })
  return {
    ids,
    unknownId,
    segment(characters) {
      const { length } = characters
      if (ignoreMerges) {
        const whole = ids.get(characters.join(''))
        if (whole !== undefined) return [{ id: whole, from: 0, to: length }]
      }
      const pieces: Piece[] = []
      characters.forEach((character, i) => {
        const text = (i > 0 ? prefix : '') + character + (i === length - 1 ? suffix : '')
        const own = ids.get(text)
        const last = pieces.at(-1)
        if (own !== undefined) pieces.push({ id: own, from: i, to: i + 1 })
        else if (bytes)
          for (const byte of utf8Bytes(text)) pieces.push({ id: bytes[byte], from: i, to: i + 1 })
        else if (unknownId === undefined) return
        else if (fuseUnknown && last?.id === unknownId && last.to === i && !ids.has(characters[i - 1]))
          pieces[pieces.length - 1] = { ...last, to: i + 1 }
        else pieces.push({ id: unknownId, from: i, to: i + 1 })
      })
      return mergeAll(pieces, table)
    },
  }
}

/** Ids are below 2²², so that a pair of them is one exact number. */
function keyOf(left: number, right: number): number {
  return left * 4_194_304 + right
}

/** Joins neighbors until no merge applies. A heap finds the next pair, so that no text takes squared time. */
function mergeAll(pieces: readonly Piece[], table: ReadonlyMap<number, Merge>): readonly Piece[] {
  if (pieces.length < 2) return pieces
  const id = Int32Array.from(pieces, piece => piece.id)
  const next = Int32Array.from(pieces, (_, i) => (i + 1 < pieces.length ? i + 1 : -1))
  const before = Int32Array.from(pieces, (_, i) => i - 1)
  const to = Int32Array.from(pieces, piece => piece.to)
  const heap = new PairHeap()
  const offer = (left: number) => {
    const right = left < 0 ? -1 : next[left]
    const merge = right < 0 ? undefined : table.get(keyOf(id[left], id[right]))
    if (merge) heap.push({ rank: merge.rank, left, leftId: id[left], rightId: id[right], id: merge.id })
  }
  for (let i = 0; i + 1 < pieces.length; i++) offer(i)
  for (let pair = heap.pop(); pair; pair = heap.pop()) {
    const { left } = pair
    const right = next[left]
    if (id[left] !== pair.leftId || right < 0 || id[right] !== pair.rightId) continue
    id[left] = pair.id
    to[left] = to[right]
    next[left] = next[right]
    if (next[left] >= 0) before[next[left]] = left
    id[right] = GONE
    offer(before[left])
    offer(left)
  }
  const merged: Piece[] = []
  for (let at = 0; at >= 0; at = next[at]) merged.push({ id: id[at], from: pieces[at].from, to: to[at] })
  return merged
}

/** The id of a piece that was joined to the one before it. */
const GONE = -1

interface Pair {
  readonly rank: number
  readonly left: number
  readonly leftId: number
  readonly rightId: number
  readonly id: number
}

/** The pair of the earliest merge first, of equal ones the leftmost. */
class PairHeap {
  private readonly pairs: Pair[] = []

  push(pair: Pair): void {
    const { pairs } = this
    let at = pairs.length
    pairs.push(pair)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!comesFirst(pair, pairs[parent])) break
      pairs[at] = pairs[parent]
      at = parent
    }
    pairs[at] = pair
  }

  pop(): Pair | undefined {
    const { pairs } = this
    const first = pairs[0]
    const last = pairs.pop()
    if (!last || pairs.length === 0) return first
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= pairs.length) break
      if (child + 1 < pairs.length && comesFirst(pairs[child + 1], pairs[child])) child++
      if (!comesFirst(pairs[child], last)) break
      pairs[at] = pairs[child]
      at = child
    }
    pairs[at] = last
    return first
  }
}

function comesFirst(a: Pair, b: Pair): boolean {
  return a.rank !== b.rank ? a.rank < b.rank : a.left < b.left
}

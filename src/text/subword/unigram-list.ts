/** A Unigram tokenizer from a plain list of pieces, as some encoders are published with it (`unigram.json`). */
import { mapAligned } from './aligned-text.js'
import { type JsonFields, unexpected } from './json-fields.js'
import type { Normalizer } from './normalizers.js'
import type { PieceModel } from './piece-model.js'
import type { PostProcessing } from './post-processors.js'
import { metaspace, type PreTokenizer, splitAtSpace } from './pre-tokenizers.js'
import { parsePieces, unigram } from './unigram.js'

/**
 * @param fields `pieces` `[[piece, log probability], …]` in the order of their ids; `normalise` from a code point to the
 *   code points that take its place; the ids `bos`, `eos` and `unk`
 */
export function parseUnigramList(fields: JsonFields): {
  readonly model: PieceModel
  readonly normalize: Normalizer
  readonly preTokenize: PreTokenizer
  readonly post: PostProcessing
} {
  const pieces = parsePieces(fields, 'pieces')
  const idOf = (name: string) => {
    const id = fields.count(name)
    if (id < pieces.length) return id
    throw unexpected(fields.placeOf(name), `an id below ${pieces.length}`, id)
  }
  const map = characterMap(fields)
  const mark = metaspace({ mark: '\u2581', scheme: 'always', cuts: true })
  return {
    model: unigram(pieces, { unknownId: idOf('unk'), byteFallback: false }),
    normalize: text => mapAligned(text, character => map.get(character) ?? character),
    preTokenize: parts => mark(splitAtSpace(parts)),
    post: { prefix: [idOf('bos')], suffix: [idOf('eos')] },
  }
}

function characterMap(fields: JsonFields): ReadonlyMap<string, string> {
  if (!fields.has('normalise')) return new Map()
  const map = fields.object('normalise')
  const isPoint = (value: unknown): value is number =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0x10ffff
  return new Map(
    Object.keys(map.value).map(point => {
      const points = map.list(point)
      if (!isPoint(Number(point)) || !points.every(isPoint))
        throw unexpected(map.placeOf(point), 'code points', points)
      return [String.fromCodePoint(Number(point)), String.fromCodePoint(...points)]
    }),
  )
}

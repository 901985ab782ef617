import fc from 'fast-check'
import { encodeSpans } from '../../tags/encode-spans.js'
import type { TokenSpan } from '../../tags/span.js'
import type { Offsets, Sentence } from '../sentence.js'

/** Words with everything that trips readers up, but nothing that some format has no way to write. */
const ODD = [
  '#',
  '#tag',
  '# x',
  '"',
  '""',
  "''",
  'a"b',
  ',',
  ';',
  '[',
  ']',
  '](',
  '(PER)',
  '\\',
  '\\n',
  '\\{',
  '|',
  '{',
  '}',
  'New York',
  ' lead',
  'trail ',
  'None',
  'NaN',
  '\u0085',
  '\u200Bx',
  'x\uFEFFy',
  '\uFEFFz',
  '😀',
  'e\u0301',
  "don't",
  'do',
  "n't",
  'gene-1',
  '日本語',
  '-DOCSTART',
  'O',
  'B-PER',
  '1',
  '2',
  '3',
  'https://a.org/b?c=[d]',
  '\u2028',
  'a\u00A0b',
  '',
]

const token = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...ODD) },
  { weight: 2, arbitrary: fc.stringMatching(/^[A-Za-zÀ-ÿ0-9'.-]{1,8}$/) },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: 'binary', maxLength: 6 })
      .filter(text => !/[\t\n\r\p{Surrogate}]/u.test(text)),
  },
)
const type = fc.constantFrom('PER', 'LOC', 'creative-work', 'geo-loc', '人名', 'a)b', 'a[b](c', 'x y')

/** A corpus's features that all of its sentences share. */
export interface CorpusShape {
  readonly columns: boolean
  readonly documents: boolean
  readonly text: boolean
}

export const shape: fc.Arbitrary<CorpusShape> = fc.record({
  columns: fc.boolean(),
  documents: fc.boolean(),
  text: fc.boolean(),
})

function sentence({ columns, text }: CorpusShape): fc.Arbitrary<Sentence> {
  return fc.array(token, { minLength: 1, maxLength: 8 }).chain(tokens => {
    const spans = fc.array(fc.record({ length: fc.integer({ min: 1, max: 3 }), type, gap: fc.nat(2) }), {
      maxLength: 4,
    })
    const gaps = fc.array(fc.constantFrom('', ' ', '  ', '\u00A0'), {
      minLength: tokens.length + 1,
      maxLength: tokens.length + 1,
    })
    const pos = fc.array(fc.constantFrom('NN', '', 'a b', '"', 'I-NP'), {
      minLength: tokens.length,
      maxLength: tokens.length,
    })
    return fc.record({ spans, gaps, pos }).map(parts => ({
      tokens,
      tags: encodeSpans(placed(parts.spans, tokens.length), tokens.length, 'BIO'),
      ...(columns && { columns: { POS: parts.pos, lemma: [...parts.pos].reverse() } }),
      ...(text && joined(tokens, parts.gaps)),
      lines: [1],
    }))
  })
}

function placed(
  spans: readonly { readonly length: number; readonly type: string; readonly gap: number }[],
  length: number,
): TokenSpan[] {
  const result: TokenSpan[] = []
  let at = 0
  for (const span of spans) {
    const start = at + span.gap
    const end = Math.min(length, start + span.length)
    if (start < end) result.push({ start, end, type: span.type })
    at = end
  }
  return result
}

function joined(tokens: readonly string[], gaps: readonly string[]): { text: string; offsets: Offsets[] } {
  let text = gaps[0]
  const offsets = tokens.map((each, i) => {
    const start = text.length
    text += each
    const end = text.length
    text += gaps[i + 1]
    return { start, end }
  })
  return { text, offsets }
}

/** Sentences of one corpus: all with the same columns, all in documents or none, all from text or none. */
export const corpus: fc.Arbitrary<readonly Sentence[]> = shape.chain(features =>
  fc
    .array(fc.record({ sentence: sentence(features), starts: fc.boolean() }), { minLength: 1, maxLength: 5 })
    .map(parts => {
      let document = 0
      return parts.map((part, i) => {
        if (i > 0 && part.starts) document++
        return { ...part.sentence, ...(features.documents && { document }) }
      })
    }),
)

/** What a tokenizer adds to the pieces of a text, as the section `post_processor` of its file says. */
import { BYTE_SPACE } from './byte-alphabet.js'
import { componentOf, type JsonFields, unexpected } from './json-fields.js'

/** Special pieces around a text, and whether spaces count as part of the piece that they begin. */
export interface PostProcessing {
  readonly prefix: readonly number[]
  readonly suffix: readonly number[]
  /** Offsets of byte-level pieces leave out the spaces at their ends; absent: they do not. */
  readonly trim?: { readonly addSpace: boolean }
}

export const NO_POST_PROCESSING: PostProcessing = { prefix: [], suffix: [] }

/** @throws ModelFileError that names a post-processor that is not known */
export function parsePostProcessing(fields: JsonFields): PostProcessing {
  return componentOf(fields, POST_PROCESSORS)
}

const POST_PROCESSORS: Readonly<Record<string, (fields: JsonFields) => PostProcessing>> = {
  Sequence: fields =>
    fields
      .objects('processors')
      .map(parsePostProcessing)
      .reduce(
        (inner, outer) => ({
          prefix: [...outer.prefix, ...inner.prefix],
          suffix: [...inner.suffix, ...outer.suffix],
          trim: outer.trim ?? inner.trim,
        }),
        NO_POST_PROCESSING,
      ),
  TemplateProcessing: parseTemplate,
  BertProcessing: fields => ({ prefix: [pairId(fields, 'cls')], suffix: [pairId(fields, 'sep')] }),
  RobertaProcessing: fields => ({
    ...{ prefix: [pairId(fields, 'cls')], suffix: [pairId(fields, 'sep')] },
    ...trimOf(fields),
  }),
  ByteLevel: fields => ({ ...NO_POST_PROCESSING, ...trimOf(fields) }),
}

function trimOf(fields: JsonFields): Pick<PostProcessing, 'trim'> {
  return fields.boolean('trim_offsets', true)
    ? { trim: { addSpace: fields.boolean('add_prefix_space', true) } }
    : {}
}

/** The id of a special piece that is written as `["[SEP]", 102]`. */
function pairId(fields: JsonFields, name: string): number {
  const [piece, id] = fields.list(name)
  if (typeof piece === 'string' && Number.isSafeInteger(id) && (id as number) >= 0) return id as number
  throw unexpected(fields.placeOf(name), 'a piece and its id', fields.value[name])
}

function parseTemplate(fields: JsonFields): PostProcessing {
  const specials = fields.object('special_tokens')
  const prefix: number[] = []
  const suffix: number[] = []
  let texts = 0
  for (const part of fields.objects('single')) {
    const isText = part.has('Sequence')
    const own = part.object(isText ? 'Sequence' : 'SpecialToken')
    if (own.count('type_id', 0) !== 0)
      throw own.refused('type 0 for all of a text', String(own.value.type_id))
    if (isText) texts++
    else
      for (const id of specials.object(own.string('id')).list('ids')) {
        if (!Number.isSafeInteger(id) || (id as number) < 0)
          throw unexpected(specials.placeOf(own.string('id')), 'ids', id)
        ;(texts === 0 ? prefix : suffix).push(id as number)
      }
  }
  if (texts !== 1) throw fields.refused('one text in the template for single texts', String(texts))
  return { prefix, suffix }
}

const SPACE = new RegExp(`^[${BYTE_SPACE}\\p{White_Space}]`, 'u')
const LAST_SPACE = new RegExp(`[${BYTE_SPACE}\\p{White_Space}]$`, 'u')

/** A piece by its characters, each with where it came from. */
export interface PlacedPiece {
  readonly text: string
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

/**
 * The offsets of a byte-level piece without the spaces at its ends, by the rule of PyPI's `tokenizers`: one at the
 * beginning of the text stays where the tokenizer put it there.
 */
export function trimmedOffsets(
  { text, starts, ends }: PlacedPiece,
  isFirst: boolean,
  addSpace: boolean,
): { readonly start: number; readonly end: number } {
  const [start, end] = [starts[0], ends[ends.length - 1]]
  let leading = 0
  while (SPACE.test(text.slice(leading, leading + 1))) leading++
  let trailing = 0
  while (LAST_SPACE.test(text.slice(0, text.length - trailing))) trailing++
  const kept = leading > 0 && addSpace && (isFirst || start === 0) ? leading - 1 : leading
  // A space that was put in came from a character that may be wider than a space.
  let from = start
  for (let i = 0; i < kept; i++) from = Math.min(from + ends[i] - starts[i], end)
  if (trailing === 0) return { start: from, end }
  return { start: from, end: trailing === text.length ? from : Math.max(end - trailing, from) }
}

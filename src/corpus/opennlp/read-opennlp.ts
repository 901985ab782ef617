import { encodeSpans } from '../../tags/encode-spans.js'
import type { TokenSpan } from '../../tags/span.js'
import { type ReadContext, refuse } from '../read-context.js'
import type { ReadOptions } from '../read-options.js'
import type { Sentence } from '../sentence.js'
import type { LineBlock } from '../split-lines.js'

/** OpenNLP's name for entities of `<START>` without a type. */
const DEFAULT_TYPE = 'default'

/**
 * Reads Apache OpenNLP's training data for names: one sentence per line, tokens separated by white space, entities as
 * `<START:person> Ada Lovelace <END>`. An empty line ends a document.
 */
export async function* readOpennlp(
  blocks: AsyncIterable<LineBlock>,
  { tagColumn }: ReadOptions,
  context: ReadContext,
): AsyncGenerator<Sentence> {
  let line = 0
  let document = 0
  let isFresh = true
  for await (const block of blocks)
    for (const text of block) {
      line++
      if (text.trim() === '') {
        if (!isFresh) document++
        isFresh = true
        continue
      }
      const parsed = context.attempt(line, () => parseSentence(text))
      if (parsed === undefined || parsed.tokens.length === 0) continue
      isFresh = false
      yield { ...parsed, ...(tagColumn === 'none' && { tags: [] }), document, lines: [line] }
    }
}

function parseSentence(line: string): Pick<Sentence, 'tokens' | 'tags'> {
  const tokens: string[] = []
  const spans: TokenSpan[] = []
  let open: { readonly type: string; readonly start: number } | undefined
  for (const part of line.trim().split(/\s+/u)) {
    const start = /^<START(?::([^:>\s]*))?>$/.exec(part)
    if (start) {
      if (open) return refuse('nested', 'entities that are not inside each other', line)
      if (start[1] === '') return refuse('no-type', 'a type after <START:', part)
      open = { type: start[1] ?? DEFAULT_TYPE, start: tokens.length }
    } else if (part === '<END>') {
      if (!open) return refuse('open-tag', '<START:type> before <END>', line)
      if (open.start === tokens.length)
        return refuse('empty-entity', 'an entity with at least one token', line)
      spans.push({ start: open.start, end: tokens.length, type: open.type })
      open = undefined
    } else if (/<(START(:[^>\s]*)?|END)>/.test(part))
      return refuse(
        'open-tag',
        'spaces around <START:type> and <END>',
        part,
        'put a space before and after each of them, as OpenNLP needs them too',
      )
    else tokens.push(part)
  }
  if (open) return refuse('open-tag', '<END> after <START:', line)
  return { tokens, tags: encodeSpans(spans, tokens.length, 'BIO') }
}

import { detokenize } from '../../text/detokenize.js'
import { DocumentMarks } from '../documents.js'
import type { Offsets, Sentence } from '../sentence.js'
import { GUESSED_SPACES, isReadBack, REWRITTEN, spansOf, textOf } from '../sentence-text.js'
import { LossLog, type SentenceWriter } from '../sentence-writer.js'
import { tokenRanges } from '../text-tokens.js'
import { ESCAPES } from './parse-line.js'
import { DOCUMENT_MARK } from './read-markup.js'

/**
 * Writes one sentence per line with entities as `[mention](TYPE)`, and `-DOCSTART-` before each document. Tokens that
 * the tokenizer would not find again are marked with `\|` and `\{ \}`, so that reading restores them. Further columns
 * are lost, and unlabeled text reads as text without entities.
 */
export function markupWriter(): SentenceWriter {
  const losses = new LossLog()
  const documents = new DocumentMarks(losses)

  const write = (sentence: Sentence): string => {
    const mark = documents.isDue(sentence) ? `${DOCUMENT_MARK}\n` : ''
    if (Object.keys(sentence.columns ?? {}).length > 0) losses.add('columns', 'further columns', sentence)
    if (sentence.tags.length === 0)
      losses.add('unlabeled', 'that it is unlabeled: it reads as text without entities', sentence)
    if (!isReadBack(sentence)) losses.add(...REWRITTEN, sentence)
    let { text, offsets } = textOf(sentence)
    if (!coversText(text, offsets)) {
      losses.add('text', 'the text between tokens, which is not only white space', sentence)
      ;({ text, offsets } = detokenize(sentence.tokens))
    }
    if (sentence.text === undefined) losses.add(...GUESSED_SPACES, sentence)
    const line = markLine(sentence, text, offsets)
    return `${mark}${line === DOCUMENT_MARK ? `\\${line}` : line}\n`
  }
  return { write, losses }
}

/** Whether there is only white space outside of tokens. The tokenizer would find tokens in anything else. */
function coversText(text: string, offsets: readonly Offsets[]): boolean {
  let from = 0
  for (const { start, end } of offsets) {
    if (tokenRanges(text.slice(from, start), []).length > 0) return false
    from = end
  }
  return tokenRanges(text.slice(from), []).length === 0
}

function markLine(sentence: Sentence, text: string, offsets: readonly Offsets[]): string {
  const spans = spansOf(sentence)
  const edges = offsets.flatMap(({ start, end }) => [start, end])
  const found = new Set(tokenRanges(text, edges).map(rangeKey))
  const unmarked = new Set(
    tokenRanges(
      text,
      spans.flatMap(({ start, end }) => [offsets[start].start, offsets[end - 1].end]),
    ).flatMap(({ start, end }) => [start, end]),
  )
  const openAt = new Set(spans.map(({ start }) => start))
  const closeAt = new Map(spans.map(({ end, type }) => [end - 1, type]))
  let line = ''
  let from = 0
  offsets.forEach(({ start, end }, i) => {
    line += escaped(text.slice(from, start))
    const token = escaped(text.slice(start, end))
    const exact = !found.has(rangeKey({ start, end }))
    // Neither the tokenizer nor the edge of an entity would split here.
    if (!exact && start === from && i > 0 && !unmarked.has(start)) line += '\\|'
    if (openAt.has(i)) line += '['
    line += exact ? `\\{${token}\\}` : token
    const type = closeAt.get(i)
    if (type !== undefined) line += `](${escaped(type, /[\\()\n\r\t]/g)})`
    from = end
  })
  return line + escaped(text.slice(from))
}

function rangeKey({ start, end }: Offsets): string {
  return `${start}-${end}`
}

const LETTER = new Map(Object.entries(ESCAPES).map(([letter, character]) => [character, letter]))

/** Escapes characters that have a meaning in text, or in a type. */
function escaped(text: string, special = /[\\[\]\n\r\t]/g): string {
  return text.replace(special, character => `\\${LETTER.get(character)}`)
}

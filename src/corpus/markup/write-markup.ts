import { detokenize } from '../../text/detokenize.js'
import { DocumentMarks } from '../documents.js'
import { projectEntities } from '../project-entities.js'
import { edgesOf, exactTokens } from '../refine-tokens.js'
import type { Offsets, Sentence } from '../sentence.js'
import {
  CUT_TOKENS,
  GUESSED_SPACES,
  isReadBack,
  PARTLY_LABELED,
  REWRITTEN,
  type SentenceText,
  spansOf,
  textOf,
} from '../sentence-text.js'
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

  const write = (labeled: Sentence): string => {
    const mark = documents.isDue(labeled) ? `${DOCUMENT_MARK}\n` : ''
    if (Object.keys(labeled.columns ?? {}).length > 0) losses.add('columns', 'further columns', labeled)
    if (labeled.tags.length === 0)
      losses.add('unlabeled', 'that it is unlabeled: it reads as text without entities', labeled)
    if (labeled.annotated) losses.add(...PARTLY_LABELED, labeled)
    if (!isReadBack(labeled)) losses.add(...REWRITTEN, labeled)
    if (labeled.text === undefined) losses.add(...GUESSED_SPACES, labeled)
    const line = lineOf(labeled)
    return `${mark}${line === DOCUMENT_MARK ? `\\${line}` : line}\n`
  }

  function lineOf(labeled: Sentence): string {
    const { text, offsets } = textOf(labeled)
    if (!coversText(text, offsets)) {
      losses.add('text', 'the text between tokens, which is not only white space', labeled)
      return markLine(exactTokens(labeled), detokenize(exactTokens(labeled).tokens))
    }
    if (!hasUnmarkable(labeled, { text, offsets })) return markLine(labeled, { text, offsets })
    losses.add(...CUT_TOKENS, labeled)
    return markLine(exactTokens(labeled), textOf(exactTokens(labeled)))
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

/** Whether an entity begins or ends inside a token that must be marked as one, which the format cannot say. */
function hasUnmarkable({ entities = [] }: Sentence, { text, offsets }: SentenceText): boolean {
  if (entities.length === 0) return false
  const found = tokensFound(text, offsets)
  return offsets.some(
    ({ start, end }) =>
      !found.has(rangeKey({ start, end })) && edgesOf(entities).some(at => at > start && at < end),
  )
}

/** The given tokens that the tokenizer finds too, if it is told where all of them begin and end. */
function tokensFound(text: string, offsets: readonly Offsets[]): ReadonlySet<string> {
  return new Set(tokenRanges(text, edgesOf(offsets)).map(rangeKey))
}

function markLine(sentence: Sentence, { text, offsets }: SentenceText): string {
  const marks = mentionMarks(sentence, offsets)
  const found = tokensFound(text, offsets)
  const unmarked = new Set(edgesOf(tokenRanges(text, [])))
  let line = ''
  let from = 0
  offsets.forEach(({ start, end }, i) => {
    line += escaped(text.slice(from, start))
    const exact = !found.has(rangeKey({ start, end }))
    // The tokenizer would not split here.
    if (!exact && start === from && i > 0 && !unmarked.has(start)) line += '\\|'
    line += marks.before.get(i) ?? ''
    let token = ''
    let at = start
    for (const { place, mark } of marks.inside.get(i) ?? []) {
      token += escaped(text.slice(at, place)) + mark
      at = place
    }
    token += escaped(text.slice(at, end))
    line += exact ? `\\{${token}\\}` : token
    line += marks.after.get(i) ?? ''
    from = end
  })
  return line + escaped(text.slice(from))
}

/** The marks of mentions by token: before it, after it, and inside it in the order of the text. */
function mentionMarks(sentence: Sentence, offsets: readonly Offsets[]) {
  const before = new Map<number, string>()
  const after = new Map<number, string>()
  const inside = new Map<number, { readonly place: number; readonly mark: string }[]>()
  const addInside = (token: number, place: number, mark: string) =>
    inside.set(token, [...(inside.get(token) ?? []), { place, mark }])
  const places = sentence.entities
    ? projectEntities(sentence.entities, offsets)
    : spansOf(sentence).map(({ start, end, type }) => ({
        start,
        end,
        entity: { start: offsets[start].start, end: offsets[end - 1].end, type },
      }))
  for (const { start, end, entity } of places) {
    const close = `](${escaped(entity.type, /[\\()[\]\n\r\t]/g)})`
    if (entity.start === offsets[start].start) before.set(start, '[')
    else addInside(start, entity.start, '[')
    if (entity.end === offsets[end - 1].end) after.set(end - 1, close)
    else addInside(end - 1, entity.end, close)
  }
  return { before, after, inside }
}

function rangeKey({ start, end }: Offsets): string {
  return `${start}-${end}`
}

const LETTER = new Map(Object.entries(ESCAPES).map(([letter, character]) => [character, letter]))

/** Escapes characters that have a meaning in text, or in a type. */
function escaped(text: string, special = /[\\[\]\n\r\t]/g): string {
  return text.replace(special, character => `\\${LETTER.get(character)}`)
}

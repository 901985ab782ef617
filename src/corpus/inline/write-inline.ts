import { tokenize } from '../../text/tokenize.js'
import { DocumentMarks } from '../documents.js'
import { sameRanges } from '../jsonl/written-text.js'
import type { Sentence } from '../sentence.js'
import {
  GUESSED_SPACES,
  isReadBack,
  PARTLY_LABELED,
  REWRITTEN,
  textEntities,
  textOf,
} from '../sentence-text.js'
import { inexpressible, LossLog, type SentenceWriter } from '../sentence-writer.js'
import { escapeXml, isHtml, isMucElement, isStructure } from './scan-tags.js'

/**
 * Writes one text per line with entities in tags: `<PER>Ada</PER> wrote`, or `<ENTITY TYPE="…">` for a type that is no name
 * of a tag. Documents, further columns and the tokens are lost.
 */
export function inlineWriter(): SentenceWriter {
  const losses = new LossLog()
  const documents = new DocumentMarks(losses)
  const write = (sentence: Sentence): string => {
    if (documents.isDue(sentence)) losses.add('documents', 'which document it belongs to', sentence)
    if (Object.keys(sentence.columns ?? {}).length > 0) losses.add('columns', 'further columns', sentence)
    if (sentence.tags.length === 0)
      losses.add('unlabeled', 'that it is unlabeled: it reads as text without entities', sentence)
    if (sentence.annotated) losses.add(...PARTLY_LABELED, sentence)
    if (!isReadBack(sentence)) losses.add(...REWRITTEN, sentence)
    if (sentence.text === undefined) losses.add(...GUESSED_SPACES, sentence)
    const whole = textOf(sentence)
    const { text, offsets } = whole
    if (!sameRanges(offsets, tokenize(text))) losses.add('tokens', 'how it was split into tokens', sentence)
    if (text.endsWith('\n')) losses.add('edges', 'line ends after the text', sentence)
    let line = ''
    let from = 0
    for (const { start, end, type } of textEntities(sentence, whole)) {
      const { before, after } = tagsOf(type)
      line += `${escapeXml(text.slice(from, start))}${before}${escapeXml(text.slice(start, end))}${after}`
      from = end
    }
    line += escapeXml(text.slice(from))
    if (/^\s*$/.test(line)) throw inexpressible(sentence, 0, 'a text that is not blank', text)
    return `${line.replace(/[\n\r]/g, sign => `&#${sign.charCodeAt(0)};`)}\n`
  }
  return { write, losses }
}

function tagsOf(type: string): { readonly before: string; readonly after: string } {
  if (/^[\p{L}_][\p{L}\p{N}_.:-]*$/u.test(type) && !isStructure(type) && !isHtml(type) && !isMucElement(type))
    return { before: `<${type}>`, after: `</${type}>` }
  return {
    before: `<ENTITY TYPE="${escapeXml(type).replaceAll('"', '&quot;').replaceAll('\n', '&#10;')}">`,
    after: '</ENTITY>',
  }
}

import { toCodePointOffsets } from '../../text/offsets.js'
import { tokenize } from '../../text/tokenize.js'
import { exactTokens } from '../refine-tokens.js'
import type { Offsets, Sentence } from '../sentence.js'
import { CUT_TOKENS, isReadBack, textEntities, textOf } from '../sentence-text.js'
import { LossLog, type SentenceWriter, type WriteOptions } from '../sentence-writer.js'
import { labeledRuns } from './annotated.js'
import { addTextLosses, sameRanges } from './written-text.js'

/**
 * Writes one object per line. A sentence that was text becomes `{"text","entities","offsets"}` if reading that restores
 * its tokens and tags, else `{"tokens","tags","text","tokenOffsets"}`. One that was tokens becomes `{"tokens","tags"}`.
 * Further columns, documents and fields are added, so nothing is lost. With layout `text` every sentence becomes text, and what
 * that cannot hold is a loss.
 */
export function jsonlWriter({ layout, offsets: unit = 'utf16' }: WriteOptions): SentenceWriter {
  const losses = new LossLog()
  const write = (sentence: Sentence): string => {
    const isText = layout === 'text' || (layout === undefined && isPlainText(sentence))
    const record = isText ? textRecord(sentence) : tokenRecord(sentence)
    return `${JSON.stringify(record)}\n`
  }

  function textRecord(sentence: Sentence) {
    const { text, offsets } = textOf(sentence)
    const entities = textEntities(sentence, { text, offsets })
    if (layout === 'text') addTextLosses(sentence, offsets, losses)
    const inOwnUnit = (ranges: readonly Offsets[]) =>
      unit === 'codepoint' ? toCodePointOffsets(text, ranges) : ranges
    const ranges = inOwnUnit(entities)
    const { types, tokens } = sentence.annotated ?? {}
    const labeled = labeledRuns(tokens ?? []).map(([first, end]) => ({
      start: offsets[first].start,
      end: offsets[end - 1].end,
    }))
    return {
      ...sentence.fields,
      text,
      ...(sentence.tags.length > 0 && {
        entities: ranges.map(({ start, end }, i) => ({ start, end, type: entities[i].type })),
      }),
      ...(tokens && { annotated: inOwnUnit(labeled).map(({ start, end }) => [start, end]) }),
      ...(types && { types }),
      offsets: unit,
      ...documentOf(sentence),
    }
  }

  function tokenRecord(labeled: Sentence) {
    const sentence = exactTokens(labeled)
    if (sentence !== labeled) losses.add(...CUT_TOKENS, labeled)
    const { tokens, tags, annotated, columns, text, offsets } = sentence
    const hasText = text !== undefined && offsets !== undefined
    const ranges = hasText && unit === 'codepoint' ? toCodePointOffsets(text, offsets) : (offsets ?? [])
    return {
      ...labeled.fields,
      tokens,
      ...(tags.length > 0 && { tags }),
      ...(sentence.soft && { soft: sentence.soft }),
      ...(annotated?.tokens && { annotated: labeledRuns(annotated.tokens) }),
      ...(annotated?.types && { types: annotated.types }),
      ...(columns && { columns }),
      ...documentOf(sentence),
      ...(hasText && { text, tokenOffsets: ranges.map(({ start, end }) => [start, end]), offsets: unit }),
    }
  }
  return { write, losses }
}

function documentOf({ document, documentName = document }: Sentence) {
  return documentName !== undefined && { document: documentName }
}

/** Whether reading the text and the entities' ranges restores the sentence. */
function isPlainText(sentence: Sentence): boolean {
  const { text, offsets, columns } = sentence
  if (text === undefined || offsets === undefined || (columns && Object.keys(columns).length > 0))
    return false
  if (!isReadBack(sentence)) return false
  return sameRanges(offsets, tokenize(text))
}

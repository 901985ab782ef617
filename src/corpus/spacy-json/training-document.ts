import { isRecord } from '../../base/json-types.js'
import type { TokenRecord } from '../jsonl/record.js'
import { refuse } from '../read-context.js'

/** A document of `spacy train` before version 3: paragraphs of sentences of tokens, with BILUO tags. */
export function isTrainingDocument(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && Array.isArray(value.paragraphs)
}

/** Its sentences. A token without a tag, or with `-`, is not labeled. @throws RowError */
export function parseTrainingDocument(value: Record<string, unknown>): TokenRecord[] {
  const sentences = listOf(value.paragraphs, 'paragraphs').flatMap(paragraph =>
    listOf(isRecord(paragraph) && paragraph.sentences, 'sentences'),
  )
  return sentences.map(sentence => {
    const rows = listOf(isRecord(sentence) && sentence.tokens, 'tokens').filter(isRecord)
    const tokens = rows.map(({ orth }) =>
      typeof orth === 'string' ? orth : refuse('bad-record', '"orth" as a string', orth),
    )
    const given = rows.map(({ ner }) =>
      typeof ner === 'string' && ner !== '-' && ner !== '' ? ner : undefined,
    )
    const isLabeled = given.some(tag => tag !== undefined)
    const labeled = given.flatMap((tag, i): [number, number][] => (tag === undefined ? [] : [[i, i + 1]]))
    return {
      kind: 'tokens',
      tokens,
      tags: isLabeled ? given.map(tag => tag ?? 'O') : [],
      ...(isLabeled && labeled.length < tokens.length && { annotated: labeled }),
      ...((typeof value.id === 'number' || typeof value.id === 'string') && { document: value.id }),
      isRejected: false,
      unread: [],
    }
  })
}

function listOf(value: unknown, name: string): readonly unknown[] {
  return Array.isArray(value) ? value : refuse('bad-record', `"${name}" as a list`, value)
}

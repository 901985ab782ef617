import { exactTokens } from '../refine-tokens.js'
import type { Sentence } from '../sentence.js'
import { CUT_TOKENS, isReadBack, PARTLY_LABELED, REWRITTEN, spansOf } from '../sentence-text.js'
import { inexpressible, LossLog, type SentenceWriter } from '../sentence-writer.js'

/** Writes Apache OpenNLP's training data: a sentence per line, an empty line between documents. */
export function opennlpWriter(): SentenceWriter {
  const losses = new LossLog()
  let document: number | undefined
  let isFirst = true
  const write = (read: Sentence): string => {
    const sentence = exactTokens(read)
    if (sentence !== read) losses.add(...CUT_TOKENS, read)
    if (Object.keys(sentence.columns ?? {}).length > 0) losses.add('columns', 'further columns', sentence)
    if (sentence.tags.length === 0)
      losses.add('unlabeled', 'that it is unlabeled: it reads as text without entities', sentence)
    if (sentence.annotated) losses.add(...PARTLY_LABELED, sentence)
    if (!isReadBack(sentence)) losses.add(...REWRITTEN, sentence)
    if (sentence.text !== undefined) losses.add('text', 'the text between tokens', sentence)
    if (sentence.documentName !== undefined && String(sentence.documentName) !== String(sentence.document))
      losses.add('document-names', 'the names of documents', sentence)
    const bad = sentence.tokens.findIndex(
      token => !/^\S+$/u.test(token) || /<(START(:[^>\s]*)?|END)>/.test(token),
    )
    if (bad >= 0)
      throw inexpressible(
        sentence,
        bad,
        'tokens without white space, <START> and <END>',
        sentence.tokens[bad],
      )
    const starts = new Map(spansOf(sentence).map(({ start, type }) => [start, type]))
    const ends = new Set(spansOf(sentence).map(({ end }) => end))
    const parts = sentence.tokens.flatMap((token, i) => {
      const type = starts.get(i)
      if (type !== undefined && /[:>\s]/u.test(type))
        throw inexpressible(sentence, i, 'types without white space, colon and >', type)
      return [
        ...(type === undefined ? [] : [`<START:${type}>`]),
        token,
        ...(ends.has(i + 1) ? ['<END>'] : []),
      ]
    })
    const gap = !isFirst && sentence.document !== document ? '\n' : ''
    isFirst = false
    document = sentence.document
    return `${gap}${parts.join(' ')}\n`
  }
  return { write, losses }
}

import { cutTokens, writtenText } from '../jsonl/written-text.js'
import { LossLog, type SentenceWriter } from '../sentence-writer.js'

/**
 * Writes records as Prodigy exports and imports them: a text with its tokens, and spans with their tokens. Offsets count
 * code points.
 */
export function prodigyWriter(): SentenceWriter {
  const losses = new LossLog()
  return {
    losses,
    write: sentence => {
      const { text, entities } = writtenText(sentence, 'codepoint', losses)
      const tokens = cutTokens(sentence, losses).map(({ ws, ...token }, id) => ({ ...token, id, ws }))
      let at = 0
      const spans = entities?.map(({ start, end, type: label }) => {
        while (tokens[at].end <= start) at++
        const token_start = at
        while (tokens[at].end < end) at++
        return { start, end, token_start, token_end: at, label }
      })
      return `${JSON.stringify({ text, tokens, ...(spans && { spans, answer: 'accept' }) })}\n`
    },
  }
}

import { cutTokens, writtenText } from '../jsonl/written-text.js'
import { LossLog, type SentenceWriter } from '../sentence-writer.js'

/**
 * Writes one document per line as `Doc.to_json()` does, for `Doc.from_json()`, which wants entities at the edges of
 * tokens. Offsets count code points.
 */
export function spacyJsonWriter(): SentenceWriter {
  const losses = new LossLog()
  return {
    losses,
    write: sentence => {
      const { text, entities } = writtenText(sentence, 'codepoint', losses)
      const ents = entities?.map(({ start, end, type: label }) => ({ start, end, label }))
      const tokens = cutTokens(sentence, losses).map(({ start, end }, id) => ({ id, start, end }))
      return `${JSON.stringify({ text, ...(ents && { ents }), tokens })}\n`
    },
  }
}

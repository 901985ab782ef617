import { writtenText } from '../jsonl/written-text.js'
import { LossLog, type SentenceWriter } from '../sentence-writer.js'

/** Writes doccano's records of sequence labeling, which it imports: `{"id","text","label":[[start,end,type]]}`. */
export function doccanoWriter(): SentenceWriter {
  const losses = new LossLog()
  let id = 0
  return {
    losses,
    write: sentence => {
      const { text, entities } = writtenText(sentence, 'codepoint', losses)
      if (entities === undefined) losses.add('unlabeled', 'that it has no labels: none is a label', sentence)
      const label = (entities ?? []).map(({ start, end, type }) => [start, end, type])
      return `${JSON.stringify({ id: ++id, text, label })}\n`
    },
  }
}

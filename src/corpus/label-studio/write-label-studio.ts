import { writtenText } from '../jsonl/written-text.js'
import type { Sentence } from '../sentence.js'
import { LossLog, type SentenceWriter } from '../sentence-writer.js'

/**
 * Writes Label Studio's tasks with one annotation each, as one JSON array. The labeling interface that they fit has
 * `<Labels name="label" toName="text">` and `<Text name="text" value="$text">`.
 */
export function labelStudioWriter(): SentenceWriter {
  const losses = new LossLog()
  let written = 0
  const write = (sentence: Sentence): string => {
    const { text, entities } = writtenText(sentence, 'utf16', losses)
    const result = entities?.map(({ start, end, type }, i) => ({
      id: `e${i}`,
      from_name: 'label',
      to_name: 'text',
      type: 'labels',
      value: { start, end, text: text.slice(start, end), labels: [type] },
    }))
    const task = { data: { text }, annotations: result ? [{ result }] : [] }
    return `${written++ === 0 ? '[' : ','}\n${JSON.stringify(task)}`
  }
  return { write, end: () => (written === 0 ? '[]\n' : '\n]\n'), losses }
}

import { byCodePoint } from '../base/code-point-order.js'
import { printfTwoDecimals } from './format-number.js'
import type { CountedPrf } from './prf.js'
import type { Scores } from './scores.js'

/**
 * The text that conlleval.pl prints for the same labels, byte for byte: undefined values as 0.00, types in byte order
 * and padded by bytes, the accuracy line only if there are tokens.
 * @param scores of mode `conlleval`, without a stated scheme of IOBES or BILOU
 *
 * @example
 * formatConlleval(scoreTags(gold, predicted)) // 'processed 51362 tokens with 5942 phrases; found: …'
 */
export function formatConlleval(scores: Scores): string {
  const { micro, types } = scores.exact
  const correctTags = scores.confusion.matrix.reduce((sum, row, i) => sum + row[i], 0)
  let text = `processed ${scores.tokens} tokens with ${micro.gold} phrases; `
  text += `found: ${micro.predicted} phrases; correct: ${micro.correct}.\n`
  if (scores.tokens > 0)
    text += `accuracy: ${percent((100 * correctTags) / scores.tokens)}%; ${figures(micro)}\n`
  for (const type of Object.keys(types).sort(byCodePoint)) {
    const padding = ' '.repeat(Math.max(0, 17 - new TextEncoder().encode(type).length))
    text += `${padding}${type}: ${figures(types[type])}  ${types[type].predicted}\n`
  }
  return text
}

function figures({ correct, predicted, gold }: CountedPrf): string {
  const precision = predicted > 0 ? (100 * correct) / predicted : 0
  const recall = gold > 0 ? (100 * correct) / gold : 0
  const f1 = precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0
  return `precision: ${percent(precision)}%; recall: ${percent(recall)}%; FB1: ${percent(f1)}`
}

function percent(value: number): string {
  return printfTwoDecimals(value).padStart(6)
}

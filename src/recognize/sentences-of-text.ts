import type { TokenSentence } from '../model/inputs/sentence.js'
import type { TextSentence } from '../text/sentences.js'

/**
 * The sentences of a text as a recognizer is given them: tokens alone, or with those around them for one that reads these.
 * @param reach the most tokens on either side: `info.context` of the recognizer
 */
export function sentencesOfText(
  sentences: readonly Pick<TextSentence, 'tokens'>[],
  reach = 0,
): readonly TokenSentence[] {
  const own = sentences.map(({ tokens }) => tokens.map(({ text }) => text))
  if (reach === 0) return own
  const all = own.flat()
  let start = 0
  return own.map(tokens => {
    const end = start + tokens.length
    const around = {
      before: all.slice(Math.max(0, start - reach), start),
      after: all.slice(end, end + reach),
    }
    start = end
    return { tokens, around }
  })
}

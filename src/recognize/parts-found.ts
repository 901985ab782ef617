import type { DecodedSentence } from '../decode/decoder.js'
import type { TokenSentence } from '../model/inputs/sentence.js'
import type { TokenSpan } from '../tags/span.js'

/** A span that one part found. */
export interface PartSpan extends TokenSpan {
  readonly score: number
  /** The number of the part. */
  readonly part: number
}

/** What the parts of a recognizer found in a sentence, and what became of it. */
export interface PartsFound {
  readonly decoded: DecodedSentence
  /** What lost, each with what it lost to. */
  readonly beaten: readonly { readonly range: PartSpan; readonly by: PartSpan }[]
}

/** A recognizer of several parts, which can say what each of them found. */
export interface PartsRecognizer {
  readonly parts: readonly { readonly name: string; readonly types: readonly string[] }[]
  decodeParts(sentences: readonly TokenSentence[]): Promise<PartsFound[]>
}

export function hasParts<Recognizer extends object>(
  recognizer: Recognizer,
): recognizer is Recognizer & PartsRecognizer {
  return 'decodeParts' in recognizer
}

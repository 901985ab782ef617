import { type Segmentation, SourceText } from './language.js'
import { sentencesOf, type TextSentence } from './sentences.js'
import type { TextToken } from './token.js'
import { tokensOf } from './tokenize.js'

/** Cuts text into tokens and sentences, always in the same way: a tagger has one, and so does what it was trained on. */
export interface Tokenizer {
  readonly segmentation: Segmentation
  /** As the function `tokenize`. */
  tokenize(text: string): readonly TextToken[]
  /** As the function `segment`. */
  segment(text: string): { readonly sentences: readonly TextSentence[] }
}

/**
 * A tokenizer for scripts without spaces as they are needed: with `characters`, as the function `tokenize` cuts them; with
 * `words`, by the dictionary of the JavaScript engine, which differs between its versions. Other scripts are cut alike.
 *
 * @throws InputError `text/segmenter`, when it first cuts such a script into words, where the engine has no
 *   `Intl.Segmenter`
 * @example
 * createTokenizer('words').tokenize('我们在北京。').map(token => token.text) // ['我们', '在', '北京', '。']
 */
export function createTokenizer(segmentation: Segmentation): Tokenizer {
  return {
    segmentation,
    tokenize: text => tokensOf(new SourceText(text, segmentation)),
    segment: text => ({ sentences: sentencesOf(new SourceText(text, segmentation)) }),
  }
}

import type { DecodedSentence } from '../decode/decoder.js'
import { type TokenSentence, tokensOf } from '../model/inputs/sentence.js'
import type { Finder, FoundRange } from '../rules/finder.js'
import { encodeSpans } from '../tags/encode-spans.js'
import type { TypeMap } from '../tags/type-map.js'
import { detokenize } from '../text/detokenize.js'
import type { AnnotatedText, Entity } from './annotated-text.js'
import { annotatedWith, coveredTokens } from './entity-sentences.js'
import type { RecognizerInfo } from './recognizer.js'
import { withRests } from './rests.js'
import { untrainedInfo } from './rule-info.js'
import { TextRecognizer } from './text-recognizer.js'

/**
 * A recognizer of rules. It reads each text whole, so that entities have the exact offsets that the finder gave, inside
 * tokens and across lines too. Sentences of tokens are read as plausible text; an entity then has all tokens that it
 * touches.
 *
 * @example
 * await using years = new FinderRecognizer({
 *   types: ['YEAR'],
 *   find: text => [...text.matchAll(/\b\d{4}\b/g)].map(({ index }) => ({ start: index, end: index + 4, type: 'YEAR', score: 1 })),
 * })
 * await years.tag('In 1843 she wrote it.') // one YEAR, from 3 to 7
 */
export class FinderRecognizer extends TextRecognizer {
  readonly info: RecognizerInfo

  /** @param coarse each of the finder's types in a coarser view */
  constructor(
    private readonly finder: Finder,
    coarse?: TypeMap,
  ) {
    super()
    this.info = untrainedInfo('rules', finder.types, { coarse })
  }

  protected async annotateBatch(texts: readonly string[]): Promise<readonly AnnotatedText[]> {
    return texts.map(text =>
      annotatedWith(text, this.tokenizer.segment(text).sentences, this.finder.find(text)),
    )
  }

  protected override async everything(texts: readonly string[], minScore = 0): Promise<readonly Entity[][]> {
    const { finder } = this
    return texts.map(text => {
      const sure = (ranges: readonly FoundRange[]) => ranges.filter(({ score }) => score >= minScore)
      return withRests(text, sure(finder.find(text)), sure(finder.findAll?.(text) ?? []))
    })
  }

  protected async decode(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]> {
    return sentences.map(sentence => {
      const { text, offsets } = detokenize(tokensOf(sentence))
      const spans = coveredTokens(offsets, this.finder.find(text)).map(({ start, end, type, score }) => ({
        start,
        end,
        type,
        score,
      }))
      return { tags: encodeSpans(spans, offsets.length, 'BIO'), spans }
    })
  }

  protected async free(): Promise<void> {}
}

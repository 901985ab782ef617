import type { TokenSentence } from '../model/inputs/sentence.js'
import type { Tagging } from '../tags/tagging.js'
import type { TextSentence } from '../text/sentences.js'
import { type AnnotatedText, annotatedText, entityOf, type UnscoredEntity } from './annotated-text.js'
import { sentencesOfText } from './sentences-of-text.js'
import { TextRecognizer } from './text-recognizer.js'

/** A text, its sentences, and what was found in each. */
export interface SegmentedText<Found> {
  readonly text: string
  readonly sentences: readonly TextSentence[]
  readonly found: readonly Found[]
}

/**
 * A recognizer that works sentence by sentence. A kind of recognizer provides `info`, `decode` and `free`; cutting texts
 * into sentences and putting the results together are written here, once.
 */
export abstract class SentenceRecognizer extends TextRecognizer {
  protected async annotateBatch(texts: readonly string[]): Promise<readonly AnnotatedText[]> {
    const found = await this.bySentence(texts, sentences => this.decode(sentences))
    return found.map(each => annotatedText(each.text, each.sentences, each.found))
  }

  protected override async findUnscored(texts: readonly string[]): Promise<readonly UnscoredEntity[][]> {
    const found = await this.bySentence(texts, sentences => this.decodeUnscored(sentences))
    return found.map(({ text, sentences, found: taggings }) =>
      taggings.flatMap(({ spans }, i) => spans.map(span => entityOf(text, sentences[i], span))),
    )
  }

  /** As `decode`, where nobody needs the scores. */
  protected decodeUnscored(sentences: readonly TokenSentence[]): Promise<Tagging[]> {
    return this.decode(sentences)
  }

  /** Cuts texts into sentences, and puts each text together with what `find` found for its sentences. */
  protected async bySentence<Found>(
    texts: readonly string[],
    find: (sentences: readonly TokenSentence[]) => Promise<readonly Found[]>,
  ): Promise<SegmentedText<Found>[]> {
    const segmented = texts.map(text => this.tokenizer.segment(text).sentences)
    const reach = this.info.context
    const found = await find(segmented.flatMap(sentences => sentencesOfText(sentences, reach)))
    let next = 0
    return segmented.map((sentences, i) => {
      const own = found.slice(next, next + sentences.length)
      next += sentences.length
      return { text: texts[i], sentences, found: own }
    })
  }
}

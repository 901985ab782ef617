import { collect } from '../base/collect.js'
import type { DecodedSentence } from '../decode/decoder.js'
import type { TokenSentence } from '../model/inputs/sentence.js'
import { encodeSpans } from '../tags/encode-spans.js'
import type { TokenSpan } from '../tags/span.js'
import type { AnnotatedText } from './annotated-text.js'
import { annotatedWith } from './entity-sentences.js'
import type { Recognizer, RecognizerInfo } from './recognizer.js'
import { TextRecognizer } from './text-recognizer.js'

/**
 * Several recognizers as one: the entities of the first, then of each further one those that overlap with none so far. It owns
 * them: they are released with it.
 *
 * @example
 * await using both = new JoinedRecognizer([await loadTagger('en'), await builtInRecognizer('numbers')])
 */
export class JoinedRecognizer extends TextRecognizer {
  readonly info: RecognizerInfo

  constructor(private readonly members: readonly Recognizer[]) {
    super()
    const types = [...new Set(members.flatMap(({ info }) => info.types))]
    const coarse = new Map(types.map(type => [type, type]))
    for (const { info } of members) for (const [fine, own] of info.coarse ?? []) coarse.set(fine, own)
    this.info = {
      types,
      ...(members.some(({ info }) => info.coarse !== undefined) && { coarse }),
      columns: [...new Set(members.flatMap(({ info }) => info.columns))],
    }
  }

  protected async annotateBatch(texts: readonly string[]): Promise<readonly AnnotatedText[]> {
    const found = await Promise.all(this.members.map(member => collect(member.annotate(texts))))
    const { tokenizer } = this.members[0]
    return texts.map((text, i) =>
      annotatedWith(text, tokenizer.segment(text).sentences, joined(found.map(own => own[i].entities))),
    )
  }

  protected async decode(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]> {
    const found = await Promise.all(this.members.map(member => member.tagTokens(sentences)))
    return sentences.map((_, i) => {
      const spans = joined(found.map(own => own[i].spans))
      return { tags: encodeSpans(spans, found[0][i].tags.length, 'BIO'), spans }
    })
  }

  protected async free(): Promise<void> {
    await Promise.all(this.members.map(member => member.release()))
  }
}

/** Spans of several lists, in order; of those that overlap, the one of the earlier list. */
function joined<Span extends TokenSpan>(lists: readonly (readonly Span[])[]): Span[] {
  let sure: Span[] = []
  for (const list of lists) {
    let next = 0
    const free = list.filter(({ start, end }) => {
      while (next < sure.length && sure[next].end <= start) next++
      return next === sure.length || sure[next].start >= end
    })
    sure = [...sure, ...free].sort((a, b) => a.start - b.start)
  }
  return sure
}

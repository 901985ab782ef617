import type { Sentence } from '../corpus/sentence.js'
import { decodeSpans } from '../tags/decode-spans.js'
import { lenientSpans } from '../tags/lenient-spans.js'
import { parseTag, type Scheme } from '../tags/scheme.js'
import type { TokenSpan } from '../tags/span.js'
import type { Tagger } from './tagger.js'

/** A sentence's entities as half-open ranges of its characters, those of its tokens joined by single spaces. */
export interface CharacterSpans {
  readonly length: number
  readonly gold: readonly TokenSpan[]
  /** The label of each character by itself, each a span of its own. */
  readonly predicted: readonly TokenSpan[]
  /** True for the spaces between tokens. */
  readonly ignored: (index: number) => boolean
}

const SENTENCES_A_BATCH = 1024

/**
 * What a tagger of characters says of each character by itself, before words are decided, beside the gold entities:
 * what `characterReport` takes. Characters are code points.
 *
 * @param tagger one whose unit is the character
 * @param scheme of the sentences' tags
 * @throws InputError `predict/characters` for a tagger of words or pieces
 * @example
 * const { sentences, scheme } = await loadCorpus('dev.conll')
 * console.log(characterReport(await characterSpans(tagger, sentences, scheme.scheme)).accuracy)
 */
export async function characterSpans(
  tagger: Pick<Tagger, 'tagCharacters'>,
  sentences: readonly Sentence[],
  scheme: Scheme,
): Promise<CharacterSpans[]> {
  const all: CharacterSpans[] = []
  for (let from = 0; from < sentences.length; from += SENTENCES_A_BATCH) {
    const batch = sentences.slice(from, from + SENTENCES_A_BATCH)
    const labelled = await tagger.tagCharacters(batch)
    labelled.forEach(({ units: { texts, starts, ends }, tags }, i) => {
      const own = batch[i].tags
      const spans = scheme === 'IO' ? decodeSpans(own, scheme) : lenientSpans(own)
      const inToken = new Uint8Array(texts.length)
      starts.forEach((start, t) => void inToken.fill(1, start, ends[t]))
      all.push({
        length: texts.length,
        gold: spans.map(({ start, end, type }) => ({ start: starts[start], end: ends[end - 1], type })),
        predicted: tags.flatMap((tag, c) =>
          tag === 'O' ? [] : [{ start: c, end: c + 1, type: parseTag(tag).type }],
        ),
        ignored: index => inToken[index] === 0,
      })
    })
  }
  return all
}

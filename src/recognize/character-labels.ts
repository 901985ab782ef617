import { cutSentences } from '../corpus/cut-sentences.js'
import type { Sentence } from '../corpus/sentence.js'
import { lenientSpans } from '../tags/lenient-spans.js'
import { parseTag } from '../tags/scheme.js'
import type { TokenSpan } from '../tags/span.js'
import type { CharacterTags, Tagger } from './tagger.js'

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
 * what `characterReport` takes. Characters are code points. Running text is tagged sentence by sentence, as
 * `predictCorpus` tags it.
 *
 * @param tagger one whose unit is the character
 * @throws InputError `predict/characters` for a tagger of words or pieces
 * @example
 * const { sentences } = await loadCorpus('dev.conll')
 * console.log(characterReport(await characterSpans(tagger, sentences)).accuracy)
 */
export async function characterSpans(
  tagger: Pick<Tagger, 'tagCharacters'>,
  sentences: readonly Sentence[],
): Promise<CharacterSpans[]> {
  const all: CharacterSpans[] = []
  for (let from = 0; from < sentences.length; from += SENTENCES_A_BATCH) {
    const batch = sentences.slice(from, from + SENTENCES_A_BATCH)
    const { parts, gather } = cutSentences(batch)
    gather(await tagger.tagCharacters(parts)).forEach((own, i) => {
      const { starts, ends, tags } = joined(own)
      const gold = batch[i].tags
      const spans = lenientSpans(gold)
      const inToken = new Uint8Array(tags.length)
      starts.forEach((start, t) => void inToken.fill(1, start, ends[t]))
      all.push({
        length: tags.length,
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

/** A sentence's parts, tagged, with a space between two: where its tokens start and end, and the tag of each character. */
function joined(parts: readonly CharacterTags[]) {
  const starts: number[] = []
  const ends: number[] = []
  const tags: string[] = []
  for (const { units, tags: own } of parts) {
    if (tags.length > 0) tags.push('O')
    const shift = tags.length
    units.starts.forEach(start => void starts.push(start + shift))
    units.ends.forEach(end => void ends.push(end + shift))
    own.forEach(tag => void tags.push(tag))
  }
  return { starts, ends, tags }
}

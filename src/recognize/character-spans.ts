import { cutSentences } from '../corpus/cut-sentences.js'
import { projectEntities } from '../corpus/project-entities.js'
import type { Sentence } from '../corpus/sentence.js'
import { lenientSpans } from '../tags/lenient-spans.js'
import { parseTag } from '../tags/scheme.js'
import type { TokenSpan } from '../tags/span.js'
import { codePointLength } from '../text/offsets.js'
import { inBatches, SENTENCES_AT_ONCE } from './predict-corpus.js'
import type { CharacterTags, Recognizer } from './recognizer.js'

/** A sentence's entities as half-open ranges of its characters; its tokens are joined by single spaces. */
export interface CharacterSpans {
  readonly length: number
  readonly gold: readonly TokenSpan[]
  /** One span for each character that has a label of its own. */
  readonly predicted: readonly TokenSpan[]
  /** True for the spaces between tokens. */
  readonly ignored: (index: number) => boolean
}

/**
 * The label that a tagger of characters gives to each character by itself, before words are decided, beside the gold
 * entities: the input of `characterReport`. Characters are code points. Running text is tagged sentence by sentence, as
 * `predictCorpus` tags it.
 *
 * @param tagger one whose unit is the character
 * @throws InputError `predict/characters` for a tagger of words or pieces
 * @example
 * const { sentences } = await loadCorpus('dev.conll')
 * console.log(characterReport(await characterSpans(tagger, sentences)).accuracy)
 */
export async function characterSpans(
  tagger: Pick<Recognizer, 'tagCharacters'>,
  sentences: readonly Sentence[],
): Promise<CharacterSpans[]> {
  const all: CharacterSpans[] = []
  for await (const batch of inBatches(sentences, SENTENCES_AT_ONCE)) {
    const { parts, gather } = cutSentences(batch)
    const found = gather(await tagger.tagCharacters(parts))
    all.push(...found.map((own, i) => spansOfCharacters(own, batch[i])))
  }
  return all
}

/** @param parts of one sentence, which are joined by spaces */
function spansOfCharacters(parts: readonly CharacterTags[], sentence: Sentence): CharacterSpans {
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
  const inToken = new Uint8Array(tags.length)
  starts.forEach((start, t) => void inToken.fill(1, start, ends[t]))
  return {
    length: tags.length,
    gold: goldSpans(sentence, starts, ends),
    predicted: tags.flatMap((tag, c) =>
      tag === 'O' ? [] : [{ start: c, end: c + 1, type: parseTag(tag).type }],
    ),
    ignored: index => inToken[index] === 0,
  }
}

/** @param starts where each token starts, in characters; `ends` likewise */
function goldSpans(
  { tags, text, offsets, entities }: Sentence,
  starts: readonly number[],
  ends: readonly number[],
): TokenSpan[] {
  if (entities === undefined || offsets === undefined || text === undefined)
    return lenientSpans(tags).map(({ start, end, type }) => ({
      start: starts[start],
      end: ends[end - 1],
      type,
    }))
  return projectEntities(entities, offsets).map(({ entity, start, end }) => ({
    start: starts[start] + codePointLength(text.slice(offsets[start].start, entity.start)),
    end: ends[end - 1] - codePointLength(text.slice(entity.end, offsets[end - 1].end)),
    type: entity.type,
  }))
}

import { entitiesOfText, type RunningText, runningTexts } from '../corpus/running-text.js'
import type { Sentence } from '../corpus/sentence.js'
import type { TokenSpan } from '../tags/span.js'
import type { Entity } from './annotated-text.js'
import type { Recognizer } from './recognizer.js'

/** A text of a corpus with its gold and its predicted entities, both as ranges of the text. */
export interface RawPair extends RunningText {
  readonly gold: readonly TokenSpan[]
  readonly predicted: readonly Entity[]
}

/**
 * Tags a labeled corpus as raw text: the recognizer cuts the texts of `runningTexts` into sentences and tokens by itself,
 * as it does with any text, and sees neither the corpus's tokens nor its sentences.
 * @param read the entities of a sentence's tags, as token indices
 */
export async function* predictRaw(
  recognizer: Pick<Recognizer, 'annotate'>,
  sentences: readonly Sentence[],
  read: (tags: readonly string[]) => readonly TokenSpan[],
): AsyncGenerator<RawPair> {
  // Annotated texts come in the order of the texts.
  const waiting: RunningText[] = []
  function* texts() {
    for (const each of runningTexts(sentences)) {
      waiting.push(each)
      yield each.text
    }
  }
  for await (const { entities } of recognizer.annotate(texts())) {
    const running = waiting.shift()
    if (running === undefined) throw new Error('more annotated texts than texts')
    yield { ...running, gold: entitiesOfText(running, read), predicted: entities }
  }
}

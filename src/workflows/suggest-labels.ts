import type { SuggestedEntity, Suggestion } from '../label/suggestion.js'
import type { TextReadings } from '../recognize/annotated-text.js'
import type { Recognizer } from '../recognize/recognizer.js'
import { sentencesOfText } from '../recognize/sentences-of-text.js'
import { Tagger } from '../recognize/tagger.js'
import { fittingTypes } from './fitting-types.js'

/** A text to suggest labels for. */
export interface TextToLabel {
  readonly number: number
  readonly text: string
}

export interface SuggestOptions {
  /** What the suggestions are said to come from. */
  readonly source: string
  /** The types of the project. Entities of others count by the model's coarse view; what does not fit then is left out. */
  readonly types: readonly string[]
}

/**
 * What a recognizer would label in some texts. A tagger also says how sure it is: the probability of its tagging, and how
 * many tokens it expects to have wrong.
 *
 * @example
 * const [first] = await suggestLabels(tagger, [{ number: 0, text: 'Ada wrote.' }], { source: 'en', types: ['PER'] })
 */
export async function suggestLabels(
  recognizer: Recognizer,
  texts: readonly TextToLabel[],
  { source, types }: SuggestOptions,
): Promise<Suggestion[]> {
  const fitting = fittingTypes(recognizer.info, types)
  const own = (entities: readonly SuggestedEntity[], withScore: boolean) =>
    entities.flatMap(({ start, end, type: found, score }): SuggestedEntity[] => {
      const type = fitting.get(found) ?? 'O'
      return type === 'O' ? [] : [{ start, end, type, ...(withScore && { score: score ?? 1 }) }]
    })
  const contents = texts.map(({ text }) => text)
  if (!(recognizer instanceof Tagger)) {
    const found = await recognizer.tag(contents)
    return texts.map(({ number }, i) => ({
      document: number,
      source,
      entities: own(found[i], false),
      surprise: null,
      expectedChanges: null,
    }))
  }
  const suggestions: Suggestion[] = []
  for await (const reading of recognizer.annotateNBest(contents, 1)) {
    const { number } = texts[suggestions.length]
    suggestions.push({
      document: number,
      source,
      entities: own(reading.entities, true),
      surprise: surpriseOf(reading),
      expectedChanges: await expectedChanges(recognizer, reading),
    })
  }
  return suggestions
}

/** The sentences are tagged independently of each other. */
function surpriseOf({ sentences }: TextReadings): number {
  return sentences.reduce((sum, { readings }) => sum - readings[0].logProbability, 0)
}

async function expectedChanges(tagger: Tagger, { sentences }: TextReadings): Promise<number> {
  const own = sentencesOfText(sentences, tagger.info.context)
  const { length } = tagger.info.tags
  let sum = 0
  for (const probabilities of await tagger.tagProbabilities(own))
    for (let at = 0; at < probabilities.length; at += length) {
      let best = 0
      for (let tag = 0; tag < length; tag++) best = Math.max(best, probabilities[at + tag])
      sum += 1 - best
    }
  return Math.max(0, sum)
}

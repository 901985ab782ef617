import type { CutSentences } from '../../corpus/cut-sentences.js'
import type { Sentence } from '../../corpus/sentence.js'
import { scoreTags } from '../../evaluate/score-tags.js'
import type { EncodedSentence } from '../../model/inputs/unit-table.js'
import { inScheme, scoredPair, tagCut } from '../../recognize/predict-corpus.js'
import type { DevScores, TypeScores } from '../../run/events.js'
import { encodeSpans } from '../../tags/encode-spans.js'
import { lenientSpans } from '../../tags/lenient-spans.js'
import type { Scheme } from '../../tags/scheme.js'
import { type Tagging, withoutTypes } from '../../tags/tagging.js'

/** A development set ready for scoring: sentences cut as a tagger cuts them and encoded, and gold tags. */
export interface DevSentences<Part = EncodedSentence> extends CutSentences<Part> {
  readonly sentences: readonly Sentence[]
  /**
   * In BIO, so that conlleval's rules count them whatever the model's scheme is; of the tokens of `scoredPair`, which can
   * say exactly what the entities are.
   */
  readonly gold: readonly (readonly string[])[]
  /** The corpus's own: it limits which entities the predicted tags can express. */
  readonly scheme: Scheme
  /** Types that are not marked in it: what is found of them counts neither as right nor as wrong. */
  readonly unscored?: ReadonlySet<string>
}

export interface DevResult extends DevScores {
  readonly types: Readonly<Record<string, TypeScores>>
}

/** Tags the development set with the current parameters and scores it as conlleval does. */
export async function evaluateDev<Part>(
  tagger: { find(sentences: readonly Part[]): Promise<readonly Tagging[]> },
  dev: DevSentences<Part>,
): Promise<DevResult> {
  const found = await tagCut(
    { tagTokens: async parts => withoutTypes(await tagger.find(parts), dev.unscored) },
    dev,
  )
  const predicted = found.map(
    (tagging, i) => scoredPair(dev.sentences[i], inScheme(tagging, dev.scheme, 'BIO')).predicted,
  )
  const { exact } = scoreTags(dev.gold, predicted, { mode: 'conlleval', scheme: 'BIO' })
  return {
    ...pick(exact.micro),
    types: mapValues(exact.types, type => ({ ...pick(type), gold: type.gold, predicted: type.predicted })),
  }
}

/** A tagging in any scheme as BIO; what is ill-formed is read leniently. */
export function toBio(tags: readonly string[]): string[] {
  return encodeSpans(lenientSpans(tags), tags.length, 'BIO')
}

function pick({ precision, recall, f1 }: DevScores): DevScores {
  return { precision, recall, f1 }
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}

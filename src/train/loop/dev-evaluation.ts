import type { CutSentences } from '../../corpus/cut-sentences.js'
import { joinFound, sayIn } from '../../corpus/found-entities.js'
import type { Decoder } from '../../decode/decoder.js'
import { scoreTags } from '../../evaluate/score-tags.js'
import type { EmissionNetwork } from '../../model/emission-network.js'
import type { EncodedSentence } from '../../model/inputs/token-forms.js'
import { encodeSpans } from '../../tags/encode-spans.js'
import { lenientSpans } from '../../tags/lenient-spans.js'
import type { Scheme } from '../../tags/scheme.js'
import type { DevScores, TypeScores } from './events.js'

/** A development set ready for scoring: encoded sentences as a tagger reads them, and gold tags. */
export interface DevSentences {
  readonly encoded: readonly EncodedSentence[]
  /** What was found for each encoded sentence, gathered into a list for each of `gold`. */
  readonly gather: CutSentences['gather']
  /** In BIO, so that conlleval's rules count them whatever the model's scheme is. */
  readonly gold: readonly (readonly string[])[]
  /** The corpus's own, in which what was found must be said. */
  readonly scheme: Scheme
}

export interface DevResult extends DevScores {
  readonly types: Readonly<Record<string, TypeScores>>
}

/** Tags the development set with the current parameters and scores it as conlleval does. */
export async function evaluateDev(
  network: Pick<EmissionNetwork, 'emissionsOf'>,
  decoder: Pick<Decoder, 'find'>,
  dev: DevSentences,
): Promise<DevResult> {
  const emissions = await network.emissionsOf(dev.encoded)
  const found = emissions.map((logits, i) => decoder.find(logits, dev.encoded[i].tokens))
  const predicted = dev
    .gather(found)
    .map(parts => sayIn(dev.scheme, joinFound(parts), { written: 'BIO' }).tags)
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

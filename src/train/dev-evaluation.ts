import type { CutSentences } from '../corpus/cut-sentences.js'
import { scoreTags } from '../evaluate/score-tags.js'
import type { Decoder } from '../model/decoder.js'
import type { EmissionNetwork } from '../model/emission-network.js'
import type { EncodedSentence } from '../model/inputs/token-forms.js'
import { decodeSpans } from '../tags/decode-spans.js'
import { encodeSpans } from '../tags/encode-spans.js'
import { lenientSpans } from '../tags/lenient-spans.js'
import type { Scheme } from '../tags/scheme.js'
import type { DevScores, TypeScores } from './events.js'

/** A development set ready for scoring: encoded sentences as a tagger reads them, and gold tags. */
export interface DevSentences {
  readonly encoded: readonly EncodedSentence[]
  /** What was found for each encoded sentence, gathered into a list for each of `gold`. */
  readonly gather: CutSentences['gather']
  /** In BIO, so that conlleval's rules count them whatever the model's scheme is. */
  readonly gold: readonly (readonly string[])[]
}

export interface DevResult extends DevScores {
  readonly types: Readonly<Record<string, TypeScores>>
}

/** Tags the development set with the current parameters and scores it as conlleval does. */
export async function evaluateDev(
  network: EmissionNetwork,
  decoder: Decoder,
  scheme: Scheme,
  dev: DevSentences,
): Promise<DevResult> {
  const emissions = await network.emissionsOf(dev.encoded)
  const predicted = emissions.map((logits, i) => toBio(decoder.tagsOf(logits, dev.encoded[i].tokens), scheme))
  const whole = dev.gather(predicted).map(parts => parts.flat())
  const { exact } = scoreTags(dev.gold, whole, { mode: 'conlleval', scheme: 'BIO' })
  return {
    ...pick(exact.micro),
    types: mapValues(exact.types, type => ({ ...pick(type), gold: type.gold, predicted: type.predicted })),
  }
}

/** Any tagging as BIO; what is ill-formed in its scheme is read leniently. */
export function toBio(tags: readonly string[], scheme: Scheme): string[] {
  const spans = scheme === 'IO' ? decodeSpans(tags, scheme) : lenientSpans(tags)
  return encodeSpans(spans, tags.length, 'BIO')
}

function pick({ precision, recall, f1 }: DevScores): DevScores {
  return { precision, recall, f1 }
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}

import type { ScoredSentence } from '../evaluate/scored-sentence.js'
import { isRight, pick, toShown } from './choose-sentences.js'
import { clip, TYPE_LENGTH } from './clip.js'
import type { AttendedSentence, AttentionMap, TagProbabilities } from './report-data.js'

/** Sentences, tokens and tags whose probabilities are kept. */
const SENTENCES = 40
const TOKENS = 50
const TAGS = 8
const ATTENDED = 8
const ATTENDED_TOKENS = 28
const MAPS = 4
/** Minimum probability, in per mille, for a tag to have its own column. */
const WORTH_A_COLUMN = 10

/**
 * Sentences whose tag probabilities are shown: short enough to be read token by token, those with errors first of all.
 * @param isShown whether the model can say it of the sentence at an index; default: of any
 * @returns indices, ascending
 */
export function probabilitySample(
  sentences: readonly ScoredSentence[],
  isShown: (index: number) => boolean = () => true,
): number[] {
  return sample(sentences, SENTENCES, ({ tokens }, index) => tokens.length <= TOKENS && isShown(index))
}

/**
 * Sentences whose attention is shown, which takes a number for every pair of tokens.
 * @param isShown whether the model can say it of the sentence at an index; default: of any
 */
export function attentionSample(
  sentences: readonly ScoredSentence[],
  isShown: (index: number) => boolean = () => true,
): number[] {
  return sample(
    sentences,
    ATTENDED,
    ({ tokens }, index) => tokens.length <= ATTENDED_TOKENS && isShown(index),
  )
}

function sample(
  sentences: readonly ScoredSentence[],
  limit: number,
  fits: (sentence: ScoredSentence, index: number) => boolean,
): number[] {
  const readable = sentences.flatMap((sentence, index) => {
    const { tokens, gold } = sentence
    const matters = tokens.length >= 2 && (gold.length > 0 || !isRight(sentence))
    return matters && fits(sentence, index) ? [index] : []
  })
  return pick(
    readable.map(index => sentences[index]),
    limit,
  ).map(at => readable[at])
}

/**
 * A sentence's tag probabilities, for the tags that matter in it; the rest is combined as the last column.
 * @param probabilities row-major `[tokens, tags]`
 */
export function tagProbabilities(
  sentence: ScoredSentence,
  probabilities: ArrayLike<number>,
  tags: readonly string[],
): TagProbabilities {
  const rows = sentence.tokens.map((_, t) => tags.map((_, k) => probabilities[t * tags.length + k]))
  const highest = tags.map((_, k) => Math.max(...rows.map(row => row[k])))
  const kept = tags
    .map((_, k) => k)
    .filter(k => highest[k] * 1000 >= WORTH_A_COLUMN)
    .sort((a, b) => highest[b] - highest[a])
    .slice(0, TAGS)
    .sort((a, b) => a - b)
  const { tokens, tight, gold, predicted, where } = toShown(sentence, TOKENS)
  return {
    ...(where !== undefined && { where }),
    tokens,
    tight,
    gold,
    predicted,
    tags: kept.map(k => clip(tags[k], TYPE_LENGTH)),
    perMille: rows.map(row => {
      const own = kept.map(k => perMille(row[k]))
      const rest = row.reduce((sum, value, k) => (kept.includes(k) ? sum : sum + value), 0)
      return [...own, perMille(rest)]
    }),
  }
}

/** @param maps weights row-major `[tokens, tokens]`, with names such as `layer 1, head 2` */
export function attendedSentence(
  sentence: ScoredSentence,
  maps: readonly { readonly name: string; readonly weights: ArrayLike<number> }[],
): AttendedSentence {
  const { tokens } = sentence
  const shown = toShown({ ...sentence, gold: [], predicted: [] }, ATTENDED_TOKENS)
  return {
    ...(shown.where !== undefined && { where: shown.where }),
    tokens: shown.tokens,
    tight: shown.tight,
    maps: maps.slice(0, MAPS).map(
      ({ name, weights }): AttentionMap => ({
        name: clip(name, TYPE_LENGTH),
        perMille: shown.tokens.map((_, row) =>
          shown.tokens.map((_, column) => perMille(weights[row * tokens.length + column])),
        ),
      }),
    ),
  }
}

function perMille(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 1000)
}

/** How far a corpus's own tokens and sentences are from those that a tagger finds in its text. */
import { type Note, option, say, setting, verb } from '../base/fault.js'
import { createTokenizer, type Tokenizer } from '../text/tokenizer.js'
import { entitiesOfText, type RunningText, runningText } from './running-text.js'
import type { Offsets, Sentence } from './sentence.js'
import { TextSample } from './text-sample.js'

/** Counts of a corpus, text by text. */
export interface TokenAgreement {
  readonly sentences: number
  /** Sentences without a text of their own: theirs was put together from their tokens, so that the rest is an estimate. */
  readonly detokenized: number
  /** Sentences of the corpus that do not begin and end where one of ours does. */
  readonly cutOtherwise: number
  readonly tokens: number
  /** Tokens of the corpus that are not one of ours. */
  readonly otherTokens: number
  /** Where tokens of the corpus begin and end, and how many of these places are inside one of ours. */
  readonly edges: number
  readonly missedEdges: number
  readonly entities: number
  /** Entities that begin or end inside one of our tokens, or are in two of our sentences: they cannot be found. */
  readonly unfit: number
  /** The sentences of the whole corpus, if these are the counts of a sample. */
  readonly sampledFrom?: number
}

/**
 * Compares the tokens of a sample with ours, text by text.
 *
 * @param tokenizer what cuts the texts that a tagger is given
 * @returns `undefined` if all of it is text in our tokens
 *
 * @example
 * const sample = new TextSample()
 * for await (const sentence of readSentences('train.conll')) sample.add(sentence)
 * sampleAgreement(sample)?.unfit
 */
export function sampleAgreement(
  sample: TextSample,
  tokenizer: Tokenizer = createTokenizer('characters'),
): TokenAgreement | undefined {
  const counts = {
    sentences: 0,
    detokenized: 0,
    cutOtherwise: 0,
    tokens: 0,
    otherTokens: 0,
    edges: 0,
    missedEdges: 0,
    entities: 0,
    unfit: 0,
  }
  const texts = sample.texts()
  if (texts.every(sentences => sentences.every(sentence => isCutBy(tokenizer, sentence)))) return undefined
  for (const sentences of texts) compare(runningText(sentences), tokenizer, counts)
  return { ...counts, ...(counts.sentences < sample.sentences && { sampledFrom: sample.sentences }) }
}

type Counts = { -readonly [Name in keyof Omit<TokenAgreement, 'sampledFrom'>]: number }

/** Adds the counts of one text. */
function compare(running: RunningText, tokenizer: Tokenizer, counts: Counts): void {
  const own = tokenizer.segment(running.text).sentences
  const tokens = own.flatMap(sentence => sentence.tokens)
  const isInside = (place: number) => isInsideToken(place, tokens)
  const bounds = new Set(own.map(rangeKey))
  const ranges = new Set(tokens.map(rangeKey))
  for (const { sentence, offsets } of running.sentences) {
    counts.sentences++
    if (sentence.text === undefined) counts.detokenized++
    const whole = { start: offsets[0].start, end: offsets[offsets.length - 1].end }
    if (!bounds.has(rangeKey(whole))) counts.cutOtherwise++
    const edges = [...new Set(offsets.flatMap(({ start, end }) => [start, end]))]
    counts.edges += edges.length
    counts.missedEdges += edges.filter(isInside).length
    counts.tokens += offsets.length
    counts.otherTokens += offsets.filter(range => !ranges.has(rangeKey(range))).length
  }
  let next = 0
  for (const { start, end } of entitiesOfText(running)) {
    counts.entities++
    while (next < own.length && own[next].end <= start) next++
    const isInOne = next < own.length && own[next].start <= start && end <= own[next].end
    if (!isInOne || isInside(start) || isInside(end)) counts.unfit++
  }
}

/** Whether a sentence was text that a tokenizer cut into tokens. */
function isCutBy(tokenizer: Tokenizer, { text, offsets }: Sentence): boolean {
  if (text === undefined || offsets === undefined) return false
  const own = tokenizer.tokenize(text)
  return own.length === offsets.length && own.every((range, i) => rangeKey(range) === rangeKey(offsets[i]))
}

function rangeKey({ start, end }: Offsets): string {
  return `${start} ${end}`
}

/** @param tokens in order */
function isInsideToken(place: number, tokens: readonly Offsets[]): boolean {
  let low = 0
  let high = tokens.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (tokens[middle].end <= place) low = middle + 1
    else high = middle
  }
  return low < tokens.length && tokens[low].start < place
}

/** The counts of some sentences; of a sample if they are many. @param tokenizer as for `sampleAgreement` */
export function tokenAgreement(
  sentences: Iterable<Sentence>,
  tokenizer?: Tokenizer,
): TokenAgreement | undefined {
  const sample = new TextSample()
  for (const sentence of sentences) sample.add(sentence)
  return sampleAgreement(sample, tokenizer)
}

/** From these shares on, a tagger that learns the corpus's tokens does clearly worse on text. */
const MANY = { unfit: 0.01, otherTokens: 0.05, cutOtherwise: 0.25 }

/**
 * Whether scores on the corpus's tokens promise too much for raw text. How sentences are cut counts only where all texts
 * are real: where they were put together, two sentences that belong to different texts may look like one.
 */
export function isFarFromText({
  unfit,
  entities,
  otherTokens,
  tokens,
  cutOtherwise,
  sentences,
  detokenized,
}: TokenAgreement): boolean {
  return (
    unfit > MANY.unfit * entities ||
    otherTokens > MANY.otherTokens * tokens ||
    (detokenized === 0 && cutOtherwise > MANY.cutOtherwise * sentences)
  )
}

/** The counts in words: how much of the corpus's tokens and entities a tagger finds in raw text. */
export function describeAgreement(agreement: TokenAgreement): string {
  const { unfit, entities, otherTokens, tokens, cutOtherwise, sentences, detokenized, sampledFrom } =
    agreement
  const percent = (count: number, all: number) => `${((100 * count) / Math.max(1, all)).toFixed(1)}%`
  const count = (value: number) => value.toLocaleString('en-US')
  const ways = [
    ...(sampledFrom === undefined
      ? []
      : [`from a sample of ${count(sentences)} of ${count(sampledFrom)} sentences`]),
    ...(detokenized === 0
      ? []
      : [
          `the text of ${detokenized === sentences ? 'all' : count(detokenized)} sentences was put together from their tokens`,
        ]),
  ]
  const source = ways.length === 0 ? '' : ` (estimated: ${ways.join('; ')})`
  return (
    `in raw text, ${percent(otherTokens, tokens)} of its tokens and ${percent(cutOtherwise, sentences)} of its sentences ` +
    `are cut otherwise, and ${percent(unfit, entities)} of its entities cannot be found${source}`
  )
}

/** What to know before training on tokens that are not ours. */
export function agreementNotes(path: string, agreement: TokenAgreement | undefined): Note[] {
  if (agreement === undefined || !isFarFromText(agreement)) return []
  const { unfit, entities } = agreement
  const cost =
    unfit === 0
      ? 'F1 on raw text will be lower than on these tokens'
      : `these entities alone cost up to ${((100 * unfit) / entities).toFixed(1)} points of F1 on raw text`
  const message = say`${describeAgreement(agreement)}; ${cost}. ${verb('evaluate', ['RUN', path], [option('raw')])} measures the loss, and ${setting('corpus.tokens', 'own')} trains on the tokens of raw text`
  return [{ code: 'other-tokens', where: { file: path }, message }]
}

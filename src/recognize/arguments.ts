/** Checks what callers in plain JavaScript pass to a recognizer. Each throws one InputError `predict/argument`. */
import { type Fault, InputError } from '../base/errors.js'
import { isRecord } from '../base/json-types.js'
import { nearest } from '../base/nearest.js'
import type { TokenSentence } from '../model/inputs/sentence.js'
import type { TagOptions, Texts, UnscoredOptions } from './tag-options.js'

/** @param where what the text is called in the message */
export function checkText(text: unknown, where: string): asserts text is string {
  if (typeof text !== 'string') throw refuse(where, 'a text', text)
}

/** One text, or several in an array. A stream's texts are checked as they come. */
export function checkTexts(texts: unknown): asserts texts is readonly string[] {
  if (!Array.isArray(texts)) throw refuse('texts', 'a text, an array of texts or a stream of texts', texts)
  for (let i = 0; i < texts.length; i++) checkText(texts[i], `texts[${i}]`)
}

/** An array or a stream. A single text is refused: as an iterable it would be read character by character. */
export function checkStream(texts: unknown): asserts texts is Texts {
  if (Array.isArray(texts)) checkTexts(texts)
  else if (!isStream(texts))
    throw refuse(
      'texts',
      'an array or a stream of texts',
      texts,
      typeof texts === 'string' ? 'put the text into an array' : undefined,
    )
}

export function isStream(value: unknown): value is AsyncIterable<string> | Iterable<string> {
  return (
    typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
  )
}

type TagOption = keyof TagOptions | keyof UnscoredOptions

const TAG_OPTIONS: readonly TagOption[] = ['minScore', 'signal', 'coarse', 'scores']

/** @param known the options that there are */
export function checkTagOptions(
  options: unknown,
  known: readonly TagOption[] = TAG_OPTIONS,
): asserts options is TagOptions | UnscoredOptions | undefined {
  checkOptionNames(options, known)
  const { minScore, signal, coarse, scores } = options ?? {}
  if (minScore !== undefined && !(typeof minScore === 'number' && minScore >= 0 && minScore <= 1))
    throw refuse('options.minScore', 'a number from 0 to 1', minScore)
  checkSignal(signal)
  if (coarse !== undefined && typeof coarse !== 'boolean')
    throw refuse('options.coarse', 'true or false', coarse)
  if (scores !== undefined && typeof scores !== 'boolean')
    throw refuse('options.scores', 'true or false', scores)
  if (scores === false && minScore !== undefined)
    throw refuse('options.minScore', 'nothing where scores are not asked for', minScore)
}

function checkSignal(signal: unknown): void {
  if (signal !== undefined && !(isRecord(signal) && typeof signal.throwIfAborted === 'function'))
    throw refuse('options.signal', 'an AbortSignal', signal)
}

/** As in the configuration: a runtime would start any number of them. */
export const MOST_THREADS = 256

/** Options of a loader: how many threads and workers, and what else it knows. */
export function checkLoadOptions(options: unknown, known: readonly string[]): void {
  checkOptionNames(options, known)
  for (const name of ['threads', 'workers']) {
    const count = options?.[name]
    if (count !== undefined && !isWhole(count, MOST_THREADS))
      throw refuse(`options.${name}`, `a whole number from 1 to ${MOST_THREADS}`, count)
  }
  checkSignal(options?.signal)
}

/** @param where what the bytes are called in the message */
export function checkBytes(bytes: unknown, where: string): asserts bytes is Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw refuse(where, 'a Uint8Array', bytes)
}

export function checkOptionNames(
  options: unknown,
  known: readonly string[],
): asserts options is Readonly<Record<string, unknown>> | undefined {
  if (options === undefined) return
  if (!isRecord(options)) throw refuse('options', `an object with ${known.join(', ')}`, options)
  const unknown = Object.keys(options).find(name => !known.includes(name))
  if (unknown === undefined) return
  const close = nearest(unknown, known)
  throw new InputError('predict/argument', {
    where: `options.${unknown.slice(0, 100)}`,
    expected: `an option that is known (${known.join(', ')})`,
    got: 'another name',
    ...(close !== undefined && { remedy: `did you mean ${close}?` }),
  })
}

/** Sentences of tokens, each with the same number of tokens in every column. */
export function checkSentences(sentences: unknown): asserts sentences is readonly TokenSentence[] {
  if (!Array.isArray(sentences)) throw refuse('sentences', 'an array of sentences', sentences)
  for (let i = 0; i < sentences.length; i++) checkSentence(sentences[i], `sentences[${i}]`)
}

export function checkSentence(sentence: unknown, where: string): asserts sentence is TokenSentence {
  if (Array.isArray(sentence)) {
    checkTokens(sentence, where)
    return
  }
  if (!isRecord(sentence) || !Array.isArray(sentence.tokens))
    throw refuse(where, 'an array of tokens, or an object with tokens', sentence)
  const { tokens, columns } = sentence
  checkTokens(tokens, `${where}.tokens`)
  checkOffsets(sentence, tokens.length, where)
  checkAround(sentence.around, `${where}.around`)
  if (columns === undefined) return
  if (!isRecord(columns)) throw refuse(`${where}.columns`, 'an object of columns', columns)
  for (const [name, values] of Object.entries(columns)) {
    const place = `${where}.columns.${name}`
    if (!Array.isArray(values)) throw refuse(place, 'an array of texts', values)
    for (let i = 0; i < values.length; i++) checkText(values[i], `${place}[${i}]`)
    if (values.length !== tokens.length)
      throw new InputError('predict/argument', {
        where: place,
        expected: `${tokens.length} values, one for each token`,
        got: String(values.length),
      })
  }
}

function checkAround(around: unknown, where: string): void {
  if (around === undefined) return
  if (!isRecord(around)) throw refuse(where, 'the tokens before and after', around)
  for (const side of ['before', 'after']) {
    const tokens = around[side]
    if (!Array.isArray(tokens)) throw refuse(`${where}.${side}`, 'an array of tokens', tokens)
    checkTokens(tokens, `${where}.${side}`)
  }
}

/** What is known of each of some sentences; its spans are the caller's business. */
export function checkConstraints(constraints: unknown, sentences: number): void {
  if (!Array.isArray(constraints) || constraints.length !== sentences || !constraints.every(isRecord))
    throw refuse('constraints', `an array of ${sentences} objects, one for each sentence`, constraints)
}

/** Where the tokens are in a text, in order. */
function checkOffsets(
  { text, offsets }: Readonly<Record<string, unknown>>,
  tokens: number,
  where: string,
): void {
  if (text === undefined && offsets === undefined) return
  checkText(text, `${where}.text`)
  if (!Array.isArray(offsets) || offsets.length !== tokens)
    throw refuse(`${where}.offsets`, `an array of ${tokens} places, one for each token`, offsets)
  let last = 0
  for (const [i, place] of offsets.entries()) {
    const { start, end } = isRecord(place) ? place : {}
    if (
      !(
        Number.isInteger(start) &&
        Number.isInteger(end) &&
        last <= Number(start) &&
        Number(start) <= Number(end)
      )
    )
      throw refuse(`${where}.offsets[${i}]`, 'an object with start and end, in order', place)
    last = Number(end)
  }
  if (last > text.length) throw refuse(`${where}.offsets`, 'places in the text', offsets)
}

function checkTokens(tokens: readonly unknown[], where: string): void {
  for (let i = 0; i < tokens.length; i++) checkText(tokens[i], `${where}[${i}]`)
}

/** Readings of a sentence: each takes memory for every token and tag. */
const MOST_READINGS = 1000

export function checkReadings(n: unknown): asserts n is number {
  if (!isWhole(n, MOST_READINGS)) throw refuse('n', `a whole number from 1 to ${MOST_READINGS}`, n)
}

function isWhole(value: unknown, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most
}

function refuse(where: string, expected: string, value: unknown, remedy?: string): InputError {
  const fault: Fault = { where, expected, got: described(value), ...(remedy !== undefined && { remedy }) }
  return new InputError('predict/argument', fault)
}

/** What a value is, in a few words. */
function described(value: unknown): string {
  if (value === undefined || value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`
  if (typeof value === 'string') return 'a text'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

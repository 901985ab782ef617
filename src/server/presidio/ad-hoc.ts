/** Recognizers that come with a request: patterns and lists of words, as rules. */
import * as v from 'valibot'
import { isInputError } from '../../base/errors.js'
import type { Entity } from '../../recognize/annotated-text.js'
import { createRules } from '../../recognize/rules-recognizer.js'
import { checkRules } from '../../rules/file/check-rules.js'
import { LinearPattern } from '../../rules/pattern/linear-pattern.js'
import { Problem } from '../problem.js'

export const adHocForm = v.strictObject({
  name: v.optional(v.nullable(v.string())),
  supported_language: v.optional(v.nullable(v.string())),
  supported_entity: v.string(),
  patterns: v.optional(
    v.nullable(
      v.pipe(
        v.array(
          v.strictObject({
            name: v.optional(v.nullable(v.string())),
            regex: v.string(),
            score: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
          }),
        ),
        v.maxLength(20),
      ),
    ),
  ),
  deny_list: v.optional(v.nullable(v.pipe(v.array(v.string()), v.maxLength(1000)))),
  deny_list_score: v.optional(v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1)))),
  context: v.optional(v.nullable(v.pipe(v.array(v.string()), v.maxLength(100)))),
})

export type AdHoc = v.InferOutput<typeof adHocForm>

/** They are made and run for one request only, so they must be small. */
const MOST_CHARACTERS = 20_000
/**
 * Characters of the text times those of all patterns with their repetitions written out: the time that they take at most,
 * during which the server answers nobody else.
 */
const MOST_WORK = 1_000_000
/** What a word of the context adds to a score, and how near it must be: Presidio's defaults. */
const CONTEXT = { within: 5, add: 0.35 }
/** The least score of what has a word of its context. */
const LEAST_WITH_CONTEXT = 0.4

/**
 * What recognizers of a request find in its text. Patterns are read as Python writes them, case does not count, and they run in linear
 * time.
 * @param context words that count as near every entity
 * @returns entities with offsets in UTF-16 code units
 * @throws Problem 422 for a pattern that cannot be read; 413 for a long text, or for patterns that are long for it
 */
export async function findAdHoc(
  text: string,
  given: readonly AdHoc[],
  context: readonly string[] = [],
): Promise<Entity[]> {
  const rules = given.flatMap(each => rulesOf(each, context))
  if (rules.length === 0) return []
  if (text.length > MOST_CHARACTERS)
    throw new Problem(
      413,
      'limit/text',
      `expected at most ${MOST_CHARACTERS} characters with ad_hoc_recognizers, got ${text.length}`,
    )
  try {
    checkWork(text, given)
    const recognizer = await createRules(
      checkRules({ rules }, path => ({ file: 'ad_hoc_recognizers', field: path.join('.') })),
    )
    return await recognizer.tag(text)
  } catch (error) {
    if (!isInputError(error)) throw error
    throw new Problem(422, 'presidio/ad-hoc', error.message)
  }
}

function rulesOf(
  { supported_entity: type, patterns, deny_list: words, deny_list_score, context: own }: AdHoc,
  given: readonly string[],
): object[] {
  const isNear = own?.some(word => given.some(each => each.toLowerCase().includes(word.toLowerCase())))
  // Adding cannot name a least score, so it adds what is missing to it.
  const near = (score: number) =>
    own && own.length > 0 && !isNear
      ? { context: [{ words: own, ...CONTEXT, add: Math.max(CONTEXT.add, LEAST_WITH_CONTEXT - score) }] }
      : {}
  const scored = (score: number) =>
    isNear ? Math.min(1, Math.max(LEAST_WITH_CONTEXT, score + CONTEXT.add)) : score
  return [
    ...(patterns ?? []).map(({ regex, score }) => ({
      type,
      regex: fromPython(regex),
      score: scored(score),
      ignoreCase: true,
      ...near(score),
    })),
    ...(words && words.length > 0
      ? [{ type, names: words, score: scored(deny_list_score ?? 1), ignoreCase: true }]
      : []),
  ]
}

/** A regular expression of Python in JavaScript's syntax: what both have is the same, but for these. */
function fromPython(regex: string): string {
  let isClass = false
  return regex.replace(/\\[\s\S]|\(\?P<|[[\]]/g, part => {
    if (part === '[' || part === ']') {
      isClass = part === '['
      return part
    }
    if (part === '(?P<') return '(?<'
    if (part === '\\A') return '^'
    if (part === '\\Z') return '$'
    // JavaScript takes no escape of a character that means nothing.
    const isPlain = /[^\w^$.*+?()[\]{}|/\\]/.test(part[1]) && !(isClass && part[1] === '-')
    return isPlain ? part[1] : part
  })
}

/** @throws Problem 413; InputError for a pattern that cannot be read */
function checkWork({ length }: string, given: readonly AdHoc[]): void {
  const most = Math.floor(MOST_WORK / Math.max(length, 200))
  let size = 0
  for (const { patterns } of given)
    for (const { regex } of patterns ?? []) {
      const where = { file: 'ad_hoc_recognizers', field: 'regex' }
      size += new LinearPattern({ source: fromPython(regex), ignoreCase: true, where }).size
      if (size > most)
        throw new Problem(
          413,
          'limit/ad-hoc',
          `ad_hoc_recognizers: expected at most ${most} characters in all patterns, with repetitions written out, for a text of ${length} characters`,
        )
    }
}

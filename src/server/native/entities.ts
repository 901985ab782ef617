import type { AnalyzeOptions } from '../../recognize/analyzed-text.js'
import { coarseTypes, type Entity, withMinScore, withTypes } from '../../recognize/annotated-text.js'
import type { Backlog } from '../limits/backlog.js'
import { analysis } from '../models/analysis.js'
import type { Lease } from '../models/models.js'
import { Problem } from '../problem.js'
import type { Limits } from '../server-options.js'
import type { EntitiesRequest } from './entity-forms.js'
import { inUnit } from './in-unit.js'
import { type SentenceAnswer, sentenceAnswer } from './sentence-answer.js'

export interface EntitiesResult {
  readonly entities: readonly Entity[]
  readonly sentences?: readonly SentenceAnswer[]
}

export interface EntitiesAnswer {
  readonly model: { readonly name: string; readonly version: string }
  readonly offsets: EntitiesRequest['offsets']
  readonly tags?: readonly string[]
  readonly results: readonly EntitiesResult[]
}

/** Texts and characters of a request for more than entities: its answer is some hundred times as long. */
const MOST_DETAILS = { texts: 100, characters: 50_000 }

/**
 * Answers a request whose form was checked.
 * @throws Problem 413, 422, 503; the signal's reason
 */
export async function findEntities(
  request: EntitiesRequest,
  lease: Lease,
  backlog: Backlog,
  limits: Limits,
  signal: AbortSignal,
): Promise<EntitiesAnswer> {
  const texts = request.texts ?? [request.text ?? '']
  const details = detailsOf(request)
  const length = checkLength(texts, limits)
  if (details !== undefined) checkDetails(texts, limits)
  checkTypes(request, lease)
  const results = await backlog.during(texts.length, length, () =>
    details === undefined
      ? plainResults(texts, request, lease, signal)
      : detailedResults(texts, details, request, lease, signal),
  )
  const { name, version, info } = lease
  return {
    model: { name, version },
    offsets: request.offsets,
    ...(request.probabilities && { tags: info.tags }),
    results,
  }
}

/** Refuses texts for which only entities can be asked. @throws Problem 413 */
export function checkDetails(texts: readonly string[], limits: Limits): void {
  const sum = checkLength(texts, { ...limits, texts: Math.min(limits.texts, MOST_DETAILS.texts) })
  if (sum > MOST_DETAILS.characters)
    throw new Problem(
      413,
      'limit/details',
      `expected at most ${MOST_DETAILS.characters} characters where more than entities is asked for, got ${sum}`,
    )
}

/** What is asked for besides entities; nothing: `undefined`. */
function detailsOf(request: EntitiesRequest): AnalyzeOptions | undefined {
  const { tokens, readings, probabilities, attention } = request
  if (!tokens && readings === undefined && !probabilities && !attention) return undefined
  return { ...(readings !== undefined && { readings }), probabilities, attention }
}

/** @returns the characters of all texts @throws Problem 413 */
export function checkLength(
  texts: readonly string[],
  { texts: most, textCharacters }: Pick<Limits, 'texts' | 'textCharacters'>,
): number {
  if (texts.length > most)
    throw new Problem(413, 'limit/texts', `expected at most ${most} texts, got ${texts.length}`)
  let sum = 0
  for (const [i, { length }] of texts.entries()) {
    if (length > textCharacters)
      throw new Problem(
        413,
        'limit/text',
        `text ${i + 1}: expected at most ${textCharacters} characters, got ${length}`,
      )
    sum += length
  }
  return sum
}

/** Types by the names that they have in the answer: by others nothing would ever be found. */
function checkTypes({ types, coarse }: EntitiesRequest, { info }: Lease): void {
  const known = coarse ? [...new Set(info.coarse?.values())] : info.types
  // A model without a coarse view refuses the request itself.
  if (types === undefined || (coarse && !info.coarse)) return
  const unknown = types.find(type => !known.includes(type))
  if (unknown === undefined) return
  const isCoarse = !coarse && [...(info.coarse?.values() ?? [])].includes(unknown)
  const expected = `types of the ${coarse ? "model's coarse view" : 'model'} (${known.join(', ')})`
  const got = JSON.stringify(unknown.slice(0, 60))
  const remedy = 'ask for "coarse": true'
  throw new Problem(
    422,
    'model/types',
    `types: expected ${expected}, got ${got}${isCoarse ? `; ${remedy}` : ''}`,
    { faults: [{ where: 'types', expected, got, ...(isCoarse && { remedy }) }] },
  )
}

async function plainResults(
  texts: readonly string[],
  { minScore, coarse, offsets, types }: EntitiesRequest,
  { recognizer }: Lease,
  signal: AbortSignal,
): Promise<EntitiesResult[]> {
  const found = await recognizer.tag(texts, { minScore, coarse, signal })
  return found.map((entities, i) => ({ entities: inUnit(texts[i], ofTypes(entities, types), offsets) }))
}

async function detailedResults(
  texts: readonly string[],
  details: AnalyzeOptions,
  { minScore, coarse, offsets, types }: EntitiesRequest,
  { recognizer, info }: Lease,
  signal: AbortSignal,
): Promise<EntitiesResult[]> {
  const found = await analysis(recognizer, texts, details, signal)
  const map = coarse ? coarseTypes(info) : undefined
  const width = info.tags.length
  return found.map(each => {
    const scored = withMinScore(each, minScore)
    const { text, entities, sentences } = map ? withTypes(scored, map) : scored
    return {
      entities: inUnit(text, ofTypes(entities, types), offsets),
      sentences: sentences.map(sentence => sentenceAnswer(text, sentence, { offsets, width })),
    }
  })
}

function ofTypes(entities: readonly Entity[], types: readonly string[] | undefined): readonly Entity[] {
  return types === undefined ? entities : entities.filter(({ type }) => types.includes(type))
}

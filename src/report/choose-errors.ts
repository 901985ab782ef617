import type { CostlyConfusion, ListedEntity, ListedError } from '../evaluate/error-list.js'
import { type Capped, clip, TYPE_LENGTH } from './clip.js'

const LIMIT = 500
/** Of very many groups each still shows a few. */
const LEAST = 3
const MENTION = 120
const CONTEXT = 120

/**
 * The errors that a report lists: all, or of very many each group's share, groups that cost most first. Within a group
 * the most confident come first.
 * @param confusions the groups of these very errors, most costly first
 */
export function chooseErrors(
  errors: readonly ListedError[],
  confusions: readonly CostlyConfusion[],
): Capped<ListedError> {
  const groups = new Map<string, ListedError[]>(confusions.map(group => [keyOf(group), []]))
  for (const error of errors)
    groups
      .get(keyOf({ kind: error.kind, gold: error.gold?.type, predicted: error.predicted?.type }))
      ?.push(error)
  const scoreOf = (error: ListedError) => error.predicted?.score ?? 0
  const chosen = [...groups.values()].flatMap(group => {
    const quota =
      errors.length <= LIMIT
        ? group.length
        : Math.max(LEAST, Math.floor((LIMIT * group.length) / errors.length))
    return group.sort((a, b) => scoreOf(b) - scoreOf(a)).slice(0, quota)
  })
  return { items: chosen.slice(0, LIMIT).map(shorten), total: errors.length }
}

function keyOf({ kind, gold, predicted }: Pick<CostlyConfusion, 'kind' | 'gold' | 'predicted'>): string {
  return JSON.stringify([kind, gold, predicted])
}

/** An error with long texts cut; of the context, what is next to the error is kept. */
export function shorten(error: ListedError): ListedError {
  const { where, gold, predicted, before, text, after } = error
  const entity = <T extends ListedEntity>(of: T): T => ({
    ...of,
    text: clip(of.text, MENTION),
    type: clip(of.type, TYPE_LENGTH),
  })
  return {
    ...error,
    ...(where !== undefined && { where: clip(where, MENTION) }),
    ...(gold && { gold: entity(gold) }),
    ...(predicted && { predicted: entity(predicted) }),
    before: before.length > CONTEXT ? `…${before.slice(1 - CONTEXT)}` : before,
    text: clip(text, 2 * MENTION),
    after: clip(after, CONTEXT),
  }
}

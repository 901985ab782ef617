/** Code points of a type that are kept. */
export const TYPE_LENGTH = 60

/** Part of a longer list; `total` is its length. */
export interface Capped<T> {
  readonly items: readonly T[]
  readonly total: number
}

/** The first `limit` items. */
export function capped<T>(items: readonly T[], limit: number): Capped<T> {
  return { items: items.slice(0, limit), total: items.length }
}

/**
 * At most `limit` items, evenly spread over the list and in its order, the first and the last among them.
 *
 * @example
 * spread([1, 2, 3, 4, 5], 3) // [1, 3, 5]
 */
export function spread<T>(items: readonly T[], limit: number): readonly T[] {
  if (items.length <= limit) return items
  if (limit < 2) return items.slice(0, limit)
  return Array.from({ length: limit }, (_, i) => items[Math.round((i * (items.length - 1)) / (limit - 1))])
}

/** A text of at most `limit` code points, the last one `…` if something was cut. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text
  const points = [...text.slice(0, 2 * limit)]
  return points.length <= limit && text.length <= 2 * limit ? text : `${points.slice(0, limit - 1).join('')}…`
}

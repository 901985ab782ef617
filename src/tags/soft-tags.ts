/** What a token's tag may be, with the probability of each: what a teacher tells a student. Tags that are not named have none. */
export type SoftTag = Readonly<Record<string, number>>

/** What is less likely is left out. */
const LEAST = 1e-3

/**
 * The soft tags of a sentence from the probabilities of all tags: the unlikely ones are left out, and the rest add up to 1.
 * @param probabilities row-major `[tokens, tags]`
 * @example
 * softTags(Float64Array.of(0.9995, 0.0005), ['O', 'I-PER']) // [{ O: 1 }]
 */
export function softTags(probabilities: ArrayLike<number>, tags: readonly string[]): SoftTag[] {
  return Array.from({ length: probabilities.length / tags.length }, (_, t) => {
    const row = tags.map((_tag, k) => probabilities[t * tags.length + k])
    const top = Math.max(...row)
    const kept = row.map(probability => (probability >= LEAST || probability === top ? probability : 0))
    const sum = kept.reduce((a, b) => a + b, 0)
    return Object.fromEntries(
      tags.flatMap((tag, k) => (kept[k] > 0 ? [[tag, Number((kept[k] / sum).toPrecision(4))]] : [])),
    )
  })
}

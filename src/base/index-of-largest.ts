/**
 * The index of the largest of `count` values, relative to `from`, or the first of equal ones.
 *
 * @example
 * indexOfLargest(Float32Array.of(9, 1, 4, 2), 1, 3) // 1
 */
export function indexOfLargest(values: Float32Array, from: number, count: number): number {
  let best = 0
  for (let i = 1; i < count; i++) if (values[from + i] > values[from + best]) best = i
  return best
}

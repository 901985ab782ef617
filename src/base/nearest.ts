/** Edit distance of short strings: insertion, deletion, replacement, swap of neighbors (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        next[j] = Math.min(next[j], before[j - 2] + 1)
    }
    before = row
    row = next
  }
  return row[b.length]
}

/**
 * The known name that is closest to a mistyped one, or `undefined` if none is close (at most a third of its letters off).
 *
 * @example
 * nearest('epoch', ['epochs', 'seed']) // 'epochs'
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    // The distance is at least the difference in length; names from files may be very long.
    if (Math.abs(name.length - candidate.length) > Math.ceil(candidate.length / 3)) continue
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance && distance <= Math.ceil(candidate.length / 3)) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

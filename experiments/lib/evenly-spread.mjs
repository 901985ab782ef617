/** `count` elements of a list, evenly spread over it; all of a shorter one. */
export function evenlySpread(list, count) {
  const size = Math.min(count, list.length)
  return Array.from({ length: size }, (_, i) => list[Math.floor(((i + 0.5) * list.length) / size)])
}

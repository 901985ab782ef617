/** log Σ exp of a row, computed from its highest value so that nothing overflows. */
export function logSumExp(row: Float32Array): number {
  let highest = Number.NEGATIVE_INFINITY
  for (const value of row) highest = Math.max(highest, value)
  let sum = 0
  for (const value of row) sum += Math.exp(value - highest)
  return highest + Math.log(sum)
}

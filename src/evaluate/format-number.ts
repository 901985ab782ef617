/**
 * A number with two decimals as C's and Perl's printf write it: exact ties go to the even digit, where `toFixed`
 * rounds them up. A tie at two decimals is an odd multiple of 1/8.
 */
export function printfTwoDecimals(value: number): string {
  if (!Number.isInteger(value * 8) || Number.isInteger(value * 4)) return value.toFixed(2)
  const below = Math.floor(value * 100)
  return ((below % 2 === 0 ? below : below + 1) / 100).toFixed(2)
}

/** A fraction as a percentage with two decimals; `–` if undefined. Rounding to thirteen digits first restores exact ties. */
export function formatPercent(fraction: number | null): string {
  return fraction === null ? '–' : printfTwoDecimals(Number((fraction * 100).toPrecision(13)))
}

/** A count with a comma every three digits. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

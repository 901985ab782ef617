/** The report's one scale: shares, scores and probabilities are percentages. */

/** A share with one decimal; `–` if undefined. @example percent(0.9234) // '92.3%' */
export function percent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(1)}%`
}

/** A share without decimals, which is never rounded to all or nothing. @example wholePercent(0.998) // '>99%' */
export function wholePercent(share: number): string {
  if (share > 0.99 && share < 1) return '>99%'
  if (share > 0 && share < 0.01) return '<1%'
  return `${Math.round(100 * share)}%`
}

/** A difference of shares in points. @example points(0.031) // '3.1 points' */
export function points(difference: number): string {
  return `${(100 * Math.abs(difference)).toFixed(1)} points`
}

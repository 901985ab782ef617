/**
 * Scores as the tokenizers that made the files read them. The library that writes `tokenizer.json` reads a number as its
 * digits, a whole number of 64 bits, times or divided by a power of ten. The result may be one unit in the last place
 * from the number that is written. It decides between two ways to cut a text whose scores are equal but for rounding.
 */

/** What that library makes of a number. Source: serde_json, `f64_from_parts`, without its feature `float_roundtrip`. */
export function storedScore(score: number): number {
  const [, sign, whole, fraction = '', exponent = '0'] = DECIMAL.exec(String(score)) ?? []
  if (whole === undefined) return score
  const digits = Number(BigInt(whole + fraction))
  const power = Number(exponent) - fraction.length
  // Digits of a double have at most 17 places, so only tiny numbers are below the least power of ten.
  if (Math.abs(power) > 308) return score
  const size = power < 0 ? digits / Number(`1e${-power}`) : digits * Number(`1e${power}`)
  return sign === '-' ? -size : size
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/

const LATIN1 = new TextDecoder('latin1')

/** Powers of ten that a double holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, k) => 10 ** k)

/**
 * The number written in plain ASCII at `bytes[start … end)`, NaN for anything else: `Number(text)` without making the
 * text, several times as fast. A mantissa under 2⁵³ over a power of ten up to 10²² is one correctly rounded division
 * (Clinger 1990); whatever is longer or has an exponent goes to `Number`.
 */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  const negative = bytes[at] === 0x2d
  if (negative) at++
  let mantissa = 0
  let digits = 0
  let point = -1
  for (; at < end; at++) {
    const byte = bytes[at]
    if (byte >= 0x30 && byte <= 0x39) {
      mantissa = mantissa * 10 + (byte - 0x30)
      digits++
    } else if (byte === 0x2e && point < 0) point = digits
    else break
  }
  const decimals = point < 0 ? 0 : digits - point
  if (at < end || digits === 0 || digits > 15 || decimals > 22) return slow(bytes, start, end)
  const value = mantissa / POWERS[decimals]
  return negative ? -value : value
}

function slow(bytes: Uint8Array, start: number, end: number): number {
  const text = LATIN1.decode(bytes.subarray(start, end))
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : Number.NaN
}

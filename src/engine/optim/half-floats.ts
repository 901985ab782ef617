/** Numbers of 16 bits (IEEE 754 binary16), which JavaScript engines cannot all hold in an array yet. */

const LARGEST = 65_504
const HIDDEN_BIT = 0x400
/** The power of two of the smallest number above 0. */
const LEAST_POWER = -24

/**
 * Rounds to the nearest number of 16 bits, halves to even.
 *
 * @returns the bits
 * @throws RangeError for a number whose size is 65,520 or more, which has none, or for what is no number
 * @example
 * halfBits(Float32Array.of(1, -0.5)) // [0x3c00, 0xb800]
 */
export function halfBits(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, value => {
    const size = Math.abs(value)
    // The spacing of the numbers around this one.
    const power = Math.max(LEAST_POWER, exponentOf(size) - 10)
    const units = roundToEven(size * 2 ** -power)
    if (!(units * 2 ** power <= LARGEST)) throw new RangeError(`${value} does not fit into 16 bits`)
    const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
    // A carry into the hidden bit, or out of it, is the next exponent.
    return sign + (power - LEAST_POWER) * HIDDEN_BIT + units
  })
}

/**
 * The numbers that the bits stand for, which 32 bits hold exactly; infinities and NaN among them.
 *
 * @example
 * halfValues(Uint16Array.of(0x3c00, 0xb800)) // [1, -0.5]
 */
export function halfValues(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, own => {
    const sign = own & 0x8000 ? -1 : 1
    const exponent = (own >> 10) & 0x1f
    const fraction = own & 0x3ff
    if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
    if (exponent === 0) return sign * fraction * 2 ** LEAST_POWER
    return sign * (HIDDEN_BIT + fraction) * 2 ** (exponent - 25)
  })
}

const float = new Float32Array(1)
const floatBits = new Uint32Array(float.buffer)

/** Of the largest power of two that is not larger; −127 or less for what is too small for 16 bits. */
function exponentOf(size: number): number {
  float[0] = size
  return (floatBits[0] >>> 23) - 127
}

function roundToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
}

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
  const values = new Float32Array(bits.length)
  const wide = new Uint32Array(values.buffer)
  for (let i = 0; i < bits.length; i++) {
    const own = bits[i]
    const sign = (own & 0x8000) << 16
    const exponent = own & 0x7c00
    const fraction = own & 0x3ff
    if (exponent === 0) values[i] = (sign ? -1 : 1) * fraction * 2 ** LEAST_POWER
    else {
      // The exponent counts from 127 instead of 15, or is the largest.
      const shifted = exponent === 0x7c00 ? 0x7f800000 : (exponent + (112 << 10)) << 13
      wide[i] = sign | shifted | (fraction << 13)
    }
  }
  return values
}

/**
 * The numbers that the upper halves of 32-bit floats stand for (bfloat16).
 *
 * @example
 * brainValues(Uint16Array.of(0x3f80, 0xbf00)) // [1, -0.5]
 */
export function brainValues(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, own => own << 16).buffer)
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

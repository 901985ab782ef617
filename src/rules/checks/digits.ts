/** Check digits. Each takes digits (and letters where it says so) without separators. */

/** Luhn's algorithm, ISO/IEC 7812-1 annex B: payment cards, Canadian SIN, South African and Swedish numbers. */
export function isLuhn(digits: string): boolean {
  let sum = 0
  for (let i = digits.length - 1, double = false; i >= 0; i--, double = !double) {
    const digit = digits.charCodeAt(i) - 48
    sum += double ? (digit > 4 ? 2 * digit - 9 : 2 * digit) : digit
  }
  return sum % 10 === 0
}

const VERHOEFF_D = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
]
const VERHOEFF_P = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
]

/** Verhoeff's algorithm (1969), in the dihedral group of order 10: Aadhaar. */
export function isVerhoeff(digits: string): boolean {
  let check = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    check = Number(VERHOEFF_D[check][Number(VERHOEFF_P[i % 8][digit])])
  }
  return check === 0
}

/** The sum of digits times weights; digits beyond the weights are left out. */
export function weightedSum(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0)
}

/** ISO/IEC 7064 MOD 11,10: German tax numbers, Croatian OIB. */
export function isMod11Of10(digits: string): boolean {
  let check = 5
  for (const digit of digits) check = ((((check || 10) * 2) % 11) + Number(digit)) % 10
  return check === 1
}

/** The remainder of a decimal number of any length. */
export function remainderOf(digits: string, divisor: number): number {
  let rest = 0
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % divisor
  return rest
}

/** ISO/IEC 7064 MOD 97-10 as IBAN uses it: the first four characters go to the end, letters count from A = 10. */
export function isMod97(code: string): boolean {
  const digits = (code.slice(4) + code.slice(0, 4)).replace(/[A-Z]/g, letter =>
    String(letter.charCodeAt(0) - 55),
  )
  return remainderOf(digits, 97) === 1
}

/** Whether a day exists in the Gregorian calendar. @param month from 1 */
export function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return day <= [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
}

/** National ids that hold a date of birth, beyond what one formula says. */
import { isDay, weightedSum } from '../checks/digits.js'

const number = (text: string, start: number, end: number) => Number(text.slice(start, end))

/** A year of two digits stands for one that may be a leap year. */
const anyCentury = (year: number, month: number, day: number) =>
  isDay(1900 + year, month, day) || isDay(2000 + year, month, day)

/** Whether the first six digits are a date. `pesel`: the month has the century in it. */
export function isBirthDate(code: string, order: 'ymd' | 'dmy' | 'pesel'): boolean {
  const [first, month, last] = [number(code, 0, 2), number(code, 2, 4), number(code, 4, 6)]
  if (order === 'dmy') return anyCentury(last, month, first)
  if (order === 'ymd') return anyCentury(first, month, last)
  const century = [1900, 2000, 2100, 2200, 1800][Math.floor(month / 20)]
  return isDay(century + first, month % 20, last)
}

/** Norwegian number with two check digits; D-numbers add 40 to the day, H-numbers to the month. */
export function isFodselsnummer(code: string): boolean {
  if (weightedSum(code, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 !== 0) return false
  if (weightedSum(code, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 !== 0) return false
  const [day, month, year, own] = [
    number(code, 0, 2),
    number(code, 2, 4),
    number(code, 4, 6),
    number(code, 6, 9),
  ]
  const century =
    own < 500 ? 1900 : own < 750 && year >= 54 ? 1800 : year < 40 ? 2000 : own >= 900 ? 1900 : undefined
  if (century === undefined || day >= 80) return false
  return isDay(century + year, month > 40 ? month - 40 : month, day > 40 ? day - 40 : day)
}

const HETU_CHECK = '0123456789ABCDEFHJKLMNPRSTUVWXY'

/** Finnish code with its sign of the century; numbers from 900 are temporary, and no person's. */
export function isHetu(code: string): boolean {
  const sign = code[6]
  const century = sign === '+' ? 1800 : '-UVWXY'.includes(sign) ? 1900 : 2000
  const own = number(code, 7, 10)
  if (own < 2 || own >= 900) return false
  if (!isDay(century + number(code, 4, 6), number(code, 2, 4), number(code, 0, 2))) return false
  return HETU_CHECK[Number(code.slice(0, 6) + code.slice(7, 10)) % 31] === code[10]
}

const CF_ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
const CF_DIGITS = 'LMNPQRSTUV'
const CF_MONTHS = 'ABCDEHLMPRST'

/** Italian fiscal code; letters may stand for its digits (omocodia). */
export function isCodiceFiscale(code: string): boolean {
  const value = (character: string) =>
    /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65
  const sum = [...code.slice(0, 15)].reduce(
    (all, character, i) => all + (i % 2 === 0 ? CF_ODD[value(character)] : value(character)),
    0,
  )
  if (String.fromCharCode(65 + (sum % 26)) !== code[15]) return false
  const digits = code.slice(6, 8) + code.slice(9, 11)
  const [year, day] = (
    digits.replace(/\D/g, letter => String(CF_DIGITS.indexOf(letter))).match(/../g) ?? []
  ).map(Number)
  return anyCentury(year, CF_MONTHS.indexOf(code[8]) + 1, day % 40)
}

const RIC_PROVINCES = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82'.split(
    ' ',
  ),
)

/** Chinese resident identity card, GB 11643-1999, ISO 7064 MOD 11-2. */
export function isRic(code: string): boolean {
  if (!RIC_PROVINCES.has(code.slice(0, 2))) return false
  if (!isDay(number(code, 6, 10), number(code, 10, 12), number(code, 12, 14))) return false
  const sum = weightedSum(code, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
  return '10X98765432'[sum % 11] === code[17]
}

const CURP_ALPHABET = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ'
const CURP_STATES = new Set(
  'AS BC BS CC CH CL CM CS DF DG GR GT HG JC MC MN MS NE NL NT OC PL QR QT SL SP SR TC TL TS VZ YN ZS'.split(
    ' ',
  ),
)

/** Mexican CURP: date, state and check digit. */
export function isCurp(code: string): boolean {
  if (!CURP_STATES.has(code.slice(11, 13))) return false
  const century = /\d/.test(code[16]) ? 1900 : 2000
  if (!isDay(century + number(code, 4, 6), number(code, 6, 8), number(code, 8, 10))) return false
  const sum = [...code.slice(0, 17)].reduce(
    (all, character, i) => all + CURP_ALPHABET.indexOf(character) * (18 - i),
    0,
  )
  return (10 - (sum % 10)) % 10 === Number(code[17])
}

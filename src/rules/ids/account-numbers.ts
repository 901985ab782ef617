import { isLuhn, isMod97 } from '../checks/digits.js'
import type { NumberForm } from '../number-forms.js'

/**
 * Beginnings and lengths of payment card numbers, ISO/IEC 7812 and the networks' own publications: Visa, Mastercard,
 * American Express, Diners Club, Discover, JCB, UnionPay, Maestro, Mir, RuPay, Elo, Troy.
 */
const BRANDS: readonly (readonly [begins: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:30[0-5]|3095|36|3[89])/, [14, 16, 17, 18, 19]],
  [/^(?:6011|64[4-9]|65)/, [16, 17, 18, 19]],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^62/, [16, 17, 18, 19]],
  [/^220[0-4]/, [16, 17, 18, 19]],
  [/^(?:60|81|82|508|9792)/, [16]],
  [/^(?:50|5[6-8]|63|67)/, [16, 17, 18, 19]],
]

export function isCardNumber(digits: string): boolean {
  return (
    BRANDS.some(([begins, lengths]) => begins.test(digits) && lengths.includes(digits.length)) &&
    !/^(\d)\1+$/.test(digits) &&
    isLuhn(digits)
  )
}

const S = '[ \\u00A0-]'

/** Groups as cards print them, and digits without any. */
export const CARD_FORMS: readonly NumberForm[] = [
  `\\d{4}${S}\\d{4}${S}\\d{4}${S}\\d{4}(?:${S}\\d{3})?`,
  `\\d{4}${S}\\d{6}${S}\\d{4,5}`,
  '\\d{13,19}',
].map(pattern => ({
  type: 'CREDIT_CARD',
  pattern,
  check: isCardNumber,
  score: 0.9,
  words: '(?:credit|debit|bank)? ?cards?|visa|mastercard|amex|american express|maestro|cc',
}))

/** SWIFT's IBAN registry, release 101: after the check digits, n digits, a letters, c either. */
const IBAN_COUNTRIES =
  'ADn8c12 AEn19 ALn8c16 ATn16 AZa4c20 BAn16 BEn12 BGa4n6c8 BHa4c14 BIn23 BRn23a1c1 BYc4n4c16 CHn5c12 CRn18 CYn8c16 CZn20 ' +
  'DEn18 DJn23 DKn14 DOc4n20 EEn16 EGn25 ESn20 FIn14 FKa2n12 FOn14 FRn10c11n2 GBa4n14 GEa2n16 GIa4c15 GLn14 GRn7c16 GTc24 ' +
  'HNa4n20 HRn17 HUn24 IEa4n14 ILn19 IQa4n15 ISn22 ITa1n10c12 JOa4n4c18 KWa4c22 KZn3c13 LBn4c20 LCa4c24 LIn5c12 LTn16 ' +
  'LUn3c13 LVa4c13 LYn21 MCn10c11n2 MDc20 MEn18 MKn3c10n2 MNn16 MRn23 MTa4n5c18 MUa4n19a3 NIa4n20 NLa4n10 NOn11 OMn3c16 ' +
  'PKa4c16 PLn24 PSa4c21 PTn21 QAa4c21 ROa4c16 RSn18 RUn14c15 SAn2c18 SCa4n20a3 SDn14 SEn20 SIn15 SKn20 SMa1n10c12 SOn19 ' +
  'STn21 SVa4n20 TLn19 TNn20 TRn6c16 UAn6c19 VAn18 VGa4n16 XKn16 YEa4n4c18'

const CLASSES = { n: '[0-9]', a: '[A-Z]', c: '[A-Z0-9]' }

const IBAN_PATTERNS: ReadonlyMap<string, RegExp> = new Map(
  IBAN_COUNTRIES.split(' ').map(entry => {
    const bban = entry
      .slice(2)
      .replace(/([nac])(\d+)/g, (_, kind: 'n' | 'a' | 'c', count) => `${CLASSES[kind]}{${count}}`)
    return [entry.slice(0, 2), new RegExp(`^..[0-9]{2}${bban}$`)]
  }),
)

export function isIban(code: string): boolean {
  return IBAN_PATTERNS.get(code.slice(0, 2))?.test(code) === true && isMod97(code)
}

/** In groups of four or without any; in capitals or, without groups, small letters. The end is found by trying lengths. */
export const IBAN_FORMS: readonly NumberForm[] = [
  ...new Set([...IBAN_PATTERNS.values()].map(lengthOf)),
].flatMap(length => {
  const rest = length - 4
  const groups = `(?:[ \\u00A0-][A-Z0-9]{4}){${Math.floor(rest / 4)}}`
  const last = rest % 4 === 0 ? '' : `[ \\u00A0-][A-Z0-9]{${rest % 4}}`
  return [
    `[A-Z]{2}\\d{2}${groups}${last}`,
    `[A-Z]{2}\\d{2}[A-Z0-9]{${rest}}`,
    `[a-z]{2}\\d{2}[a-z0-9]{${rest}}`,
  ].map(pattern => ({ type: 'IBAN', pattern, check: isIban, score: 1 }))
})

function lengthOf({ source }: RegExp): number {
  return 2 + [...source.matchAll(/\{(\d+)\}/g)].reduce((sum, [, count]) => sum + Number(count), 0)
}

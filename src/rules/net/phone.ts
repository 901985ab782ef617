import type { CountryCode, PhoneNumber } from 'libphonenumber-js/max'
import { InputError } from '../../base/errors.js'
import { option } from '../../base/fault.js'
import { bounded } from '../bounded-regexp.js'
import type { Finder, FoundRange } from '../finder.js'

export interface PhoneOptions {
  /**
   * The country whose numbers are understood without a country code, ISO 3166-1. Default: `US`. Numbers of other countries
   * are found with their code, or near a word such as "phone".
   */
  readonly country?: string
}

const SEPARATOR = '[ \\u00A0.\\u2010\\u2011\\u2013/-]'
/** From a plus, a bracket or a digit, groups of digits; at most 40 characters or so. */
const CANDIDATE = bounded(
  new RegExp(
    `(?<![\\p{L}\\p{N}_+]|\\p{N}[-.,:]|[#$€£¥%@=&]|[#$€£¥] )(?:\\+ ?|\\()?\\d{1,14}\\)?(?:${SEPARATOR}{0,2}(?:\\(\\d{1,5}\\) ?|\\d{1,14})){0,7}`,
    'gu',
  ),
)
const GROUP_END = /\d(?=\D|$)/g
const EXTENSION = /^,? ?(?:ext\.?|extension|x|#) ?\d{1,6}(?!\p{N})/iu
const AFTER = /^(?:[\p{L}\p{N}_%]|[-.:,]\p{N}|[ \u00A0](?:%|€|\$|USD|EUR))/u
const WORDS =
  /(?<!\p{L})(?:tel|telephone|phone|ph|call|calling|dial|fax|mobile|mob|cell|cellphone|whatsapp|sms|text(?: me| us)?|hotline|helpline|landline|contact|ring|telefon|telefono|teléfono|téléphone|telefoon|handy|móvil|portable)(?!\p{L})/iu
const BEFORE = 40
/** Tried, in this order, for a number near a word for phones that the own country does not have. */
const OTHER_COUNTRIES: readonly CountryCode[] = [
  'US',
  'GB',
  'DE',
  'FR',
  'ES',
  'IT',
  'NL',
  'IN',
  'AU',
  'BR',
  'PL',
  'SE',
  'CH',
  'AT',
  'BE',
  'IE',
  'PT',
  'JP',
  'ZA',
  'NZ',
]
/** Digits that have a meaning of their own: dates, years, times. */
const NO_NUMBER =
  /^(?:(?:1[89]|20)\d{2}[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:0?[1-9]|[12]\d|3[01])(?!\d)|(?:0?[1-9]|[12]\d|3[01])[-./ ](?:0?[1-9]|[12]\d|3[01])[-./ ](?:1[89]|20)\d{2}(?!\d)|\d{1,3}(?:\.\d{1,3}){3}$|\d+[.,]\d+$)/

/**
 * Phone numbers. What may be one is found by its form, and judged by libphonenumber-js with its full metadata (`max`,
 * 145 kB): the numbers that Google's libphonenumber knows to be given out. It is loaded when this is called.
 *
 * @example
 * const phones = await createPhoneFinder()
 * phones.find('Call (212) 555-0142.') // [{ start: 5, end: 19, type: 'PHONE', … }]
 */
export async function createPhoneFinder({ country = 'US' }: PhoneOptions = {}): Promise<Finder> {
  const library = await import('libphonenumber-js/max')
  const { parsePhoneNumberFromString: parse } = library
  if (!library.isSupportedCountry(country))
    throw new InputError('rules/country', {
      where: option('country'),
      expected: 'a country of ISO 3166-1, such as US',
      got: JSON.stringify(country),
    })
  const own = country as CountryCode
  const metadata = new library.Metadata()
  metadata.selectNumberingPlan(own)
  const plan = metadata.numberingPlan
  const prefixes = [0, 1, library.getCountryCallingCode(own).length]
  /** Numbers of digits that a number of the own country may have; asking the library takes far longer. */
  const lengths = new Set(plan?.possibleLengths().flatMap(length => prefixes.map(more => length + more)))
  const isOwnLength = (digits: string) =>
    lengths.has(digits.length) && (own !== 'US' || /^1?[2-9]\d{2}[2-9]\d{6}$/.test(digits))
  const valid = (digits: string, where?: CountryCode): PhoneNumber | undefined => {
    const number = parse(digits, where === undefined ? {} : { defaultCountry: where, extract: false })
    return number?.isValid() ? number : undefined
  }

  /** How sure a text is a number, from what it looks like and what is near it; 0 if it is none. */
  const scoreOf = (written: string, isNear: boolean): number => {
    const digits = written.replace(/\D/g, '')
    if (digits.length < 7 || digits.length > 17 || NO_NUMBER.test(written) || /^(\d)\1+$/.test(digits))
      return 0
    if (written.startsWith('+')) return valid(`+${digits}`) ? 1 : 0
    if (/^00[1-9]/.test(written) && digits.length > 10 && valid(`+${digits.slice(2)}`))
      return isNear ? 0.95 : 0.8
    const national = isOwnLength(digits) ? valid(digits, own) : undefined
    if (national && (isNear || isWrittenAsPhone(written, national))) return isNear ? 0.95 : 0.8
    if (!isNear) return 0
    if (OTHER_COUNTRIES.some(other => valid(digits, other))) return 0.8
    return own === 'US' && /^[2-9]\d{2}[-.]\d{4}$/.test(written) ? 0.7 : 0
  }

  return {
    types: ['PHONE'],
    find: text => {
      const found: FoundRange[] = []
      CANDIDATE.lastIndex = 0
      for (let match = CANDIDATE.exec(text); match !== null; match = CANDIDATE.exec(text)) {
        const start = match.index
        const isNear = WORDS.test(text.slice(Math.max(0, start - BEFORE), start))
        const best = longest(text, start, match[0], written => scoreOf(written, isNear))
        if (best === undefined) {
          // What follows the first group may be a number.
          CANDIDATE.lastIndex = start + (/^\D{0,2}\d+/.exec(match[0])?.[0].length ?? 1)
          continue
        }
        found.push(best)
        CANDIDATE.lastIndex = best.end
      }
      return found
    },
  }
}

/** The longest beginning of a candidate that ends with a group and is a number, with its extension. */
function longest(
  text: string,
  start: number,
  candidate: string,
  scoreOf: (written: string) => number,
): FoundRange | undefined {
  const ends = [...candidate.matchAll(GROUP_END)].map(({ index }) => index + 1).reverse()
  for (const length of ends) {
    const written = candidate.slice(0, length)
    const end = start + length
    const extension = EXTENSION.exec(text.slice(end, end + 20))
    if (extension === null && AFTER.test(text.slice(end, end + 5))) continue
    // (212-555-0142) is a number in brackets, (212) 555-0142 one with its own.
    const isOpen = written.startsWith('(') && !written.includes(')')
    const score = scoreOf(isOpen ? written.slice(1) : written)
    if (score === 0) continue
    const last = end + (extension?.[0].length ?? 0)
    return { start: isOpen ? start + 1 : start, end: last, type: 'PHONE', score }
  }
  return undefined
}

/** Whether the groups of a number without a country code are those that its country writes; digits alone are not enough. */
function isWrittenAsPhone(written: string, number: PhoneNumber): boolean {
  const groups = (text: string) => text.match(/\d+/g)?.join(' ') ?? ''
  const own = groups(written)
  if (!own.includes(' ')) return false
  const national = groups(number.formatNational())
  return own === national || own === `${number.countryCallingCode} ${national}`
}

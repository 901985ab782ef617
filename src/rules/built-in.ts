import { moneyFinder, percentFinder, quantityFinder } from './amounts/amounts.js'
import { dateFinder } from './amounts/dates.js'
import { timeFinder } from './amounts/times.js'
import { isLuhn, isMod97, isVerhoeff } from './checks/digits.js'
import { type Finder, joinFinders } from './finder.js'
import { CARD_FORMS, IBAN_FORMS, isCardNumber, isIban } from './ids/account-numbers.js'
import { NATIONAL_IDS, nationalIdForms } from './ids/national-ids.js'
import { emailFinder } from './net/email.js'
import { ipFinder } from './net/ip.js'
import { createPhoneFinder } from './net/phone.js'
import { urlFinder } from './net/url.js'
import { numberFinder, SEPARATORS } from './number-forms.js'
import { onPlainView } from './plain-view.js'

/** Makes each built-in finder, by name; what is large is loaded only then. */
const FINDERS = {
  email: () => emailFinder,
  url: () => urlFinder,
  ip: () => ipFinder,
  phone: (country?: string) => createPhoneFinder({ country }),
  card: () => numberFinder(CARD_FORMS),
  iban: () => numberFinder(IBAN_FORMS),
  'national-id': () => numberFinder(nationalIdForms()),
  date: () => dateFinder,
  time: () => timeFinder,
  money: () => moneyFinder,
  percent: () => percentFinder,
  quantity: () => quantityFinder,
} satisfies Readonly<Record<string, (country?: string) => Finder | Promise<Finder>>>

export type BuiltInName = keyof typeof FINDERS

export const BUILT_IN_NAMES = Object.keys(FINDERS) as readonly BuiltInName[]

export interface BuiltInOptions {
  /** For phone numbers without a country code: ISO 3166-1; default: `US`. */
  readonly country?: string
}

/**
 * Built-in finders, as one. Where two find overlapping ranges, the surer counts, then the longer. Characters that do not show, and
 * spaces, digits and letters of other widths, hide nothing from them.
 *
 * @example
 * const finder = await createBuiltIn(['email', 'date'])
 * finder.find('Write to ada@example.com by May 3rd.').map(({ type }) => type) // ['EMAIL', 'DATE']
 */
export async function createBuiltIn(
  names: readonly BuiltInName[],
  { country }: BuiltInOptions = {},
): Promise<Finder> {
  return onPlainView(joinFinders(await Promise.all(names.map(async name => FINDERS[name](country)))))
}

/** Checks of what a pattern found, by name. Separators and the case of letters do not matter to them. */
export const CHECKS: ReadonlyMap<string, (text: string) => boolean> = new Map([
  check('luhn', /^\d{2,}$/, isLuhn),
  check('verhoeff', /^\d{2,}$/, isVerhoeff),
  check('mod97', /^[A-Z0-9]{5,}$/, isMod97),
  check('card', /^\d+$/, isCardNumber),
  check('iban', /^[A-Z]{2}/, isIban),
  ...NATIONAL_IDS.map(id => check(id.type.toLowerCase().replaceAll('_', '-'), id.form, id.check, id.strip)),
])

function check(
  name: string,
  form: RegExp,
  isRight: (code: string) => boolean,
  strip = SEPARATORS,
): [string, (text: string) => boolean] {
  const passes = (text: string) => {
    const code = text.replace(strip, '').toUpperCase()
    return form.test(code) && isRight(code)
  }
  return [name, passes]
}

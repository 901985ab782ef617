import { isLuhn, isMod11Of10, isVerhoeff, remainderOf, weightedSum } from '../checks/digits.js'
import type { NumberForm } from '../number-forms.js'
import { isBirthDate, isCodiceFiscale, isCurp, isFodselsnummer, isHetu, isRic } from './birth-codes.js'

/** A kind of number that a state gives to persons. */
export interface NationalId {
  readonly type: string
  /** ISO 3166-1. */
  readonly country: string
  readonly name: string
  /** What it looks like without separators, in capitals. */
  readonly form: RegExp
  /** Whether what has this form is one. */
  readonly check: (code: string) => boolean
  /** How it is written: unmistakable forms, which need no word near them. */
  readonly sure?: string
  /** Forms that other numbers have too: they count only near a word. */
  readonly unsure?: string
  readonly words: string
  /** What is stripped before `form` and `check`; default: everything but letters and digits. */
  readonly strip?: RegExp
}

const S = '[ \\u00A0]'
const SEP = '[ \\u00A0.-]'
const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE'
const SSN_ADVERTISED = new Set(['078051120', '457555462', '219099999'])
const NINO_UNUSED = /^(?:BG|GB|KN|NK|NT|TN|ZZ)/

const isDni = (code: string) => DNI_LETTERS[Number(code.slice(0, 8)) % 23] === code[8]

function isSteuerId(code: string): boolean {
  const counts = new Map<string, number>()
  for (const digit of code.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1)
  const repeated = [...counts.values()].filter(count => count > 1)
  return code[0] !== '0' && repeated.length === 1 && repeated[0] <= 3 && isMod11Of10(code)
}

function isNir(code: string): boolean {
  const department = { '2A': '19', '2B': '18' }[code.slice(5, 7)] ?? code.slice(5, 7)
  const digits = code.slice(0, 5) + department + code.slice(7, 13)
  return Number(code.slice(13)) === 97 - remainderOf(digits, 97)
}

function isCpf(code: string): boolean {
  if (/^(\d)\1{10}$/.test(code)) return false
  const check = (length: number) => {
    const weights = Array.from({ length }, (_, i) => length + 1 - i)
    return ((weightedSum(code, weights) * 10) % 11) % 10
  }
  return check(9) === Number(code[9]) && check(10) === Number(code[10])
}

function isTckn(code: string): boolean {
  const first =
    (7 * weightedSum(code, [1, 0, 1, 0, 1, 0, 1, 0, 1]) - weightedSum(code, [0, 1, 0, 1, 0, 1, 0, 1])) % 10
  const tenth = (first + 10) % 10
  const ten = weightedSum(code, [1, 1, 1, 1, 1, 1, 1, 1, 1]) + tenth
  return code[0] !== '0' && tenth === Number(code[9]) && ten % 10 === Number(code[10])
}

function isBelgian(code: string): boolean {
  const [digits, check] = [code.slice(0, 9), Number(code.slice(9))]
  const isChecked = [digits, `2${digits}`].some(all => 97 - remainderOf(all, 97) === check)
  return isChecked && Number(code.slice(2, 4)) <= 12
}

function isRrn(code: string): boolean {
  const sum = weightedSum(code, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5])
  return (
    isBirthDate(code, 'ymd') && Number(code.slice(7, 9)) <= 96 && (11 - (sum % 11)) % 10 === Number(code[12])
  )
}

/**
 * Rules as in python-stdnum 2.2, which cites each state's own; `oracles/national-ids.json` has its verdicts. The National
 * Insurance number is from HMRC's NIM39110.
 */
export const NATIONAL_IDS: readonly NationalId[] = [
  {
    type: 'US_SSN',
    country: 'US',
    name: 'Social Security number',
    form: /^\d{9}$/,
    check: code => !/^(?:000|666|9)|^...00|0000$/.test(code) && !SSN_ADVERTISED.has(code),
    sure: `\\d{3}-\\d{2}-\\d{4}`,
    unsure: `\\d{3}${S}?\\d{2}${S}?\\d{4}`,
    words: 'ssn|ss#|social security(?: number| no)?',
  },
  {
    type: 'UK_NINO',
    country: 'GB',
    name: 'National Insurance number',
    form: /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/,
    check: code => !NINO_UNUSED.test(code),
    sure: `[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]${S}?\\d{2}${S}?\\d{2}${S}?\\d{2}${S}?[A-D]`,
    words: 'nino|ni number|national insurance(?: number| no)?',
  },
  {
    type: 'UK_NHS',
    country: 'GB',
    name: 'NHS number',
    form: /^\d{10}$/,
    check: code => weightedSum(code, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
    unsure: `\\d{3}[ \\u00A0-]?\\d{3}[ \\u00A0-]?\\d{4}`,
    words: 'nhs(?: number| no)?',
  },
  {
    type: 'DE_TAX_ID',
    country: 'DE',
    name: 'Steuerliche Identifikationsnummer',
    form: /^\d{11}$/,
    check: isSteuerId,
    sure: `\\d{2}${S}\\d{3}${S}\\d{3}${S}\\d{3}`,
    unsure: '\\d{11}',
    words: 'steuer-?id(?:nr|nummer)?|idnr|steuerliche id\\w{0,20}|identifikationsnummer|tax id|tin',
  },
  {
    type: 'FR_NIR',
    country: 'FR',
    name: 'NIR (numéro de sécurité sociale)',
    form: /^[1-478]\d{4}(?:\d{2}|2[AB])\d{8}$/,
    check: isNir,
    sure: `[1-478]${S}?\\d{2}${S}?(?:0[1-9]|1[0-2]|[2-9]\\d)${S}?(?:\\d{2}|2[AB])${S}?\\d{3}${S}?\\d{3}${S}?\\d{2}`,
    words: 'nir|s[ée]curit[ée] sociale|insee',
  },
  {
    type: 'ES_DNI',
    country: 'ES',
    name: 'DNI/NIF',
    form: /^\d{8}[A-Z]$/,
    check: isDni,
    sure: '\\d{8}[ -]?[A-HJ-NP-TV-Z]|\\d{2}\\.\\d{3}\\.\\d{3}[ -]?[A-HJ-NP-TV-Z]',
    words: 'dni|nif',
  },
  {
    type: 'ES_NIE',
    country: 'ES',
    name: 'NIE',
    form: /^[XYZ]\d{7}[A-Z]$/,
    check: code => isDni(`${'XYZ'.indexOf(code[0])}${code.slice(1)}`),
    sure: '[XYZ][ -]?\\d{7}[ -]?[A-HJ-NP-TV-Z]',
    words: 'nie',
  },
  {
    type: 'IT_FISCAL_CODE',
    country: 'IT',
    name: 'codice fiscale',
    form: /^[A-Z]{6}[\dLMNP-V]{2}[A-EHLMPR-T][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]$/,
    check: isCodiceFiscale,
    sure: `[A-Za-z]{3}${S}?[A-Za-z]{3}${S}?[\\dLMNP-Vlmnp-v]{2}[A-EHLMPR-Ta-ehlmpr-t][\\dLMNP-Vlmnp-v]{2}${S}?[A-Za-z][\\dLMNP-Vlmnp-v]{3}[A-Za-z]`,
    words: 'codice fiscale|c\\.f\\.',
  },
  {
    type: 'NL_BSN',
    country: 'NL',
    name: 'burgerservicenummer',
    form: /^\d{9}$/,
    check: code => /[1-9]/.test(code) && weightedSum(code, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
    unsure: `\\d{3}${SEP}?\\d{3}${SEP}?\\d{3}|\\d{4}${SEP}\\d{2}${SEP}\\d{3}`,
    words: 'bsn|burgerservicenummer|sofi(?:-?nummer)?',
  },
  {
    type: 'BE_NATIONAL_NUMBER',
    country: 'BE',
    name: 'rijksregisternummer / numéro national',
    form: /^\d{11}$/,
    check: isBelgian,
    sure: '\\d{2}\\.\\d{2}\\.\\d{2}[ -]\\d{3}[.-]\\d{2}',
    unsure: '\\d{6}[ -]?\\d{3}[ -]?\\d{2}',
    words: 'rijksregister(?:nummer)?|num[ée]ro national|registre national|nn|insz|niss',
  },
  {
    type: 'PL_PESEL',
    country: 'PL',
    name: 'PESEL',
    form: /^\d{11}$/,
    check: code =>
      weightedSum(code, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0 && isBirthDate(code, 'pesel'),
    unsure: '\\d{11}',
    words: 'pesel(?:u|em)?',
  },
  {
    type: 'SE_PERSONNUMMER',
    country: 'SE',
    name: 'personnummer',
    form: /^(?:1[89]|20)?\d{10}$/,
    check: code => isLuhn(code.slice(-10)) && isBirthDate(code.slice(-10), 'ymd'),
    sure: '(?:1[89]|20)?\\d{6}[-+]\\d{4}',
    unsure: '(?:1[89]|20)?\\d{10}',
    words: 'personnummer|personnr|pnr',
  },
  {
    type: 'NO_FODSELSNUMMER',
    country: 'NO',
    name: 'fødselsnummer',
    form: /^\d{11}$/,
    check: isFodselsnummer,
    sure: '\\d{6} \\d{5}',
    unsure: '\\d{11}',
    words: 'f[øo]dselsnummer|personnummer|fnr|d-nummer',
  },
  {
    type: 'DK_CPR',
    country: 'DK',
    name: 'CPR-nummer',
    form: /^\d{10}$/,
    check: code => isBirthDate(code, 'dmy'),
    sure: '[0-3]\\d[01]\\d{3}-\\d{4}',
    unsure: '[0-3]\\d[01]\\d{3}[ -]?\\d{4}',
    words: 'cpr(?:-?(?:nr|nummer))?|personnummer',
  },
  {
    type: 'FI_HETU',
    country: 'FI',
    name: 'henkilötunnus',
    form: /^\d{6}[-+A-FU-Y]\d{3}[\dA-FHJ-NPR-Y]$/,
    check: isHetu,
    sure: '[0-3]\\d[01]\\d{3}[-+A-FU-Y]\\d{3}[\\dA-FHJ-NPR-Y]',
    strip: /$^/,
    words: 'hetu|henkilötunnus',
  },
  {
    type: 'CH_AHV',
    country: 'CH',
    name: 'AHV-Nummer / numéro AVS',
    form: /^756\d{10}$/,
    check: code => weightedSum(code, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0,
    sure: `756[. ]?\\d{4}[. ]?\\d{4}[. ]?\\d{2}`,
    words: 'ahv|avs',
  },
  {
    type: 'BR_CPF',
    country: 'BR',
    name: 'CPF',
    form: /^\d{11}$/,
    check: isCpf,
    sure: '\\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}',
    unsure: '\\d{9}-?\\d{2}',
    words: 'cpf',
  },
  {
    type: 'CA_SIN',
    country: 'CA',
    name: 'Social Insurance Number',
    form: /^\d{9}$/,
    check: code => !'08'.includes(code[0]) && isLuhn(code),
    unsure: `\\d{3}[ \\u00A0-]?\\d{3}[ \\u00A0-]?\\d{3}`,
    words: 'sin|social insurance(?: number| no)?|nas',
  },
  {
    type: 'IN_AADHAAR',
    country: 'IN',
    name: 'Aadhaar',
    form: /^\d{12}$/,
    check: code => !'01'.includes(code[0]) && isVerhoeff(code) && code !== [...code].reverse().join(''),
    sure: `\\d{4}${S}\\d{4}${S}\\d{4}`,
    unsure: `\\d{4}-?\\d{4}-?\\d{4}`,
    words: 'aadhaar|aadhar|uidai|uid',
  },
  {
    type: 'KR_RRN',
    country: 'KR',
    name: '주민등록번호 (resident registration number)',
    form: /^\d{13}$/,
    check: isRrn,
    sure: '\\d{6}-\\d{7}',
    unsure: '\\d{13}',
    words: 'rrn|resident registration(?: number)?|주민등록번호',
  },
  {
    type: 'CN_RIC',
    country: 'CN',
    name: '居民身份证 (resident identity card)',
    form: /^\d{17}[\dX]$/,
    check: isRic,
    sure: '[1-8]\\d{5}(?:1[89]|20)\\d{9}[\\dXx]',
    words: '身份证',
  },
  {
    type: 'ZA_ID',
    country: 'ZA',
    name: 'identity number',
    form: /^\d{13}$/,
    check: code => isLuhn(code) && isBirthDate(code, 'ymd') && '01'.includes(code[10]),
    unsure: `\\d{6}${S}?\\d{4}${S}?\\d{2}${S}?\\d`,
    words: 'id(?:entity)? (?:number|no)|sa id|rsa id',
  },
  {
    type: 'TR_TCKN',
    country: 'TR',
    name: 'T.C. kimlik numarası',
    form: /^\d{11}$/,
    check: isTckn,
    unsure: '[1-9]\\d{10}',
    words: 't\\.?c\\.?(?: kimlik)?(?: no| numarası)?|kimlik|tckn',
  },
  {
    type: 'MX_CURP',
    country: 'MX',
    name: 'CURP',
    form: /^[A-Z][AEIOUX][A-Z]{2}\d{6}[HM][A-Z]{5}[A-Z\d]\d$/,
    check: isCurp,
    sure: '[A-Z][AEIOUX][A-Z]{2}\\d{6}[HM][A-Z]{5}[A-Z\\d]\\d',
    words: 'curp',
  },
]

/** The forms of all of them, as `numberFinder` takes them. */
export function nationalIdForms(): NumberForm[] {
  return NATIONAL_IDS.flatMap(({ type, form: whole, check, sure, unsure, words, strip }) => {
    const form = (pattern: string, score: number): NumberForm => ({
      type,
      pattern: `(?:${pattern})`,
      check: code => whole.test(code) && check(code),
      score,
      words,
      ...(strip && { strip }),
    })
    return [...(sure ? [form(sure, 0.85)] : []), ...(unsure ? [form(unsure, 0)] : [])]
  })
}

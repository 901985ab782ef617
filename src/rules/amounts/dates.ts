import { isDay } from '../checks/digits.js'
import { oneOf, patternFinder, type TextPattern } from '../pattern-finder.js'
import { NUMBER_WORDS } from './english-numbers.js'

const MONTH_NAME = '(?:January|February|March|April|May|June|July|August|September|October|November|December)'
const MONTH_SHORT = '(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)'
const MONTH = `(?:${MONTH_NAME}|${MONTH_SHORT}\\.?)`
const WEEKDAY = '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)'
const WEEKDAY_SHORT = '(?:Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri|Sat|Sun)'
const DAY_NUMBER = '(?:(?:3[01]|[12]\\d|0?[1-9])(?:st|nd|rd|th)?)'
const ORDINAL_WORD = oneOf(
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first',
)
const YEAR = '(?:1[0-9]\\d{2}|20\\d{2}|21\\d{2})'
const ANY_YEAR = `(?:${YEAR}|['’]\\d{2})`
const ERA = '(?: ?(?:BCE?|CE|AD|B\\.C\\.|A\\.D\\.))'
const SEASON = '(?:spring|summer|autumn|fall|winter)'
const PART =
  '(?:(?:early|late|mid|mid-|the (?:beginning|start|middle|end) of|the (?:first|second) half of)[ -]?)'
const WHICH =
  '(?:last|next|this|past|previous|following|coming|the (?:last|next|past|previous|following|coming|same))'
const PERIOD = '(?:days?|weeks?|weekends?|fortnights?|months?|quarters?|years?|decades?|century|centuries)'
const HOLIDAY =
  "(?:Christmas(?: Eve| Day)?|Easter(?: Sunday| Monday)?|Good Friday|Thanksgiving(?: Day)?|Halloween|New Year(?:['’]s)?(?: Eve| Day)|Labor Day|Memorial Day|Independence Day|Veterans Day|Boxing Day|Valentine['’]s Day|Ramadan|Hanukkah|Diwali|Passover|Yom Kippur|Black Friday|Mother['’]s Day|Father['’]s Day|St\\.? Patrick['’]s Day)"
const S = '[ \\u00A0]'

const year = (match: string) => Number(/\d{4}/.exec(match)?.[0] ?? 2000)

/** Three numbers are a date if some order of them is: year first, or day and month before the year. */
function isNumericDate({ 0: match }: RegExpExecArray): boolean {
  const [a, b, c] = (match.match(/\d+/g) ?? []).map(Number)
  if (/^\d{4}/.test(match)) return isDay(a, b, c)
  return isDay(year(match), a, b) || isDay(year(match), b, a)
}

/** Forms that only dates have. */
const EXACT: readonly TextPattern[] = [
  { pattern: '\\d{4}-\\d{2}-\\d{2}', after: '(?=T\\d{2}:)', check: isNumericDate },
  { pattern: `${YEAR}(?:-\\d{2}-\\d{2}|/\\d{1,2}/\\d{1,2}|\\.\\d{1,2}\\.\\d{1,2})`, check: isNumericDate },
  {
    pattern: `\\d{1,2}(?:/\\d{1,2}/|\\.${S}?\\d{1,2}\\.${S}?|-\\d{1,2}-)(?:${YEAR}|\\d{2})`,
    check: isNumericDate,
  },
  { pattern: `${YEAR}-W(?:0[1-9]|[1-4]\\d|5[0-3])(?:-[1-7])?` },
  {
    pattern: `(?:(?:${WEEKDAY}|${WEEKDAY_SHORT}\\.?),? )?(?:the )?(?:${PART})?${MONTH} (?:the )?${DAY_NUMBER}(?: ?(?:-|–|to|and) ?(?:${MONTH} )?${DAY_NUMBER}(?!\\d))?(?:,? ?(?:of )?${ANY_YEAR}(?!\\d))?`,
    flags: 'u',
  },
  {
    pattern: `(?:(?:${WEEKDAY}|${WEEKDAY_SHORT}\\.?),? )?(?:the )?${DAY_NUMBER}\\.?(?: ?(?:-|–|to|and) ?(?:the )?${DAY_NUMBER})? (?:of )?${MONTH}(?:,? ${ANY_YEAR}(?!\\d))?`,
    flags: 'u',
  },
  { pattern: `\\d{1,2}[-/]${MONTH_SHORT}[-/](?:${YEAR}|\\d{2})`, flags: 'iu' },
  {
    pattern: `the ${ORDINAL_WORD} of ${MONTH}(?:,? ${YEAR})?|${MONTH_NAME} (?:the )?${ORDINAL_WORD}`,
    flags: 'iu',
  },
  {
    pattern: `${PART}?${MONTH},? (?:of )?${ANY_YEAR}${ERA}?(?: ?(?:-|–|to) ?${MONTH},? ${ANY_YEAR})?`,
    flags: 'u',
  },
  {
    pattern: `${PART}?(?:the )?(?:${SEASON}|Spring|Summer|Autumn|Fall|Winter) (?:of )?${YEAR}(?:[-–/]\\d{2,4})?`,
    flags: 'u',
  },
  {
    pattern: `(?:Q[1-4]|[1-4]Q|H[12])(?: ?(?:of )?(?:FY ?)?(?:${YEAR}|['’]\\d{2}))|FY ?(?:${YEAR}|['’]?\\d{2})(?:[-/]\\d{2})?`,
    flags: 'u',
  },
  {
    pattern: `(?:the )?(?:first|second|third|fourth|1st|2nd|3rd|4th|last|next|this|current) (?:fiscal |financial |calendar )?quarter(?: of (?:fiscal |the year )?(?:${YEAR})?)?|(?:the )?(?:first|second) half of (?:${YEAR}|the year|${MONTH_NAME})|(?:fiscal|financial|calendar)(?: year)? ${YEAR}`,
    flags: 'iu',
  },
].map(rest => ({ type: 'DATE', score: 0.95, ...rest }))

/** A year, or two, or a decade, where the words around it leave no doubt. */
const YEARS: readonly TextPattern[] = [
  {
    pattern: `(?<=\\b(?:in|since|by|from|until|till|during|of|after|before|between|and|to|around|circa|c\\.|through|for|year|early|late|mid|class of|election|summer of|back in|as of|AD|©|born|founded|dated|est\\.|died)[ (-]{1,2}|\\()(?:the year )?${YEAR}${ERA}?`,
    score: 0.8,
    check: isYear,
  },
  {
    pattern: `(?:from |between )?${YEAR}(?: ?[-–—/] ?| to | and )(?:${YEAR}|\\d{2})${ERA}?`,
    score: 0.8,
    check: isSpanOfYears,
  },
  {
    pattern: `(?:the )?(?:(?:early|late|mid|early to mid)[ -])?(?:(?:1[0-9]|20)\\d0['’]?s|['’]\\d0s|(?:twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)(?= |[.,;)]|$))`,
    score: 0.85,
    check: ({ 0: match }: RegExpExecArray) => /\d/.test(match) || /^the /i.test(match),
  },
  {
    pattern: `(?:the )?(?:(?:early|late|mid)[ -])?(?:\\d{1,2}(?:st|nd|rd|th)|${ORDINAL_WORD})(?:[- ](?:and|to) (?:\\d{1,2}(?:st|nd|rd|th)|${ORDINAL_WORD}))?[- ](?:century|centuries|millennium)(?: (?:BCE?|AD|CE))?`,
    score: 0.9,
  },
  {
    pattern: `\\d{1,4}${ERA}`,
    score: 0.85,
    flags: 'u',
    check: ({ 0: match }: RegExpExecArray) => !/^0/.test(match),
  },
  { pattern: `AD \\d{1,4}`, score: 0.85, flags: 'u' },
].map(rest => ({ type: 'DATE', ...rest }))

function isYear({ index, 0: match }: RegExpExecArray, text: string): boolean {
  const after = text.slice(index + match.length, index + match.length + 24)
  const before = text.slice(Math.max(0, index - 12), index)
  if (
    /\b(?:page|room|no|number|for|to|and|of|by) ?$/i.test(before) &&
    /^ (?!people's)\p{Ll}{2,20}s\b/u.test(after)
  )
    return false
  if (
    /\b(?:in|for|by|to|with) $/.test(before) &&
    /^ \p{Ll}{3,20}(?<!s)s (?:of|each|or|and)\b|^ \p{Ll}{3,20}(?<!s)s$/u.test(after)
  )
    return false
  return !/^ ?(?:[%°$€£]|percent|people|m\b|km|kg|miles|dollars|euros|feet|users|times|workers|employees|soldiers|points|votes|years|units|copies|of them)/i.test(
    after,
  )
}

function isSpanOfYears({ 0: match }: RegExpExecArray): boolean {
  const [first, second] = (match.match(/\d+/g) ?? []).map(Number)
  return second < 100
    ? second === (first + 1) % 100 || second > first % 100
    : second > first && second - first < 600
}

/** Days and periods seen from now, or from another time. */
const RELATIVE: readonly TextPattern[] = [
  `(?:the day (?:before|after) )?(?:today|yesterday|tomorrow)`,
  `${WHICH} (?:(?:few|couple of|several|${NUMBER_WORDS}|\\d{1,4}) )?(?:fiscal |calendar |business |school |academic )?${PERIOD}`,
  `(?:later |earlier )?(?:${WHICH} |the )?(?:${WEEKDAY})(?:s)?(?:,? (?:last|next|this) week)?`,
  `(?:${WHICH}|early|late|mid|every|each)[ -]${MONTH_NAME}`,
  `(?:${WHICH}|early|late|mid) ${SEASON}`,
  `(?:about |around |over |almost |nearly |more than |at least )?(?:\\d{1,3}(?:,\\d{3}){0,3}(?:\\.\\d{1,2})?|${NUMBER_WORDS}|an?|a few|several|many|a couple of|a dozen|some|few|another)(?:(?: ?(?:-|–|to|or) ?| to | or )(?:\\d{1,4}|${NUMBER_WORDS}))?(?: and a half)?[- ](?:consecutive |straight |more |full |whole |business |working |school |calendar |fiscal |academic )?${PERIOD}(?:[- ](?:ago|later|earlier|old|before|from now|from today|after|hence|and a half|long))?`,
  `the day (?:before|after)(?: (?:yesterday|tomorrow))?`,
  `(?:the )?(?:weekend|weekends|month|week|year)(?= (?:before last|after next|to date))(?: (?:before last|after next|to date))`,
  `(?:year-end|mid-?week|midweek|nowadays|year-to-date|yesteryear|mid-?year|weekdays?|weekends?)`,
  `(?:${WHICH} )?${HOLIDAY}(?: ${YEAR})?`,
  `(?:the )?(?:end|beginning|start|middle|turn) of (?:the|this|last|next) (?:day|week|month|quarter|year|decade|century)`,
].map(pattern => ({ type: 'DATE', pattern, score: 0.8, check: isPeriod }))

/** `a quarter` is a fraction, unless it is one ago. */
function isPeriod({ 0: match }: RegExpExecArray): boolean {
  return !/^(?:an?|some|another) quarters?$/i.test(match)
}

/** Months alone: those that are names or words too only after a word that says so. */
const MONTHS: readonly TextPattern[] = [
  '(?:January|February|July|September|October|November|December)',
  `(?<=\\b(?:in|In|by|since|Since|until|Until|till|from|From|during|During|of|through|and|to|between|before|after|for) )${MONTH_NAME}(?! [A-Z])`,
].map(pattern => ({ type: 'DATE', pattern, score: 0.75, flags: 'u' }))

export const dateFinder = patternFinder([...EXACT, ...YEARS, ...RELATIVE, ...MONTHS])

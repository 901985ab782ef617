/** Ordinal numbers that are written with a stop: the German `3. Oktober`, `der 2. Platz`, `Karl II.` */
import { classAt, DIGIT, isWordClass, LOWER, SPACE, UPPER } from './characters.js'
import { GERMAN_OPENERS } from './german-abbreviations.js'
import type { Language, SourceText } from './language.js'

/** Languages that write ordinals in this way. Only German writes all nouns with a capital. */
const ORDINAL_LANGUAGES: ReadonlySet<Language | undefined> = new Set<Language>([
  'de',
  'da',
  'fi',
  'cs',
  'pl',
  'hr',
  'hu',
  'tr',
])

/** Months, also in the cases that follow a day, of German, Danish, Norwegian, Finnish and eastern European languages. */
const MONTHS: ReadonlySet<string> = new Set(
  (
    'Januar Jänner Februar Feber März Mai Juni Juli Oktober Dezember Jan Jän Mär Mrz Okt Dez Jun Jul ' +
    'januar februar mars marts april mai maj juni juli august september oktober november desember december ' +
    'tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta ' +
    'marraskuuta joulukuuta ' +
    'jaanuar jaanuaril veebruar veebruaril märts märtsil aprill aprillil mail juuni juunil juuli juulil augustil ' +
    'septembril oktoober oktoobril novembril detsember detsembril ' +
    'janúar febrúar apríl maí júní júlí ágúst október nóvember ' +
    'ledna února března dubna května června července srpna září října listopadu prosince ' +
    'januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra ' +
    'stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia ' +
    'januarja februarja aprila junija julija avgusta oktobra ' +
    'siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna studenog studenoga prosinca ' +
    'január február március április május június július augusztus szeptember október ' +
    'janvārī februārī martā aprīlī maijā jūnijā jūlijā augustā septembrī oktobrī novembrī decembrī'
  ).split(' '),
)
/** Spelled as in English. */
const SHARED_MONTHS: ReadonlySet<string> = new Set(
  'April August September November Feb Apr Aug Sep Sept Nov'.split(' '),
)

/** What is counted by ordinals, and never begins a sentence after a cardinal. */
const COUNTED =
  /^(?:Jahrhundert|Jahrtausend|Weltkrieg|Jahrestag|Geburtstag|Todestag|Lebensjahr|Jh|Jhd|Jhdt|Jhs|århundre|stolet|století|storoč|stoljeć|vuosisad|sajand|század|yüzyıl|wiek)/

/** Clubs, which may have an ordinal in their name: 1. FC, 1. FSV. */
const CLUB = /^(?:F[A-Z]{0,2}C|FSV|SC|SV|TSV|CfR)$/
/** Names of ranks and parts that German numbers. */
const RANKS: ReadonlySet<string> = new Set(
  'Bundesliga Liga Platz Auflage Aufl Stock Etage Klasse Runde Spieltag Mal Spielminute Minute Sitzung Kapitel Kammer Senat'.split(
    ' ',
  ),
)

/** German words that a noun or an ordinal follows, but hardly the end of a sentence. */
const DETERMINERS: ReadonlySet<string> = new Set(
  (
    'der die das den dem des am im vom zum zur beim ins ans ein eine einen einem einer eines mein meine meinen meinem ' +
    'meiner sein seine seinen seinem seiner seines ihr ihre ihren ihrem ihrer ihres unser unsere unseren unserem unserer ' +
    'kein keine keinen jeder jede jedes jeden jedem dieser diese dieses diesen diesem in als ab seit'
  ).split(' '),
)
/** Those that are hardly words of another language, so that they tell by themselves. `am` is English after `I`. */
const GERMAN_ALONE: ReadonlySet<string> = new Set('der den dem am im vom zum zur beim'.split(' '))

const ROMAN = /^[IVXLC]{2,7}$/

/**
 * Whether the stop at `end` makes an ordinal of the digits or Roman numeral `[start, end)`. The words around it decide:
 * a month or century that follows, a German article before it, and the text's language.
 */
export function isOrdinal(source: SourceText, start: number, end: number): boolean {
  const { text } = source
  const isRoman = classAt(text, start, end) === UPPER
  if (!(isRoman ? ROMAN : /^\d{1,3}$/).test(text.slice(start, Math.min(end, start + 8)))) return false
  const next = nextWord(text, end + 1)
  if (next === undefined) return isListed(source, start, end)
  if (isRoman) return source.language === 'de' && isRegnal(text, start, next)
  if (isMonth(source, next)) return Number(text.slice(start, end)) <= 31
  if (COUNTED.test(next)) return true
  if ((source.language === 'de' || source.language === undefined) && (CLUB.test(next) || RANKS.has(next)))
    return true
  const isLower = classAt(next, 0, next.length) === LOWER
  if (isLower && ORDINAL_LANGUAGES.has(source.language)) return true
  const before = previousWord(text, start)
  if (source.language === 'de') return isAfterSign(source, start, before, next)
  return source.language === undefined && next.length >= 3 && isAfterGerman(text, start, before, next)
}

/** `am 20., 21. und 22. Mai`, `20. 1. 2004`: what follows is no word. */
function isListed({ text, language }: SourceText, start: number, end: number): boolean {
  if (language === 'en') return false
  const after = text.slice(end + 1, end + 11)
  if (/^[ \u00A0]\d{1,2}\.[ \u00A0]?\d{4}/.test(after)) return true
  if (
    /^[ \u00A0]\d{4}(?!\d)/.test(after) &&
    /(?<!\d)\d{1,2}\.[ \u00A0]?$/.test(text.slice(Math.max(0, start - 5), start))
  )
    return true
  return /^[,;]/.test(after) && ORDINAL_LANGUAGES.has(language)
}

function isMonth(source: SourceText, word: string): boolean {
  return MONTHS.has(word) || (SHARED_MONTHS.has(word) && source.language !== 'en')
}

/** `Karl II. regierte`, `Friedrich II. König von`: after a name, and before anything but a common first word. */
function isRegnal(text: string, start: number, next: string): boolean {
  const before = previousWord(text, start)
  return classAt(before, 0, before.length) === UPPER && !GERMAN_OPENERS.has(next)
}

/** In German text. */
function isAfterSign(source: SourceText, start: number, before: string, next: string): boolean {
  if (GERMAN_OPENERS.has(next)) return false
  if (DETERMINERS.has(before.toLowerCase())) return true
  const { text } = source
  // "der 2. und 3. Platz"
  if (/^(?:und|oder|bis|sowie)$/.test(before))
    return /\d\.\s+\p{L}+\s+$/u.test(text.slice(Math.max(0, start - 12), start))
  // "(3. Auflage)", ", 2. Platz", "20./21. Mai", "Er ging. 2. Liga"; but "5, 20." counts things
  return (
    before === '' &&
    /(?:^|[(/„"».!?]|(?:\P{N}|\d\.)[,:])\s?$/u.test(text.slice(Math.max(0, start - 4), start))
  )
}

/** Where the text's language is unknown. */
function isAfterGerman(text: string, start: number, before: string, next: string): boolean {
  if (GERMAN_OPENERS.has(next) || !GERMAN_ALONE.has(before.toLowerCase())) return false
  return !/\bI\s+am\s+$/.test(text.slice(Math.max(0, start - 8), start))
}

/** The word after a stop and up to three white spaces, or undefined if something else follows. */
function nextWord(text: string, from: number): string | undefined {
  let at = from
  while (at < from + 3 && at < text.length && classAt(text, at, text.length) === SPACE) {
    if (text[at] === '\n' && text[at + 1] === '\n') return undefined
    at++
  }
  if (at === from) return undefined
  let end = at
  while (end < text.length && end - at < 16 && isWordClass(classAt(text, end, text.length))) end++
  return end === at || classAt(text, at, end) === DIGIT ? undefined : text.slice(at, end)
}

/** The word before up to two white spaces, or an empty text if something else is there. */
function previousWord(text: string, to: number): string {
  let end = to
  while (end > to - 2 && end > 0 && classAt(text, end - 1, end) === SPACE) end--
  if (end === to) return ''
  let start = end
  while (start > 0 && end - start < 16 && isWordClass(classAt(text, start - 1, end))) start--
  return text.slice(start, end)
}

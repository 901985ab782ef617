import { bounded } from '../bounded-regexp.js'
import { patternFinder, type TextPattern } from '../pattern-finder.js'
import { NUMBER_WORDS } from './english-numbers.js'

const S = '[ \\u00A0\\u202F]'
const HALF_DAY = `(?:[ap]\\.${S}?m\\.?|[AP]\\.${S}?M\\.?|[ap]m|[AP]M)`
const ZONE =
  '(?:UTC|GMT|Z|BST|CET|CEST|EET|EEST|EST|EDT|CST|CDT|MST|MDT|PST|PDT|ET|CT|MT|PT|IST|JST|AEST|AEDT|(?:local|Eastern|Central|Pacific|Mountain) (?:standard |daylight )?time)(?:[+-]\\d{1,2}(?::?\\d{2})?)?'
const HOUR = '(?:[01]?\\d|2[0-4])'
const TWELVE = '(?:1[0-2]|0?[1-9])'
const REST = '[0-5]\\d'
const CLOCK = `${HOUR}:${REST}(?::(?:${REST}|60)(?:[.,]\\d{1,9})?)?`
const HOUR_WORD = '(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)'
const DAY = '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|yesterday|tomorrow)'
const PART = '(?:mornings?|afternoons?|evenings?|nights?|lunchtime|midday)'
const UNIT = '(?:hours?|hrs?|h|minutes?|mins?|seconds?|secs?|milliseconds?|microseconds?|nanoseconds?|ms)'
const WORD_UNIT = '(?:hours?|minutes?|seconds?|milliseconds?|microseconds?|nanoseconds?)'
const FIGURE = '\\d{1,6}(?:[.,]\\d{1,3})?(?:½)?'
const END = `(?:${S}?${HALF_DAY})?(?:${S}?${ZONE})?`

/** Books whose passages are cited as chapter and verse. */
const BOOK = bounded(
  /(?<!\p{L})(?:Gen(?:esis)?|Exod?(?:us)?|Lev(?:iticus)?|Num(?:bers)?|Deut(?:eronomy)?|Josh(?:ua)?|Judg(?:es)?|Ruth|Sam(?:uel)?|Kgs|Kings|Chron(?:icles)?|Ezra|Neh(?:emiah)?|Esth(?:er)?|Job|Ps(?:alms?)?|Prov(?:erbs)?|Eccl(?:esiastes)?|Song of (?:Songs|Solomon)|Isa(?:iah)?|Jer(?:emiah)?|Lam(?:entations)?|Ezek(?:iel)?|Dan(?:iel)?|Hos(?:ea)?|Joel|Amos|Obad(?:iah)?|Jonah|Mic(?:ah)?|Nah(?:um)?|Hab(?:akkuk)?|Zeph(?:aniah)?|Hag(?:gai)?|Zech(?:ariah)?|Mal(?:achi)?|Matt(?:hew)?|Mark|Luke|John|Acts|Rom(?:ans)?|Cor(?:inthians)?|Gal(?:atians)?|Eph(?:esians)?|Phil(?:ippians)?|Col(?:ossians)?|Thess(?:alonians)?|Tim(?:othy)?|Titus|Philemon|Heb(?:rews)?|James|Pet(?:er)?|Jude|Rev(?:elation)?|Sirach|Tobit|Judith|Maccabees|Quran|Qur[’']an|Koran|Surah?(?: [A-Z][\p{L}-]{1,20})?|Mishnah|verses?|Gita)\.?[ \u00A0]$/u,
)
/** The longest end of a text that is looked at for a book. */
const CITED = 40

/** `3:16` after the name of a book is a verse, unless it is said of which half of the day or in which zone it is. */
function isNoVerse({ 0: match, index }: RegExpExecArray, text: string): boolean {
  if (/\p{L}/u.test(match.replace(/ (?:to|and) /, '')) || /^\d{1,2}:00/.test(match)) return true
  return !BOOK.test(text.slice(Math.max(0, index - CITED), index))
}

const CLOCKS: readonly TextPattern[] = [
  { check: isNoVerse, pattern: `${CLOCK}${END}(?:${S}?(?:-|–|—|to|and)${S}?${CLOCK}${END})?` },
  {
    pattern: `${TWELVE}(?:[:.]${REST})?${S}?(?:(?:-|–|—|to)${S}?${TWELVE}(?:[:.]${REST})?${S}?)?${HALF_DAY}(?:${S}${ZONE})?(?:${S}?(?:-|–|—|to)${S}?${TWELVE}(?:[:.]${REST})?${S}?${HALF_DAY})?`,
  },
  {
    pattern: `${HOUR}[.h]${REST}(?:${S}?(?:hrs|hours|${ZONE}))|${HOUR}h${REST}|${HOUR}${REST}${S}?(?:hrs|${ZONE})`,
  },
  { pattern: `${CLOCK}(?:Z|[+-]\\d{2}:?\\d{2})?`, before: '(?<=\\d{4}-\\d{2}-\\d{2}T)' },
].map(rest => ({ type: 'TIME', flags: 'u', score: 0.95, ...rest }))

const WORDS: readonly TextPattern[] = [
  `(?:${TWELVE}|${HOUR_WORD})${S}?o['’]clock(?: (?:sharp|in the (?:morning|afternoon|evening)|at night))?`,
  `(?:(?:a )?quarter|half|(?:five|ten|twenty|twenty-five|\\d{1,2})(?: minutes)?) (?:past|to|after|before|till) (?:${HOUR_WORD}|${TWELVE}|noon|midnight)(?: (?:in the (?:morning|afternoon|evening)|at night|${HALF_DAY}))?`,
  `half (?:${HOUR_WORD})(?= |[.,;]|$)`,
  '(?:12 )?(?:noon|midnight)',
  `${HOUR_WORD}(?:[ -](?:fifteen|thirty|forty-five|oh-five))? (?:a\\.?m\\.?|p\\.?m\\.?|in the (?:morning|afternoon|evening)|at night)`,
  `(?:(?:early|late|later) )?(?:this|that|tonight|last|the (?:next|previous|following)|the|every|each|all|one|tomorrow|yesterday|${DAY})(?: early| late)? ${PART}(?! (?:sky|shift|school|club|train|of the))`,
  'tonight|overnight|(?:at|by) (?:dawn|dusk|nightfall|sunrise|sunset)',
  `(?:${FIGURE}|${NUMBER_WORDS})(?:${S}?(?:-|–|to|or)${S}?(?:${FIGURE}|${NUMBER_WORDS}))?(?:${S}|-)${UNIT}(?:(?:,? and|,)?${S}(?:${FIGURE}|${NUMBER_WORDS})${S}${UNIT}){0,2}(?:[ -](?:ago|later|earlier|long|from now|and a half))?`,
  `${FIGURE}(?:ms|min|mins|hrs?|secs?|h|s)(?:${S}?\\d{1,2}(?:min|m|s)){0,2}`,
  `(?:half an|an|a|a few|several|another|the last|the next|many|a couple of|the past)(?: (?:few|${NUMBER_WORDS}|\\d{1,4}))? ${WORD_UNIT}(?: and a half)?(?: (?:ago|later|earlier|from now))?`,
].map(pattern => ({
  type: 'TIME',
  pattern,
  score: 0.85,
  flags: 'iu',
  // 5 Ms is no duration.
  check: ({ 0: match }: RegExpExecArray) => !/M[sS]$/.test(match),
}))

/** Times of day, parts of a day, and durations shorter than one. */
export const timeFinder = patternFinder([...CLOCKS, ...WORDS])

/** What a mention looks like, whatever its type. */
export type MentionForm = 'time or number' | 'address' | 'name'

/** Languages whose names of months and weekdays are known. */
const LANGUAGES = 'en de nl es fr it pt ca sv da nb fi pl cs sk hu ro hr sl tr id vi el ru uk bg'.split(' ')
/** English words that are in times and amounts, and no names. */
const WORDS = new Set(
  'one two three four five six seven eight nine ten eleven twelve hundred thousand million billion dozen half first second third fourth fifth last next this early late mid today yesterday tomorrow tonight morning afternoon evening night noon midnight second seconds minute minutes hour hours day days week weeks weekend month months quarter year years decade decades century centuries spring summer autumn winter ago am pm percent per cent dollars euros pounds about around nearly over more than at of the a an and to from until since in on for de del of le la der des im jahr jahre uhr'.split(
    ' ',
  ),
)
const MARKS = /^[\p{P}\p{S}]+$/u
/** `5`, `1996-08-30`, `10:30pm`, `$3.50`, `5%`, `1990s`, `3rd`, `25th`, `3km`. */
const NUMBER =
  /^[\p{P}\p{S}]*\p{N}[\p{N}\p{P}\p{S}]*(?:s|st|nd|rd|th|h|am|pm|km|kg|k|m|bn|mn|%)?[\p{P}\p{S}]*$/iu
const ADDRESS = /^(?:https?:\/\/\S+|www\.\S+|[^\s@]+@[^\s@]+\.\w+|\+?\d[\d()/-]{8,})$/i
/** Signs of Chinese and Japanese times and amounts. */
const SIGNS = /^[年月日時时分秒週周世紀纪前後上下旬円元万億亿人個回位歳岁度]$/u

/** Short names of months and weekdays, some of which are names of persons or common words too: they decide nothing. */
const SHORT =
  'jan feb mar apr may jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun mai mrz okt dez ene abr dic'.split(
    ' ',
  )

let known: ReadonlySet<string> | undefined

/** Names of months and weekdays. */
function dateWords(): ReadonlySet<string> {
  if (known) return known
  const words = new Set<string>()
  for (const language of LANGUAGES) {
    const format = new Intl.DateTimeFormat(language, {
      month: 'long',
      weekday: 'long',
      day: 'numeric',
      timeZone: 'UTC',
    })
    const alone = new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' })
    // Twelve months, and all weekdays among their first days.
    for (let i = 0; i < 12; i++)
      for (const day of [1, 2, 3, 4, 5, 6, 7]) {
        const date = new Date(Date.UTC(2024, i, day))
        for (const { type, value } of [...format.formatToParts(date), ...alone.formatToParts(date)])
          if (type === 'month' || type === 'weekday') words.add(value.toLowerCase())
        if (i > 0) break
      }
  }
  for (const short of SHORT) words.delete(short)
  known = words
  return words
}

/** The form of a mention, where it is clear. */
export function mentionForm(tokens: readonly string[]): MentionForm | undefined {
  if (tokens.length === 1 && ADDRESS.test(tokens[0])) return 'address'
  let numbers = 0
  let names = 0
  let others = 0
  for (const token of tokens) {
    if (MARKS.test(token)) continue
    const lower = token.toLowerCase().replace(/\.$/, '')
    if (NUMBER.test(token) || dateWords().has(lower)) numbers++
    else if (WORDS.has(lower) || SHORT.includes(lower) || SIGNS.test(token)) continue
    else if (/\p{N}/u.test(token)) others++
    else if (/^\p{Lu}\p{L}|^\p{Lo}/u.test(token)) names++
    else others++
  }
  if (numbers > 0) return names === 0 && others === 0 ? 'time or number' : undefined
  return names > 0 ? 'name' : undefined
}

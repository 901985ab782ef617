/** Numbers as English writes them, as sources of regular expressions. */
import { oneOf } from '../pattern-finder.js'

const UNITS = oneOf(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen',
)
const TENS = oneOf('twenty thirty forty fifty sixty seventy eighty ninety')
const SCALES = 'hundred|thousand|million|billion|trillion|dozen'
const WORD = `(?:${TENS}(?:[- ]${UNITS})?|${UNITS}|${SCALES})`

/** `two`, `twenty-five`, `two hundred and fifty thousand`, `a million`, `half a dozen`. */
export const NUMBER_WORDS = `(?:(?:half )?(?:an?|another) (?:${SCALES})(?: (?:${SCALES}))?|${WORD}(?:(?: and|-)? ${WORD}){0,7}|${WORD}-${WORD})`

/** `5`, `1,000`, `1 000`, `3.50`, `1.234,56`, `.5`, `½`, `2½`, `3 1/2`, `-4`. */
export const NUMBER =
  "(?:[-−+±]?(?:\\d{1,3}(?:,\\d{3}){1,6}(?:\\.\\d{1,10})?|\\d{1,3}(?:\\.\\d{3}){1,6}(?:,\\d{1,4})?|\\d{1,3}(?:[ \\u00A0\\u202F']\\d{3}){1,6}(?:[.,]\\d{1,4})?|\\d{1,15}(?:[.,]\\d{1,10})?(?:[ \\u00A0]?[½⅓⅔¼¾⅛]|[ \\u00A0]\\d/\\d{1,2})?|\\.\\d{1,10}|[½⅓⅔¼¾⅛]|\\d/\\d{1,2}))"

/** Words for powers of thousand, and their letters after digits. */
export const SCALE =
  '(?:[ \\u00A0-]?(?:hundred|thousand|million|billion|trillion|mln|bln|mil|mn|bn|tn|crores?|lakhs?))'

/** A number in digits, or digits with a scale. */
export const FIGURE = `${NUMBER}${SCALE}?`

/** A number, in words or digits, or a range of two. */
export const QUANTITY_NUMBER = `(?:${NUMBER} ?(?:-|–|—| to | or |x|×) ?${FIGURE}|${NUMBER_WORDS} (?:to|or) ${NUMBER_WORDS}|${FIGURE}|${NUMBER_WORDS})`

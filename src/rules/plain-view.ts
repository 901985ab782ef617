import type { Finder, FoundRange } from './finder.js'

/**
 * Characters that show nothing: soft hyphens, zero-width spaces and joiners, marks of direction, byte order marks. Web pages have
 * them inside addresses and numbers, where a line may be broken.
 */
const INVISIBLE = '\\u00AD\\u034F\\u180E\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u2064\\u2066-\\u2069\\uFEFF'
/** Spaces and hyphens that look as the usual ones do; the no-break space, which finders know, is none of them. */
const SPACES = '\\u1680\\u2000-\\u200A\\u202F\\u205F\\u3000'
const HYPHENS = '\\u2010\\u2011\\uFE63'
/** ASCII as wide as ideographs. */
const WIDE = '\\uFF01-\\uFF5E'
/** Arabic, Persian and Devanagari digits. */
const DIGITS = '\\u0660-\\u0669\\u06F0-\\u06F9\\u0966-\\u096F'
const ZEROS = [0x0660, 0x06f0, 0x0966]

const ANY = new RegExp(`[${INVISIBLE}${SPACES}${HYPHENS}${WIDE}${DIGITS}]`)
const HIDDEN = new RegExp(`[${INVISIBLE}]`)
const SPACE = new RegExp(`[${SPACES}]`)
const HYPHEN = new RegExp(`[${HYPHENS}]`)
const IS_WIDE = new RegExp(`[${WIDE}]`)

/**
 * A finder that reads a text as people see it: without the characters that show nothing, with plain spaces, hyphens, digits and
 * letters where others look like them. Its ranges are those of the text itself, from the first to the last character that shows.
 * @example
 * onPlainView(emailFinder).find('ada@exam\u00ADple.com') // one EMAIL, from 0 to 16
 */
export function onPlainView(finder: Finder): Finder {
  const { types, find, findAll } = finder
  const onPlain = (own: (text: string) => readonly FoundRange[]) => (text: string) => {
    if (!ANY.test(text)) return own(text)
    const { plain, places } = plainView(text)
    return own(plain).map(range => ({
      ...range,
      start: places[range.start],
      end: range.end > range.start ? places[range.end - 1] + 1 : places[range.start],
    }))
  }
  return { types, find: onPlain(find), ...(findAll && { findAll: onPlain(findAll) }) }
}

/** A text as it is seen, and where each of its UTF-16 units is in the text itself. */
function plainView(text: string): { readonly plain: string; readonly places: Int32Array } {
  const parts: string[] = []
  const places = new Int32Array(text.length + 1)
  for (let at = 0; at < text.length; at++) {
    const unit = text[at]
    if (HIDDEN.test(unit)) continue
    places[parts.length] = at
    parts.push(plainUnit(unit))
  }
  places[parts.length] = text.length
  return { plain: parts.join(''), places }
}

function plainUnit(unit: string): string {
  const code = unit.charCodeAt(0)
  if (code < 0x0660) return unit
  if (IS_WIDE.test(unit)) return String.fromCharCode(code - 0xfee0)
  if (SPACE.test(unit)) return ' '
  if (HYPHEN.test(unit)) return '-'
  const zero = ZEROS.find(first => code >= first && code < first + 10)
  return zero === undefined ? unit : String(code - zero)
}

import { CLOSE, classBefore, isWordClass } from './characters.js'

/**
 * Western emoticons (eyes, nose, mouth), hearts, and the most common kaomoji that other rules would split. Left out, since
 * running text has them for other reasons: `8)`, `:3`, `x)`.
 */
const EMOTICON =
  /[<>]?[:;=]['’]?[-o^]?(?:[)(\]]+|[[|@*\\]|\/(?!\/)|[DPpOo](?![\p{L}\p{N}]))|\(-?[:;](?![\p{L}\p{N}()])|<\/?3+(?![\p{L}\p{N}.,])|¯\\_\(ツ\)_\/¯|\^[_.o-]?\^|-_+-|>[_.]<|\\o\//uy

/**
 * The end of an emoticon at an offset, or the offset itself. There is none right after a letter, digit or closing bracket,
 * as in `a:(b)`.
 */
export function scanEmoticon(text: string, at: number, start: number, end: number): number {
  if (!':;=<>(^-\\¯'.includes(text[at])) return at
  const before = classBefore(text, at, start)
  if (isWordClass(before) || before === CLOSE) return at
  EMOTICON.lastIndex = at
  return EMOTICON.test(text) && EMOTICON.lastIndex <= end ? EMOTICON.lastIndex : at
}

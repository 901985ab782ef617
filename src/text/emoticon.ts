import { CLOSE, classBefore, isWordClass } from './characters.js'

/**
 * Western emoticons (eyes, nose, mouth), hearts, and the commonest kaomoji that a word or a run of symbols would not
 * hold together. Left out because running text writes them for other reasons: `8)`, `:3`, `x)`.
 */
const EMOTICON =
  /[<>]?[:;=]['’]?[-o^]?(?:[)(\]]+|[[|@*\\]|\/(?!\/)|[DPpOo](?![\p{L}\p{N}]))|\(-?[:;](?![\p{L}\p{N}()])|<\/?3+(?![\p{L}\p{N}.,])|¯\\_\(ツ\)_\/¯|\^[_.o-]?\^|-_+-|>[_.]<|\\o\//uy

/**
 * The end of an emoticon at an offset, or the offset itself. None begins directly after a letter, digit or closing
 * bracket, as in `a:(b)`.
 */
export function scanEmoticon(text: string, at: number, start: number, end: number): number {
  const unit = text.charCodeAt(at)
  // : ; = < > ( ^ - \ ¯
  const canBegin =
    (unit >= 0x3a && unit <= 0x3e) ||
    unit === 0x28 ||
    unit === 0x5e ||
    unit === 0x2d ||
    unit === 0x5c ||
    unit === 0xaf
  if (!canBegin) return at
  const before = classBefore(text, at, start)
  if (isWordClass(before) || before === CLOSE) return at
  EMOTICON.lastIndex = at
  return EMOTICON.test(text) && EMOTICON.lastIndex <= end ? EMOTICON.lastIndex : at
}

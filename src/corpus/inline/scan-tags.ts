import { isPlainType } from '../../tags/scheme.js'
import { refuse } from '../read-context.js'

/** A tag such as `<PER>`, `</PER>`, `<ENAMEX TYPE="PERSON">`, `<br/>`. */
export const TAG = /<(\/?)([\p{L}_][\p{L}\p{N}_.:-]*)((?:\s+[\p{L}_:][^<>]*)?)(\/?)>/gu

/**
 * The elements of MUC's annotation (`<ENAMEX TYPE="PERSON">…</ENAMEX>`), and of IEER's (`<b_enamex type="PERSON">…<e_enamex>`):
 * their types are in `TYPE=`, and all other tags are structure.
 */
const MUC = /^(?:([be])_)?(?:ENAMEX|TIMEX|NUMEX)$/i

export function isMucElement(name: string): boolean {
  return MUC.test(name)
}

/** Whether a line has one of them. */
export function hasMucElement(line: string): boolean {
  return [...line.matchAll(TAG)].some(([, , name]) => isMucElement(name))
}

/** `b` for a tag that begins an entity in IEER, `e` for one that ends it. */
export function ieerEdge(name: string): string | undefined {
  return MUC.exec(name)?.[1]?.toLowerCase()
}

/** Elements of structure: they are never entities, and where one begins or ends, so does a text. */
const STRUCTURE: ReadonlySet<string> = new Set(
  'doc docid docno docs doctype document text body p s sent sentence hl headline slug dateline date_time txt preamble trailer'.split(
    ' ',
  ),
)

export function isStructure(name: string): boolean {
  return STRUCTURE.has(name.toLowerCase())
}

/** Elements of pages, which are neither entities nor texts. */
const HTML: ReadonlySet<string> = new Set(
  'a b i u br em h1 h2 h3 h4 h5 h6 hr li ol td th tr ul div img pre sub sup code font html link meta span strong table tbody thead script style'.split(
    ' ',
  ),
)

export function isHtml(name: string): boolean {
  return HTML.has(name.toLowerCase())
}

/** An entity that has begun and not ended. */
export interface OpenTag {
  readonly name: string
  readonly type: string
  readonly start: number
  readonly line: number
}

/** The type that a tag gives its entity: `TYPE=` if it has one, else its name. @throws RowError */
export function typeOfTag(name: string, attributes: string): string {
  const given = /(?:^|\s)(?:type|label)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))/iu.exec(attributes)
  const type = given ? unescapeXml(given[1] ?? given[2] ?? given[3]) : name
  if (!given && isMucElement(name))
    return refuse('no-type', `a TYPE= in <${name}>`, `<${name}${attributes}>`, 'give the entity a type')
  if (type === '' || !isPlainType(type))
    return refuse('bad-type', 'a type without white space around it', JSON.stringify(type))
  return type
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The text with the five named characters of XML and those by number; any other `&` is itself. */
export function unescapeXml(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(
    /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6}));/g,
    (whole: string, name?: string, decimal?: string, hex?: string) => {
      if (name !== undefined) return NAMED[name]
      const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? '', 16)
      const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
      return isCharacter ? String.fromCodePoint(code) : whole
    },
  )
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, sign => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign)
}

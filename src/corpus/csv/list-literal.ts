import { refuse } from '../read-context.js'

/** Whether a field looks like a list that was written as text. */
export function isListLiteral(field: string): boolean {
  return /^\s*\[.*\]\s*$/s.test(field)
}

/** Whether a field is a list of at least one quoted string. */
export function isFullList(field: string): boolean {
  return isListLiteral(field) && /^\s*\[\s*['"]/.test(field)
}

const ESCAPED: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '/': '/',
}
const ITEM = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s,'"[\]]+))\s*(,?)/sy

/**
 * The strings of a list as Python prints it (`['B-geo', "it's"]`), as JSON (`["B-geo"]`), or as NumPy prints it, without
 * commas (`['B-geo' 'O']`).
 * @throws RowError for anything else, including words and numbers without quotes
 */
export function parseListLiteral(field: string): string[] {
  const inner = field.trim().slice(1, -1)
  const items: string[] = []
  let at = 0
  while (at < inner.length) {
    ITEM.lastIndex = at
    const found = ITEM.exec(inner)
    if (!found) {
      if (inner.slice(at).trim() === '') break
      return refuse('bad-list', 'a list of quoted strings', inner.slice(at).trim(), 'fix the list')
    }
    const [, single, double, bare] = found
    if (bare === '...')
      return refuse('short-list', 'a whole list', field, 'write the file again: this list was shortened')
    if (bare !== undefined)
      return refuse('bad-list', 'a list of quoted strings', bare, 'write tags by name, and quote every item')
    items.push(unescaped(single ?? double))
    at = ITEM.lastIndex
  }
  return items
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gs,
    (whole: string, x?: string, u?: string, wide?: string, letter?: string) => {
      const code = x ?? u ?? wide
      if (code !== undefined && Number.parseInt(code, 16) <= 0x10ffff)
        return wide === undefined
          ? String.fromCharCode(Number.parseInt(code, 16))
          : String.fromCodePoint(Number.parseInt(code, 16))
      return ESCAPED[letter ?? ''] ?? whole
    },
  )
}

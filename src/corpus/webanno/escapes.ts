/** Reserved characters of WebAnno TSV, which a backslash escapes: others in text than in values. */

const LETTERS: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  f: '\f',
  b: '\b',
  '\\': '\\',
}

/** The text of a `#Text=` line or a token. @param isOld before version 3.2, text was escaped as in Java */
export function unescapeText(text: string, isOld = false): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (whole: string, code?: string, letter?: string) => {
    if (code !== undefined) return isOld ? String.fromCharCode(Number.parseInt(code, 16)) : whole
    const known = LETTERS[letter ?? '']
    if (known !== undefined) return known
    // Control characters are escaped as they are.
    const isBare = letter !== undefined && (letter < ' ' || (isOld && '\'"/'.includes(letter)))
    return isBare ? letter : whole
  })
}

export function escapeText(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replace(/[\t\n\r\f\b]/g, sign => `\\${Object.keys(LETTERS).find(letter => LETTERS[letter] === sign)}`)
    .replace(/[\x00-\x07\x0e-\x1f]/g, sign => `\\${sign}`)
}

/** One annotation of a unit: its value (absent for `*`), and the number that units of one annotation share. */
export interface UnitValue {
  readonly value?: string
  readonly id?: string
}

/** The annotations in a field: `_`, `*`, `PER`, `PER[1]|ORG[2]`. */
export function parseValues(field: string): UnitValue[] {
  if (field === '_' || field === '') return []
  return splitUnescaped(field).map(part => {
    const [, text, id] = /^((?:\\.|[^\\])*?)(?:\[(\d+)\])?$/s.exec(part) ?? ['', part]
    return {
      ...(text !== '*' && { value: text.replace(/\\(->|.)/gs, (_, sign: string) => VALUE[sign] ?? sign) }),
      ...(id !== undefined && { id }),
    }
  })
}

const VALUE: Readonly<Record<string, string>> = { t: '\t', n: '\n' }

export function escapeValue(value: string): string {
  return value.replace(/->|[\\[\]|_;*]|\t|\n/g, sign => `\\${{ '\t': 't', '\n': 'n' }[sign] ?? sign}`)
}

function splitUnescaped(field: string): string[] {
  const parts: string[] = []
  let from = 0
  for (let at = 0; at < field.length; at++) {
    if (field[at] === '\\') at++
    else if (field[at] === '|') {
      parts.push(field.slice(from, at))
      from = at + 1
    }
  }
  return [...parts, field.slice(from)]
}

/**
 * The text of some fields of a JSON object, as it was written: a number keeps all its digits. Where a name is given twice,
 * the last one counts, as for `JSON.parse`.
 *
 * @param json an object that `JSON.parse` accepts
 * @returns by name; a carriage return between values, which some readers take for the end of a line, becomes a space
 * @example
 * rawFields('{"id": 12345678901234567890, "text": "Ada"}', ['id']) // Map { 'id' => '12345678901234567890' }
 */
export function rawFields(json: string, names: readonly string[]): Map<string, string> {
  const found = new Map<string, string>()
  let at = json.indexOf('{') + 1
  for (;;) {
    while (json[at] !== '"') {
      if (json[at] === '}') return found
      at++
    }
    const afterName = endOfString(json, at)
    const name = JSON.parse(json.slice(at, afterName)) as string
    const start = json.indexOf(':', afterName) + 1
    at = endOfValue(json, start)
    if (names.includes(name)) found.set(name, json.slice(start, at).trim().replaceAll('\r', ' '))
  }
}

/** @param start of the opening quote @returns the index after the closing one */
function endOfString(json: string, start: number): number {
  for (let at = start + 1; ; at++)
    if (json[at] === '\\') at++
    else if (json[at] === '"') return at + 1
}

/** The index of the `,` or `}` after a value. */
function endOfValue(json: string, start: number): number {
  let depth = 0
  for (let at = start; ; at++) {
    const character = json[at]
    if (character === '"') at = endOfString(json, at) - 1
    else if (character === '{' || character === '[') depth++
    else if (depth === 0 && (character === ',' || character === '}')) return at
    else if (character === '}' || character === ']') depth--
  }
}

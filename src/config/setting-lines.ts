/** Where each setting is in the text of a configuration file. */

/** A JSON text's tokens: strings, punctuation, line ends, and anything else without white space. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|\n|[^\s{}[\],:"]+/g

/** An object or list that has begun and not ended. */
interface Open {
  readonly path: string
  /** Index of the next item; `undefined` in an object. */
  next: number | undefined
  key: string
}

/**
 * The line of each setting, from 1, by its dotted path; for an object's settings, the line of the key. Of a key that comes
 * twice the later one counts, as for `JSON.parse`.
 *
 * @param text valid JSON
 * @example
 * settingLines('{\n  "encoder": [\n    {"kind": "lstm"}\n  ]\n}').get('encoder.0.kind') // 3
 */
export function settingLines(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>()
  const stack: Open[] = []
  let line = 1
  let expectsKey = false
  /** @returns the path of the value that begins here */
  const begin = (): string => {
    const open = stack.at(-1)
    if (!open) return ''
    const key = open.next === undefined ? open.key : String(open.next)
    const path = below(open, key)
    if (open.next !== undefined) lines.set(path, line)
    return path
  }
  for (const [token] of text.matchAll(TOKEN)) {
    const open = stack.at(-1)
    if (token === '\n') line++
    else if (token === '{' || token === '[') {
      stack.push({ path: begin(), next: token === '[' ? 0 : undefined, key: '' })
      expectsKey = token === '{'
    } else if (token === '}' || token === ']') {
      stack.pop()
      expectsKey = false
    } else if (token === ',') {
      if (open?.next !== undefined) open.next++
      expectsKey = open?.next === undefined
    } else if (expectsKey && open) {
      open.key = JSON.parse(token) as string
      lines.set(below(open, open.key), line)
      expectsKey = false
    } else if (token !== ':') begin()
  }
  return lines
}

function below({ path }: Open, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

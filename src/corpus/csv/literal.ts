import { refuse } from '../read-context.js'

/** Deeper values are an attack. */
const DEEPEST = 40
const ESCAPED: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '\n': '',
}
const NAMES: Readonly<Record<string, unknown>> = {
  None: null,
  null: null,
  nan: null,
  NaN: null,
  True: true,
  true: true,
  False: false,
  false: false,
}
const STRING = /[uUrRbB]?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/sy
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y
/** A number as NumPy prints it. */
const NUMPY = /(?:np\.)?(?:int|float)\d*\((-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\)/y
const NAME = /[A-Za-z]+/y
const SPACE = /[\s]*/y

/**
 * A value written as JSON, or as Python prints lists, tuples, dictionaries, strings and numbers (`[(0, 3, 'PER')]`).
 * @throws RowError
 */
export function parseLiteral(field: string): unknown {
  try {
    return JSON.parse(field)
  } catch {
    return new LiteralParser(field).whole()
  }
}

class LiteralParser {
  private at = 0

  constructor(private readonly text: string) {}

  whole(): unknown {
    const value = this.value(0)
    this.space()
    return this.at === this.text.length ? value : this.fail()
  }

  private value(depth: number): unknown {
    if (depth > DEEPEST) return this.fail()
    this.space()
    const sign = this.text[this.at]
    if (sign === '[') return this.list(']', depth)
    if (sign === '(') return this.list(')', depth)
    if (sign === '{') return this.dictionary(depth)
    const string = this.take(STRING)
    if (string) return unescaped(string[1] ?? string[2])
    const number = this.take(NUMBER)
    if (number) return Number(number[0])
    const numpy = this.take(NUMPY)
    if (numpy) return Number(numpy[1])
    const name = this.take(NAME)
    return name && Object.hasOwn(NAMES, name[0]) ? NAMES[name[0]] : this.fail()
  }

  private list(end: string, depth: number): unknown[] {
    const items: unknown[] = []
    this.at++
    while (!this.skip(end)) {
      items.push(this.value(depth + 1))
      if (!this.skip(',') && !this.sees(end)) this.fail()
    }
    return items
  }

  private dictionary(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = []
    this.at++
    while (!this.skip('}')) {
      const key = this.value(depth + 1)
      if (!this.skip(':')) this.fail()
      entries.push([String(key), this.value(depth + 1)])
      if (!this.skip(',') && !this.sees('}')) this.fail()
    }
    return Object.fromEntries(entries)
  }

  private take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found) this.at += found[0].length
    return found ?? undefined
  }

  private space(): void {
    this.take(SPACE)
  }

  private sees(sign: string): boolean {
    this.space()
    return this.text[this.at] === sign
  }

  private skip(sign: string): boolean {
    const isThere = this.sees(sign)
    if (isThere) this.at++
    return isThere
  }

  private fail(): never {
    return refuse(
      'bad-list',
      'a list of entities as JSON or as Python prints it, such as [(0, 3, "PER")]',
      this.text.slice(Math.max(0, this.at - 10)) || 'the end of the field',
      'fix the list',
    )
  }
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gs,
    (_, x?: string, u?: string, wide?: string, letter?: string) => {
      const code = Number.parseInt(x ?? u ?? wide ?? '', 16)
      if (letter !== undefined) return ESCAPED[letter] ?? letter
      return wide === undefined || code > 0x10ffff ? String.fromCharCode(code) : String.fromCodePoint(code)
    },
  )
}

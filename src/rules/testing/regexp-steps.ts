/**
 * Counts the steps that a backtracking engine takes, so that a test can say how they grow without a clock. The engine here is
 * written as the specification of JavaScript describes it (ECMA-262 22.2.2), slowly and by itself.
 */

/** Tries to match from a place; `then` is what must match after it. */
type Matcher = (at: number, then: (end: number) => boolean) => boolean

/** Characters before a place that a lookbehind is tried from. */
const BEHIND = 64

class Engine {
  steps = 0
  private text = ''
  private readonly whole: Matcher
  private at = 0
  private groups = 0
  private readonly captures: (string | undefined)[] = []

  constructor(
    private readonly source: string,
    private readonly flags: string,
    private readonly native: (regExp: RegExp, text: string) => RegExpExecArray | null,
  ) {
    this.whole = this.choice()
    if (this.at < source.length) throw new Error(`not understood: ${source.slice(this.at)}`)
  }

  /** The first match from a place on: `[start, end)`. */
  find(text: string, from: number, isSticky: boolean): readonly [number, number] | undefined {
    this.text = text
    for (let start = from; start <= text.length; start++) {
      let end = -1
      const isInside = this.flags.includes('u') && /[\uDC00-\uDFFF]/.test(text[start] ?? '') && start > from
      const low = isInside && text.charCodeAt(start - 1) >= 0xd800 && text.charCodeAt(start - 1) <= 0xdbff
      const isMatch = (last: number) => {
        end = last
        return true
      }
      if (!low && this.whole(start, isMatch)) return [start, end]
      if (isSticky) return undefined
    }
    return undefined
  }

  private choice(): Matcher {
    const options = [this.sequence()]
    while (this.source[this.at] === '|') {
      this.at++
      options.push(this.sequence())
    }
    if (options.length === 1) return options[0]
    return (at, then) =>
      options.some(option => {
        this.steps++
        return option(at, then)
      })
  }

  private sequence(): Matcher {
    const parts: Matcher[] = []
    while (this.at < this.source.length && !'|)'.includes(this.source[this.at])) parts.push(this.repeated())
    return parts.reduceRight<Matcher>(
      (rest, part) => (at, then) => part(at, end => rest(end, then)),
      (at, then) => then(at),
    )
  }

  private repeated(): Matcher {
    const body = this.atom()
    const quantifier = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})(\??)/.exec(this.source.slice(this.at))
    if (!quantifier) return body
    this.at += quantifier[0].length
    const [sign, low, comma, high, lazy] = quantifier
    const least = low === undefined ? (sign[0] === '+' ? 1 : 0) : Number(low)
    const most =
      low === undefined
        ? sign[0] === '?'
          ? 1
          : Number.POSITIVE_INFINITY
        : comma === ''
          ? least
          : high === ''
            ? Number.POSITIVE_INFINITY
            : Number(high)
    const go = (at: number, count: number, then: (end: number) => boolean): boolean => {
      this.steps++
      const more = () =>
        count < most && body(at, end => (end !== at || count < least) && go(end, count + 1, then))
      if (count < least) return more()
      return lazy === '' ? more() || then(at) : then(at) || more()
    }
    return (at, then) => go(at, 0, then)
  }

  private atom(): Matcher {
    const rest = this.source.slice(this.at)
    const [open] = /^\((?:\?(?::|<?[=!]|<[^>]+>))?/.exec(rest) ?? []
    if (open !== undefined) {
      this.at += open.length
      const number = /^\((?:\?<[^=!])?$|^\(\?<[^=!]/.test(open) ? ++this.groups : undefined
      const body = this.choice()
      this.at++
      if (number !== undefined) return this.captured(body, number)
      return /[=!]$/.test(open) ? this.look(body, open.includes('<'), open.endsWith('!')) : body
    }
    const [, again] = /^\\([1-9])/.exec(rest) ?? []
    if (again !== undefined) {
      this.at += 2
      return (at, then) => {
        const own = this.captures[Number(again)] ?? ''
        this.steps += 1 + own.length
        return this.text.startsWith(own, at) && then(at + own.length)
      }
    }
    const [edge] = /^(?:\^|\$|\\b|\\B)/.exec(rest) ?? []
    const [set] =
      edge === undefined
        ? (/^(?:\[(?:\\.|[^\]\\])*\]|\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[\dA-Fa-f]{4}|x[\dA-Fa-f]{2}|[^\d]|0)|[^\\()|*+?])/su.exec(
            rest,
          ) ?? [])
        : [edge]
    if (set === undefined) throw new Error(`not understood: ${rest}`)
    this.at += set.length
    return edge === undefined ? this.character(set) : this.edge(edge)
  }

  private captured(body: Matcher, number: number): Matcher {
    return (at, then) =>
      body(at, end => {
        const before = this.captures[number]
        this.captures[number] = this.text.substring(at, end)
        if (then(end)) return true
        this.captures[number] = before
        return false
      })
  }

  private look(body: Matcher, isBehind: boolean, isNegated: boolean): Matcher {
    const holds = (at: number) => {
      if (!isBehind) return body(at, () => true)
      for (let from = at; from >= Math.max(0, at - BEHIND); from--)
        if (body(from, end => end === at)) return true
      return false
    }
    return (at, then) => holds(at) !== isNegated && then(at)
  }

  private edge(source: string): Matcher {
    const isWord = (at: number) => /^\w$/.test(this.text.charAt(at))
    const isMultiline = this.flags.includes('m')
    const isBreak = (at: number) => isMultiline && /^[\n\r\u2028\u2029]$/.test(this.text.charAt(at))
    return (at, then) => {
      this.steps++
      const holds =
        source === '^'
          ? at === 0 || isBreak(at - 1)
          : source === '$'
            ? at === this.text.length || isBreak(at)
            : (isWord(at - 1) !== isWord(at)) === (source === '\\b')
      return holds && then(at)
    }
  }

  /** One character of a set, which the native engine knows. */
  private character(source: string): Matcher {
    const set = new RegExp(`^(?:${source})$`, this.flags.replace(/[gydm]/g, ''))
    const known = new Map<string, boolean>()
    const isUnicode = /[uv]/.test(this.flags)
    return (at, then) => {
      this.steps++
      if (at >= this.text.length) return false
      const own = isUnicode ? String.fromCodePoint(this.text.codePointAt(at) ?? 0) : this.text[at]
      let isIn = known.get(own)
      if (isIn === undefined) known.set(own, (isIn = this.native(set, own) !== null))
      return isIn && then(at + own.length)
    }
  }
}

/**
 * Runs work while every match of a regular expression is also made by the counting engine, and compared.
 * @returns the steps of all matches, and the characters of all slices of strings
 * @throws where a match is another one than the native engine's
 */
export function countedSteps(work: () => void): number {
  const { exec } = RegExp.prototype
  const { slice } = String.prototype
  let [steps, isCounting] = [0, true]
  const uncounted = <Result>(inner: () => Result): Result => {
    isCounting = false
    try {
      return inner()
    } finally {
      isCounting = true
    }
  }
  RegExp.prototype.exec = function (text) {
    const from = this.global || this.sticky ? this.lastIndex : 0
    const found = Reflect.apply(exec, this, [text]) as RegExpExecArray | null
    if (isCounting)
      uncounted(() => {
        const engine = engineOf(this.source, this.flags, (regExp, own) => Reflect.apply(exec, regExp, [own]))
        const before = engine.steps
        const match = engine.find(String(text), from, this.sticky)
        steps += engine.steps - before + 1
        const native = found ? [found.index, found.index + found[0].length] : undefined
        if (String(match) !== String(native))
          throw new Error(`/${this.source}/${this.flags} at ${from}: ${String(match)}, not ${String(native)}`)
      })
    return found
  }
  String.prototype.slice = function (this: string, ...bounds) {
    const part = Reflect.apply(slice, this, bounds) as string
    if (isCounting) steps += part.length
    return part
  }
  try {
    work()
  } finally {
    RegExp.prototype.exec = exec
    String.prototype.slice = slice
  }
  return steps
}

const engines = new Map<string, Engine>()

function engineOf(
  source: string,
  flags: string,
  native: (regExp: RegExp, text: string) => RegExpExecArray | null,
) {
  const key = `${flags}/${source}`
  let engine = engines.get(key)
  if (!engine) engines.set(key, (engine = new Engine(source, flags, native)))
  return engine
}

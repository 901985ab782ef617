/** JSON from somebody else: read only where it is not too deep or too large, and says everything once. */

export interface JsonLimits {
  /** Objects and lists within one another. */
  readonly depth: number
  /** Objects and lists in all. */
  readonly containers: number
  /** Values of any kind in all. */
  readonly values: number
}

/** Enough for the largest vector files that are common (3 million words), little enough for any machine. */
const LIMITS: JsonLimits = { depth: 64, containers: 1_500_000, values: 3_200_000 }

export type JsonResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly expected: string; readonly got: string }

/**
 * Parses JSON after a look at its form, so that no text can exhaust the stack or the memory.
 *
 * A key that an object has twice is refused, since JSON.parse silently keeps the last one, and so is `__proto__`.
 *
 * @example
 * const result = parseBoundedJson('{"a":1,"a":2}')
 * if (!result.ok) console.log(result.got) // "a" twice
 */
export function parseBoundedJson(text: string, limits: Partial<JsonLimits> = {}): JsonResult {
  const fault = jsonFault(text, limits)
  if (fault) return { ok: false, ...fault }
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { ok: false, expected: 'JSON', got: error.message }
  }
}

interface FormFault {
  readonly expected: string
  readonly got: string
}

/** What is wrong with the form of a text that may not even be JSON; `undefined` where `parseBoundedJson` would parse it. */
export function jsonFault(text: string, given: Partial<JsonLimits> = {}): FormFault | undefined {
  const limits = { ...LIMITS, ...given }
  /** The keys of each open object; `undefined` for a list. */
  const open: (Set<string> | undefined)[] = []
  let atKey = false
  let containers = 0
  let values = 1
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: {
        const end = stringEnd(text, i)
        const keys = open[open.length - 1]
        if (atKey && keys) {
          const fault = keyFault(text.slice(i, end + 1), keys)
          if (fault) return fault
        }
        i = end
        break
      }
      case 0x7b:
      case 0x5b:
        atKey = text.charCodeAt(i) === 0x7b
        open.push(atKey ? new Set() : undefined)
        containers++
        if (open.length > limits.depth) return tooMuch(`at most ${limits.depth} levels of objects and lists`)
        if (containers > limits.containers) return tooMuch(`at most ${limits.containers} objects and lists`)
        break
      case 0x7d:
      case 0x5d:
        open.pop()
        atKey = false
        break
      case 0x2c:
        atKey = open[open.length - 1] !== undefined
        if (++values > limits.values) return tooMuch(`at most ${limits.values} values`)
        break
      case 0x3a:
        atKey = false
        break
    }
  }
  return undefined
}

/** The closing quote of the string that begins at a place; the text's end where it has none. */
function stringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end
    while (text.charCodeAt(before - 1) === 0x5c) before--
    if ((end - before) % 2 === 0) return end
  }
  return text.length
}

function keyFault(quoted: string, keys: Set<string>): FormFault | undefined {
  const key = keyOf(quoted)
  // JSON.parse of the whole text says what is wrong with it.
  if (key === undefined) return undefined
  const shown = () => JSON.stringify(key.length > 60 ? `${key.slice(0, 57)}…` : key)
  if (key === '__proto__') return { expected: 'keys with plain names', got: shown() }
  if (keys.has(key)) return { expected: 'every key once', got: `${shown()} twice` }
  keys.add(key)
  return undefined
}

function keyOf(quoted: string): string | undefined {
  if (!quoted.includes('\\'))
    return quoted.length > 1 && quoted.endsWith('"') ? quoted.slice(1, -1) : undefined
  try {
    return JSON.parse(quoted) as string
  } catch {
    return undefined
  }
}

function tooMuch(expected: string): FormFault {
  return { expected, got: 'more' }
}

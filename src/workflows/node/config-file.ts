import { readFileSync, statSync } from 'node:fs'
import { InputError } from '../../base/errors.js'
import { say, verb } from '../../base/fault.js'
import type { UncheckedSources } from '../../config/resolve.js'

/** The name that `init` writes and `train` looks for. */
export const CONFIG_FILE = 'nerite.config.json'

/**
 * Reads a configuration file as plain JSON, for `resolveConfig` to check.
 * @throws InputError `config/missing`; `config/json` with the line of the fault
 */
export function readConfigFile(
  path: string,
): Required<Pick<UncheckedSources, 'file' | 'fileName' | 'fileText'>> {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined || stats.isDirectory())
    throw new InputError('config/missing', {
      where: path,
      expected: 'a configuration file',
      got: stats ? 'a folder' : 'no such file',
      remedy: stats ? `name the file in it, such as ${CONFIG_FILE}` : say`write one with ${verb('init')}`,
    })
  // Editors on Windows put a byte order mark in front.
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  try {
    return { file: JSON.parse(text), fileName: path, fileText: text }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new InputError('config/json', {
      where: { file: path, line: text.slice(0, jsonFaultOffset(text)).split('\n').length },
      expected: 'valid JSON',
      got: error.message.replace(/\s+/g, ' '),
    })
  }
}

const TOKEN =
  /[ \t\n\r]*("(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)(?!\w)|[[\]{},:])/y

/** What may follow in JSON, by the kind of token that is expected next. */
type Expected = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'comma' | 'end'

/** Where a text stops being the beginning of JSON: engines name the place only sometimes. */
function jsonFaultOffset(text: string): number {
  const open: string[] = []
  let expected: Expected = 'value'
  const afterValue = (): Expected => (open.length > 0 ? 'comma' : 'end')
  TOKEN.lastIndex = 0
  for (;;) {
    const start = TOKEN.lastIndex
    const token = TOKEN.exec(text)?.[1]
    const offset = start + (/^[ \t\n\r]*/.exec(text.slice(start))?.[0].length ?? 0)
    if (token === undefined || expected === 'end') return offset
    const isClosing = token === (open.at(-1) === '{' ? '}' : ']') && open.length > 0
    if (isClosing && ['comma', 'first key', 'first value'].includes(expected)) {
      open.pop()
      expected = afterValue()
    } else if (expected === 'comma' && token === ',') expected = open.at(-1) === '{' ? 'key' : 'value'
    else if (expected === 'colon' && token === ':') expected = 'value'
    else if (expected.endsWith('key') && token.startsWith('"')) expected = 'colon'
    else if (!expected.endsWith('value') || ',:]}'.includes(token)) return offset
    else if (token === '{' || token === '[') {
      open.push(token)
      expected = token === '{' ? 'first key' : 'first value'
    } else expected = afterValue()
  }
}

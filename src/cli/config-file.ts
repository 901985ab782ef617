import { existsSync, readFileSync, statSync } from 'node:fs'
import { InputError } from '../base/errors.js'
import type { ConfigSources } from '../config/resolve.js'

/** The name that `init` writes and `train` looks for. */
export const CONFIG_FILE = 'nerite.config.json'

/**
 * Reads a configuration file as plain JSON, for `resolveConfig` to check.
 * @throws InputError where it is missing or no JSON, with the line of the fault
 */
export function readConfigFile(
  path: string,
): Required<Pick<ConfigSources, 'file' | 'fileName' | 'fileText'>> {
  if (!existsSync(path))
    throw new InputError('config/missing', {
      where: path,
      expected: 'a configuration file',
      got: 'no such file',
      remedy: `"nerite init" writes one`,
    })
  if (statSync(path).isDirectory())
    throw new InputError('config/missing', {
      where: path,
      expected: 'a configuration file',
      got: 'a folder',
      remedy: `name the file in it, such as ${CONFIG_FILE}`,
    })
  // Editors on Windows put a byte order mark in front.
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  try {
    return { file: JSON.parse(text), fileName: path, fileText: text }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const line = lineOfJsonFault(text, message)
    throw new InputError('config/json', {
      where: line === undefined ? path : `${path}:${line}`,
      expected: 'valid JSON',
      got: message.replace(/\s+/g, ' '),
    })
  }
}

/** Where the parser's message says that the fault is, or where text first fails as it does. */
function lineOfJsonFault(text: string, message: string): number | undefined {
  const lineAt = (position: number) => text.slice(0, position).split('\n').length
  const position = / position (\d+)(?: \(line \d+ column \d+\))?$/.exec(message)
  if (position) return lineAt(Number(position[1]))
  if (message === 'Unexpected end of JSON input') return lineAt(text.length)
  if (!hasUnexpectedToken(text)) return undefined
  // V8 gives no position of these; they end the shortest beginning of the text that has one.
  let [without, within] = [0, text.length]
  while (within - without > 1) {
    const half = (without + within) >> 1
    if (hasUnexpectedToken(text.slice(0, half))) within = half
    else without = half
  }
  return lineAt(without)
}

function hasUnexpectedToken(text: string): boolean {
  try {
    JSON.parse(text)
    return false
  } catch (error) {
    return error instanceof Error && error.message.startsWith('Unexpected token')
  }
}

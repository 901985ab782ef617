import { existsSync, readFileSync, statSync } from 'node:fs'
import { InputError } from '../base/errors.js'

/** The name that `init` writes and `train` looks for. */
export const CONFIG_FILE = 'nerite.config.json'

/**
 * Reads a configuration file as plain JSON; checking it is `resolveConfig`'s part.
 * @throws InputError where it is missing or no JSON, with the line of the fault
 */
export function readConfigFile(path: string): unknown {
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
    return JSON.parse(text)
  } catch (error) {
    throw new InputError('config/json', {
      where: `${path}:${lineOfJsonFault(text, error)}`,
      expected: 'valid JSON',
      got: error instanceof Error ? error.message : String(error),
    })
  }
}

function lineOfJsonFault(text: string, error: unknown): number {
  const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')
  const end = position ? Number(position[1]) : text.length
  return text.slice(0, end).split('\n').length
}

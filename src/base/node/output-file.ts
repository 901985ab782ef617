import { accessSync, constants, existsSync, lstatSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { InputError } from '../errors.js'
import { option, say } from '../fault.js'
import { placeFault } from '../place-fault.js'
import { type Content, writeFileAtomically } from './atomic-file.js'

/**
 * Checks, before any work, that a file can be written at a path: there is nothing or a plain file, in a folder that may
 * be written to. Links are not followed, since what is put in place of one takes it from the file behind.
 *
 * @throws InputError `output/place`
 * @example
 * checkOutput('report.html')
 */
export function checkOutput(path: string): void {
  const refuse = (where: string, expected: string, got: string, remedy: string) =>
    new InputError('output/place', { where, expected, got, remedy })
  try {
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (found?.isDirectory()) throw refuse(path, 'a file to write', 'a folder', 'name a file in it')
    if (found && !found.isFile())
      throw refuse(path, 'a file to write', 'a link, device or pipe', 'name a plain file')
    const folder = dirname(path)
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
      throw refuse(folder, 'a folder to write into', 'no such folder', 'make it first')
    accessSync(folder, constants.W_OK)
  } catch (error) {
    throw asInputError(error, path)
  }
}

/**
 * Checks, before any work, that a file can be written at a path where there is none yet.
 *
 * @param force whether an existing file is replaced
 * @throws InputError `output/place`
 */
export function checkNewOutput(path: string, force = false): void {
  checkOutput(path)
  if (force || !existsSync(path)) return
  throw new InputError('output/place', {
    where: path,
    expected: 'a name that is free',
    got: 'an existing file',
    remedy: say`choose another name, or replace it with ${option('force')}`,
  })
}

/**
 * Writes a file that somebody asked for, whole or not at all.
 * @param mode who may read and write it, from the first byte on; default: as the system has it
 * @throws InputError `output/place` as `checkOutput`; the system's ENOSPC error where the disk is full
 */
export function writeOutput(path: string, content: Content, mode?: number): void {
  checkOutput(path)
  try {
    writeFileAtomically(path, content, mode)
  } catch (error) {
    throw asInputError(error, path)
  }
}

function asInputError(error: unknown, where: string): unknown {
  const got = placeFault(error)
  if (got === undefined) return error
  return new InputError('output/place', {
    where,
    expected: 'a place to write to',
    got,
    remedy: 'choose another',
  })
}

import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../../base/errors.js'
import { fileFault } from '../../base/place-fault.js'
import { plural } from '../../base/plural.js'
import type { OnNote } from './labeled-corpus.js'

/** Whether a file's name says that it is one running text, whose lines may be wrapped: `.txt`, `.text`, `.md`. */
export function isRunningText(path: string): boolean {
  return /\.(txt|text|md)$/i.test(path)
}

/**
 * The running texts in a folder and the folders in it, in order of their paths. Links and names that begin with a dot are
 * passed over; a note says how many other files were.
 *
 * @throws InputError `text/folder` for a folder without such a file, or one that cannot be read
 * @example
 * textFilesIn('letters') // ['letters/1842/june.txt', 'letters/first.txt']
 */
export function textFilesIn(folder: string, onNote: OnNote): string[] {
  const found: string[] = []
  let others = 0
  const visit = (dir: string) => {
    for (const entry of entriesOf(dir)) {
      const path = join(dir, entry.name)
      if (entry.name.startsWith('.')) continue
      if (entry.isDirectory()) visit(path)
      else if (entry.isFile() && isRunningText(entry.name)) found.push(path)
      else others++
    }
  }
  visit(folder)
  const left = `${others} ${plural(others, 'other file')}`
  if (found.length === 0)
    throw new InputError('text/folder', {
      where: folder,
      expected: 'a folder with texts to tag: files that end in .txt or .md',
      got: others === 0 ? 'an empty one' : `one with ${left}`,
      remedy: 'name the files themselves',
    })
  if (others > 0)
    onNote({
      code: 'files-left-out',
      where: folder,
      message: `${left} left out: of a folder, files that end in .txt or .md are tagged`,
    })
  return found
}

function entriesOf(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    const got = fileFault(error)
    if (got === undefined) throw error
    throw new InputError('text/folder', { where: dir, expected: 'a folder to read', got })
  }
}

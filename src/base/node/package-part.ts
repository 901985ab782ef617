import { lstatSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseBoundedJson } from '../bounded-json.js'
import { InputError } from '../errors.js'
import { isRecord } from '../json-types.js'
import { NotPlainError, readPlainFile } from './plain-file.js'

/** What an npm package may hold for this program: `"nerite": { "model": "model" }` in its `package.json`. */
export type PackagePart = 'model' | 'vectors'

const PACKAGE_FILE = 'package.json'
const HERE = dirname(fileURLToPath(import.meta.url))
const MOST_BYTES = 1 << 20
const NAME = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/

/** Whether npm would take this as the name of a package, with or without a scope. */
export function isPackageName(name: string): boolean {
  return name.length <= 214 && NAME.test(name)
}

/**
 * Where a part of an installed package is. The package is looked for in `node_modules` of each folder and of the folders
 * above it. Nothing of the package is run, and nothing that its `package.json` says leads out of it.
 *
 * @param part if several, the first that the package has
 * @param folders where to look from, in turn; default: the working folder, and where this program is installed
 * @returns the path of the file or folder; `undefined` where no such package is installed
 * @throws InputError `package/part` for a package without this part, with a damaged `package.json`, or whose part is
 *   missing or outside of the package
 * @example
 * packagePart('@nerite/en', 'model') // '/…/node_modules/@nerite/en/model'
 */
export function packagePart(
  name: string,
  part: PackagePart | readonly PackagePart[],
  folders: readonly string[] = [process.cwd(), HERE],
): string | undefined {
  const parts = typeof part === 'string' ? [part] : part
  const root = packageRoot(name, folders)
  if (root === undefined) return undefined
  const file = join(root, PACKAGE_FILE)
  const refuse = (expected: string, got: string) =>
    new InputError('package/part', {
      where: { file, field: `nerite.${parts[0]}` },
      expected,
      got,
      remedy: `install ${name} again, or name another package`,
    })
  const stated = statedPart(file, parts, refuse)
  if (stated === undefined) throw refuse(`the path of the package's ${parts[0]}`, 'none')
  if (!isInnerPath(stated)) throw refuse('a relative path of plain names', shortly(stated))
  const path = join(root, stated)
  let real: string
  try {
    real = realpathSync(path)
  } catch {
    throw refuse(`a path in the package`, `${shortly(stated)}, where nothing is`)
  }
  if (!real.startsWith(root + sep))
    throw refuse('a path in the package', `${shortly(stated)}, a link out of it`)
  return real
}

/** The real path of an installed package. */
function packageRoot(name: string, folders: readonly string[]): string | undefined {
  for (const folder of folders)
    for (const modules of createRequire(join(folder, PACKAGE_FILE)).resolve.paths(name) ?? []) {
      const root = join(modules, name)
      if (isThere(join(root, PACKAGE_FILE))) return realpathSync(root)
    }
  return undefined
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}

function statedPart(
  file: string,
  parts: readonly PackagePart[],
  refuse: (expected: string, got: string) => InputError,
): unknown {
  let bytes: Uint8Array | undefined
  try {
    bytes = readPlainFile(file, MOST_BYTES)
  } catch (error) {
    if (!(error instanceof NotPlainError)) throw error
    throw refuse(`a plain file of at most ${MOST_BYTES} bytes`, error.got)
  }
  const result = parseBoundedJson(new TextDecoder().decode(bytes), { values: 20_000 })
  if (!result.ok) throw refuse(result.expected, shortly(result.got))
  const { nerite } = isRecord(result.value) ? result.value : {}
  const own = isRecord(nerite) ? parts.find(part => Object.hasOwn(nerite, part)) : undefined
  return isRecord(nerite) && own !== undefined ? nerite[own] : undefined
}

/** Plain names only, so that neither a path's dots nor a drive nor another system's separators lead anywhere else. */
function isInnerPath(path: unknown): path is string {
  return (
    typeof path === 'string' &&
    path.length <= 200 &&
    path.split('/').every(name => /^[\w-][\w.-]*$/.test(name))
  )
}

function shortly(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

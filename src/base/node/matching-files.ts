/** Files that a user names: by a path, by a folder or by a pattern such as `data/*.jsonl`. */
import { type Dirent, existsSync, readdirSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'

/** @returns false where there is nothing of that name, or where it cannot be told, too */
export function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() ?? false
}

/** Whether a path is to be read as a pattern: it has a sign of one, and no file or folder is called that. */
export function isPattern(path: string): boolean {
  return /[*?[\]{}]|[!+@]\(/.test(path) && !existsSync(path)
}

/**
 * The files that match a pattern, in the order of their paths: `*` and `?` match within a name, `**` any folders, `{a,b}` and
 * `[a-c]` alternatives. Names that begin with a dot are passed over.
 */
export async function matchingFiles(pattern: string): Promise<string[]> {
  const { glob } = await import('tinyglobby')
  const posix = process.platform === 'win32' ? pattern.replaceAll('\\', '/') : pattern
  const found = await glob(posix, { expandDirectories: false, onlyFiles: true })
  return inOrder(found.filter(path => statOf(path)?.isFile()))
}

/**
 * The files in a folder and the folders in it, in the order of their paths. Names that begin with a dot are passed over, and so are links to folders.
 * @throws Error of `node:fs` where a folder cannot be read
 */
export function filesIn(folder: string): string[] {
  const found: string[] = []
  const visit = (dir: string) => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue
      const path = join(dir, entry.name)
      if (entry.isDirectory()) visit(path)
      else if (isReadable(entry, path)) found.push(path)
    }
  }
  visit(folder)
  return inOrder(found)
}

function isReadable(entry: Dirent, path: string): boolean {
  return entry.isFile() || (entry.isSymbolicLink() && (statOf(path)?.isFile() ?? false))
}

/** Nothing where there is nothing, and for links that lead to each other. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** By code units, so that the order is the same on every machine. */
function inOrder(paths: readonly string[]): string[] {
  return [...paths].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}

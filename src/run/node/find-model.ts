import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isInputError } from '../../base/errors.js'
import { type Message, option, say, verb } from '../../base/fault.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { nearest } from '../../base/nearest.js'
import { isPackageName, packagePart } from '../../base/node/package-part.js'
import { MANIFEST } from '../run-manifest.js'
import { CHECKPOINTS } from './checkpoint.js'

/** The scope of the npm packages that a bare name stands for: `en` is `@nerite/en`. */
const SCOPE = '@nerite/'
/** Recognizers of rules, which have no files: only what tags texts takes them. */
const BUILT_IN: readonly string[] = ['pii', 'numbers']
/** Those that anyone can install. */
const PUBLISHED: readonly string[] = ['en']

/** Where a model is that somebody named. */
export interface ModelPlace {
  /** `package`: a run folder in an npm package, where nothing may be written. */
  readonly kind: 'folder' | 'package' | 'address'
  /** The path of its run folder, or its address. */
  readonly path: string
  /** Says which of two things of this name was taken. */
  readonly notice?: string
}

/**
 * What the name of a model stands for: an address (`https://…`), a run folder, or the model of an installed npm package.
 * `en` is the package `@nerite/en`; a name with a scope (`@acme/law`) is the package itself; any other name with a `/`, and
 * one that begins with a dot, is a path and never a package. Packages are looked for from the working folder, then from
 * where this program is installed.
 *
 * Where there are both a folder and a package of the name, a folder that holds a run is taken, any other is passed over;
 * a notice says which it was.
 *
 * @param folders where to look for packages instead
 * @throws ModelFileError where there is nothing of that name, with the command that installs it if it is published;
 *   InputError `package/part` for a package that is damaged or has no model
 * @example
 * findModel('en') // { kind: 'package', path: '/…/node_modules/@nerite/en/model' }
 */
export function findModel(model: string, folders?: readonly string[]): ModelPlace {
  if (/^https?:\/\//i.test(model)) return { kind: 'address', path: model }
  const folder: ModelPlace = { kind: 'folder', path: /^file:\/\//i.test(model) ? pathOf(model) : model }
  const isThere = existsSync(folder.path)
  const name = packageOf(model)
  if (name === undefined) {
    if (isThere) return folder
    throw absent(model)
  }
  if (isThere && (holdsRun(model) || !statSync(model).isDirectory()))
    return hasModel(name, folders) ? { ...folder, notice: folderNotice(model, name) } : folder
  const path = packagePart(name, 'model', folders)
  if (path === undefined) {
    if (isThere) return folder
    throw absent(model, name)
  }
  const found: ModelPlace = { kind: 'package', path }
  return isThere
    ? { ...found, notice: `${model} is the package ${name}: the folder ${model} holds no run` }
    : found
}

/** The npm package that a name may stand for; `undefined` for what can only be a path. */
export function packageOf(name: string): string | undefined {
  const full = name.startsWith('@') ? name : SCOPE + name
  return isPackageName(full) ? full : undefined
}

/** Whether anyone can install a package that a bare name stands for. */
export function isPublished(name: string): boolean {
  return PUBLISHED.some(published => SCOPE + published === name)
}

function folderNotice(model: string, name: string): string {
  const other = name === model ? '' : `; ${name} names the package`
  return `${model} is the run in the folder ${model}, not the installed package${other}`
}

function pathOf(address: string): string {
  try {
    return fileURLToPath(address)
  } catch {
    throw new ModelFileError({ where: address, expected: 'the address of a folder', got: 'another one' })
  }
}

/** Whether a folder is a run's, finished or not. */
export function holdsRun(folder: string): boolean {
  return [MANIFEST, CHECKPOINTS].some(name => existsSync(join(folder, name)))
}

/** Whether a package is installed and holds a model. */
export function hasModel(name: string, folders?: readonly string[]): boolean {
  try {
    return packagePart(name, 'model', folders) !== undefined
  } catch (error) {
    if (isInputError(error)) return false
    throw error
  }
}

/** @param name of the package that it could have been */
function absent(model: string, name?: string): ModelFileError {
  const fault = (expected: string, got: string, remedy: Message) =>
    new ModelFileError({ where: model, expected, got, remedy })
  if (name === undefined) {
    if (/\s/.test(model) && !/[\\/]/.test(model))
      return fault(
        'a model',
        'other text',
        say`name one first: ${verb('predict', ['en'], [option('text', '"…"')])}`,
      )
    const close = nearestRun(model)
    const remedy = close === undefined ? 'check the path, or train first' : `did you mean ${close}?`
    return fault('a run folder', 'nothing of that name', remedy)
  }
  const expected = 'a run folder, or the name of an installed model'
  if (BUILT_IN.includes(model))
    return fault(
      'a trained model',
      'the name of built-in rules, which have no run',
      say`tag texts with it: ${verb('predict', [model], [option('text', '"…"')])}`,
    )
  const got = `neither a folder ${model} nor the package ${name}`
  if (isPublished(name)) return fault(expected, got, `install it: npm install ${name}`)
  const close = nearestRun(model)
  if (close !== undefined) return fault(expected, got, `did you mean ${close}?`)
  const [published] = PUBLISHED
  const install = `npm install ${SCOPE}${published}`
  return fault(
    expected,
    got,
    say`${verb('train')} makes a run folder; the model of English is ${published} (${install}); ${BUILT_IN.join(' and ')} need nothing`,
  )
}

/** The run folder beside a path, or in `runs`, whose name is closest to a mistyped one. */
function nearestRun(path: string): string | undefined {
  const runs = [dirname(path), 'runs'].flatMap(folder =>
    entriesOf(folder).flatMap(entry => {
      const run = join(folder, entry)
      return holdsRun(run) ? [run] : []
    }),
  )
  const close = nearest(
    basename(path),
    runs.map(run => basename(run)),
  )
  return runs.find(run => basename(run) === close)
}

/** A folder with more entries is not searched. */
const MOST_ENTRIES = 10_000

function entriesOf(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder)
    return entries.length > MOST_ENTRIES ? [] : entries
  } catch {
    return []
  }
}

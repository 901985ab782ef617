import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Fault } from '../../base/errors.js'
import { ModelFileError } from '../../base/model-file-error.js'
import {
  type Content,
  syncDirectory,
  writeFileAtomically,
  writeNewFile,
} from '../../base/node/atomic-file.js'
import { isTemporaryName, temporarySibling } from '../../base/node/temporary.js'
import { placeFault } from '../../base/place-fault.js'
import { VERSION } from '../../base/version.js'
import {
  damagedFile,
  type FileDigest,
  fileDifference,
  isPlainName,
  MANIFEST,
  type RunManifest,
} from '../run-manifest.js'
import { digestOf, formatManifest, parseManifest } from './run-manifest.js'

/**
 * A run folder's life: `createRunFolder` makes it with the configuration, training appends to `log.jsonl` and writes
 * `checkpoints/`, `finishRunFolder` adds the model and at last `manifest.json`. Without a manifest it is an unfinished
 * run, which can be resumed but not loaded.
 */

export type Files = Readonly<Record<string, Content>>

/** Free to be edited, or written again after training: the model card and reports are not in the manifest. */
function isUnhashed(name: string): boolean {
  return name === 'README.md' || /^report(-.*)?\.(html|json)$/.test(name)
}

/** The report that training ends with. */
const REPORT = ['report.json', 'report.html']

export interface CreateOptions {
  /** Replaces a run folder of that name, with everything in it. Default `false`. */
  readonly force?: boolean
}

/**
 * Makes a run folder with its first files, whole or not at all.
 *
 * @throws ModelFileError where something of that name exists (unless `force`, and it is a run folder or empty), or the
 * place cannot be written to. The system's ENOSPC error where the disk is full; nothing is left behind then.
 * @example
 * createRunFolder('runs/a', { 'config.json': JSON.stringify(config, null, 2) })
 */
export function createRunFolder(dir: string, files: Files, { force = false }: CreateOptions = {}): void {
  try {
    checkFree(dir, force)
    buildFolder(dir, files)
  } catch (error) {
    throw asInputError(error, dir)
  }
  syncDirectory(dirname(dir))
}

/**
 * Adds a run's results and the manifest of everything in the folder. Killed on the way, the folder is an unfinished
 * run with its checkpoints still there. Log the last event before: the log is hashed with the rest.
 *
 * @throws the system's error where a file cannot be written; the folder is then as it was.
 */
export function finishRunFolder(dir: string, files: Files): RunManifest {
  const written: { readonly temporary: string; readonly path: string }[] = []
  const digests: Record<string, FileDigest> = {}
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(dir, plainName(name))
      const temporary = temporarySibling(path)
      written.push({ temporary, path })
      const parts = typeof content === 'string' || content instanceof Uint8Array ? content : [...content]
      writeNewFile(temporary, parts)
      if (!isUnhashed(name)) digests[name] = digestOf(parts)
    }
    for (const name of readdirSync(dir))
      if (isPlainName(name) && !(name in files) && !isUnhashed(name) && isFile(join(dir, name)))
        digests[name] = digestOf(readFileSync(join(dir, name)))
  } catch (error) {
    for (const { temporary } of written) rmSync(temporary, { force: true })
    throw error
  }
  // From here on an older manifest would no longer be true.
  rmSync(join(dir, MANIFEST), { force: true })
  syncDirectory(dir)
  for (const { temporary, path } of written) renameSync(temporary, path)
  const text = formatManifest(VERSION, digests)
  writeFileAtomically(join(dir, MANIFEST), text)
  return parseManifest(text, join(dir, MANIFEST))
}

/** Whether training has begun in a folder and not ended. */
export function isUnfinishedRun(dir: string): boolean {
  return existsSync(join(dir, 'checkpoints')) && !existsSync(join(dir, MANIFEST))
}

/**
 * Removes a run in which nothing was learned yet, so that its name is free again.
 */
export function removeRunFolder(dir: string): void {
  rmSync(dir, { recursive: true, force: true })
}

/**
 * Makes a run unfinished again, so that training can go on in it: from here on its log and checkpoints change, and its
 * report is no longer of this model. Reports of other corpora, which somebody asked for, stay.
 *
 * @throws ModelFileError for a folder that holds no run.
 */
export function reopenRunFolder(dir: string): void {
  if (!existsSync(join(dir, 'checkpoints')))
    throw new ModelFileError({
      where: dir,
      expected: 'a run folder with checkpoints',
      got: existsSync(dir) ? 'a folder without' : 'nothing of that name',
      remedy: 'give the folder that nerite train wrote',
    })
  for (const name of [MANIFEST, ...REPORT]) rmSync(join(dir, name), { force: true })
  for (const name of readdirSync(dir))
    if (isTemporaryName(name)) rmSync(join(dir, name), { recursive: true, force: true })
  syncDirectory(dir)
}

/** A finished run as it was read: every file in the manifest has been checked against its hash. */
export interface StoredRun {
  readonly dir: string
  readonly manifest: RunManifest
  /** @throws ModelFileError where the run has no such file. */
  bytes(name: string): Uint8Array
  /** @throws ModelFileError where the run has no such file. */
  text(name: string): string
}

/**
 * Reads a finished run folder and checks all of it.
 *
 * @throws ModelFileError that names each file that is missing, cut short or changed, be it by one byte; for a folder
 * that is none, unfinished, or written by a newer version.
 * @example
 * const run = readRunFolder('runs/a')
 * const { tensors } = parseSafetensors(run.bytes('model.safetensors'), 'runs/a/model.safetensors')
 */
export function readRunFolder(dir: string): StoredRun {
  const manifest = parseManifest(readManifest(dir), join(dir, MANIFEST))
  const contents = new Map<string, Uint8Array>()
  const faults: Fault[] = []
  for (const [name, digest] of Object.entries(manifest.files)) {
    const content = readIfThere(join(dir, name))
    const got = content === undefined ? 'no such file' : fileDifference(digestOf(content), digest)
    if (content && got === undefined) contents.set(name, content)
    else faults.push(damagedFile(join(dir, name), digest, got ?? 'no such file'))
  }
  if (faults.length > 0) throw new ModelFileError(faults)
  const bytes = (name: string) => {
    const content = contents.get(name)
    if (content) return content
    const remedy = 'the folder was not written by nerite train'
    throw new ModelFileError({ where: join(dir, name), expected: 'a file of the run', got: 'none', remedy })
  }
  return { dir, manifest, bytes, text: name => new TextDecoder().decode(bytes(name)) }
}

function readManifest(dir: string): string {
  const fault = (expected: string, got: string, remedy: string) =>
    new ModelFileError({ where: dir, expected, got, remedy })
  if (!existsSync(dir)) throw fault('a run folder', 'nothing of that name', 'check the path, or train first')
  if (isFile(dir)) throw fault('a run folder', 'a file', 'give the folder that holds it')
  const text = readIfThere(join(dir, MANIFEST))
  if (text) return new TextDecoder().decode(text)
  if (existsSync(join(dir, 'checkpoints')))
    throw fault('a finished run', 'one whose training has not ended', 'take it up with nerite train --resume')
  throw fault('a run folder', `a folder without ${MANIFEST}`, 'give the folder that nerite train wrote')
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return undefined
    throw asInputError(error, path)
  }
}

function checkFree(dir: string, force: boolean): void {
  const stat = lstatSync(dir, { throwIfNoEntry: false })
  if (!stat) return
  const entries = stat.isDirectory() ? readdirSync(dir) : undefined
  const replaceable =
    entries && (entries.length === 0 || ['checkpoints', MANIFEST].some(name => entries.includes(name)))
  if (force && replaceable) return
  throw new ModelFileError({
    where: dir,
    expected: 'a name that is free',
    got: entries ? (replaceable ? 'a folder' : 'a folder that is no run folder') : 'a file',
    remedy: replaceable ? 'choose another, or replace it with --force' : 'choose another',
  })
}

function buildFolder(dir: string, files: Files): void {
  const madeParent = mkdirSync(dirname(dir), { recursive: true })
  const temporary = temporarySibling(dir)
  try {
    mkdirSync(temporary)
    mkdirSync(join(temporary, 'checkpoints'))
    for (const [name, content] of Object.entries(files))
      writeNewFile(join(temporary, plainName(name)), content)
    syncDirectory(temporary)
    putInPlace(temporary, dir)
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true })
    if (madeParent !== undefined) rmSync(madeParent, { recursive: true, force: true })
    throw error
  }
}

function putInPlace(temporary: string, dir: string): void {
  if (!existsSync(dir)) {
    renameSync(temporary, dir)
    return
  }
  const old = temporarySibling(dir)
  renameSync(dir, old)
  try {
    renameSync(temporary, dir)
  } catch (error) {
    renameSync(old, dir)
    throw error
  }
  rmSync(old, { recursive: true, force: true })
}

function plainName(name: string): string {
  if (!isPlainName(name)) throw new RangeError(`"${name}" is no plain file name`)
  return name
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function asInputError(error: unknown, where: string): unknown {
  const reason = placeFault(error)
  if (!reason) return error
  return new ModelFileError({
    where,
    expected: 'a place to read and write',
    got: reason,
    remedy: 'choose another',
  })
}

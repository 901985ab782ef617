import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { type Fault, type Message, option, say, verb } from '../../base/fault.js'
import { ModelFileError } from '../../base/model-file-error.js'
import {
  type Content,
  syncDirectory,
  writeFileAtomically,
  writeNewFile,
} from '../../base/node/atomic-file.js'
import { NotPlainError, plainFileSize } from '../../base/node/plain-file.js'
import { isTemporaryName, temporarySibling } from '../../base/node/temporary.js'
import { placeFault } from '../../base/place-fault.js'
import { VERSION } from '../../base/version.js'
import type { UncheckedSources } from '../../config/resolve.js'
import { CONFIG, LOG, mostBytes } from '../run-files.js'
import {
  type FileDigest,
  isPlainName,
  isUnhashed,
  MANIFEST,
  type RunManifest,
  sizeDifference,
} from '../run-manifest.js'
import type { RunSource } from '../run-source.js'
import { parseConfigFile, StoredRun } from '../stored-run.js'
import { CHECKPOINTS, checkCheckpoints, hasCheckpoint } from './checkpoint.js'
import { checkRunFile, readRunFile } from './read-run-file.js'
import { RunLock } from './run-lock.js'
import { digestOf, formatManifest, parseManifest } from './run-manifest.js'
import { removeReport } from './stored-report.js'

/**
 * The life of a run folder: `createRunFolder` makes it with the configuration, training adds to the log and writes
 * checkpoints, `finishRunFolder` adds the model and finally the manifest. Without a manifest it is an unfinished run,
 * which can be resumed but not loaded.
 */

type Files = Readonly<Record<string, Content>>

export interface CreateOptions {
  /** The lock of an existing run folder, which is replaced with everything in it. Default: nothing may be there. */
  readonly replaced?: RunLock
}

/**
 * Makes a run folder with its first files and its lock, whole or not at all.
 *
 * @returns the folder's lock
 * @throws ModelFileError where something of that name exists that is not `replaced`, or the place cannot be written to;
 *   InputError `lock/lost`. The system's ENOSPC error where the disk is full; nothing is left behind then.
 * @example
 * using lock = createRunFolder('runs/a', startFiles({ config, vocabularies }))
 */
export function createRunFolder(dir: string, files: Files, { replaced }: CreateOptions = {}): RunLock {
  try {
    if (!replaced) checkPlace(dir, false)
    const lock = buildFolder(dir, files, replaced)
    syncDirectory(dirname(dir))
    return lock
  } catch (error) {
    throw asInputError(error, dir)
  }
}

/**
 * Takes the lock of a folder that is to be replaced, so that nobody else writes to it meanwhile.
 *
 * @returns `undefined` where there is nothing
 * @throws ModelFileError for what is neither a run folder nor empty; InputError `lock/held`
 */
export function lockToReplace(dir: string): RunLock | undefined {
  checkPlace(dir, true)
  return lstatSync(dir, { throwIfNoEntry: false }) && RunLock.take(dir)
}

/**
 * Takes the lock of a folder to continue the run in it.
 * @throws ModelFileError for a folder that is not a run; InputError `lock/held`
 */
export function lockToResume(dir: string): RunLock {
  checkHasCheckpoints(dir)
  return RunLock.take(dir)
}

/**
 * Adds a run's results and the manifest of everything in the folder. If the process is killed on the way, the folder is
 * an unfinished run with its checkpoints. Log the last event before: the log is hashed with the rest.
 *
 * @throws the system's error where a file cannot be written; the folder is then as it was
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
  // No manifest may outlive a power cut that its files did not.
  syncDirectory(dir)
  const text = formatManifest(VERSION, digests)
  writeFileAtomically(join(dir, MANIFEST), text)
  return parseManifest(text, join(dir, MANIFEST))
}

/** Whether training has begun in a folder and not ended. */
export function isUnfinishedRun(dir: string): boolean {
  return existsSync(join(dir, CHECKPOINTS)) && !existsSync(join(dir, MANIFEST))
}

/** Whether a run can be resumed: it is unfinished and has a checkpoint. */
export function isResumable(dir: string): boolean {
  return isUnfinishedRun(dir) && hasCheckpoint(dir, 'last')
}

/** Removes a run folder with its lock: in one step as far as others can see. */
export function removeRunFolder(dir: string): void {
  const aside = temporarySibling(dir)
  renameSync(dir, aside)
  rmSync(aside, { recursive: true, force: true })
}

/**
 * Makes a run unfinished again, so that training can continue in it: from here on its log and checkpoints change, and its
 * own report no longer describes this model. Reports on other corpora, which somebody asked for, stay.
 *
 * @throws ModelFileError for a folder that is not a run
 */
export function reopenRunFolder(dir: string): void {
  checkHasCheckpoints(dir)
  checkCheckpoints(dir)
  checkRunFile(join(dir, LOG))
  rmSync(join(dir, MANIFEST), { force: true })
  removeReport(dir)
  for (const name of readdirSync(dir))
    if (isTemporaryName(name)) rmSync(join(dir, name), { recursive: true, force: true })
  syncDirectory(dir)
}

function checkHasCheckpoints(dir: string): void {
  if (existsSync(join(dir, CHECKPOINTS))) return
  throw new ModelFileError({
    where: dir,
    expected: 'a run folder with checkpoints',
    got: existsSync(dir) ? 'a folder without' : 'nothing of that name',
    remedy: say`give the folder that ${verb('train')} wrote`,
  })
}

/**
 * Opens a finished run folder: checks its manifest, and that each file is there, is a plain file and has its size. The
 * files themselves are read, and their hashes checked, when they are loaded.
 *
 * @throws ModelFileError that names each file that is missing, cut short or no plain file; for a folder that is not a
 *   run, is unfinished, or was written by a newer version
 */
export async function openRunFolder(dir: string): Promise<StoredRun> {
  checkFolder(dir)
  const run = await StoredRun.open(folderSource(dir))
  const faults = Object.entries(run.manifest.files).flatMap(([name, { bytes }]): Fault[] => {
    const got = entryFault(join(dir, name), bytes)
    if (got === undefined) return []
    const expected = `the file of ${bytes} bytes that training wrote`
    return [{ where: run.where(name), expected, got, remedy: 'copy the run folder again, or train again' }]
  })
  if (faults.length > 0) throw new ModelFileError(faults)
  return run
}

/**
 * The settings that a run was started with, finished or not, for `resolveConfig`.
 * @throws ModelFileError where the folder has none
 */
export function runConfigSource(
  dir: string,
): Required<Pick<UncheckedSources, 'file' | 'fileName' | 'fileText'>> {
  const fileName = join(dir, CONFIG)
  const bytes = readRunFile(fileName, mostBytes(CONFIG))
  if (bytes) return parseConfigFile(bytes, fileName)
  throw new ModelFileError({
    where: dir,
    expected: 'a run folder to resume',
    got: existsSync(dir) ? `a folder without ${CONFIG}` : 'nothing of that name',
    remedy: say`give the folder that an interrupted ${verb('train')} made`,
  })
}

function folderSource(dir: string): RunSource {
  return { name: dir, read: async (name, most) => readRunFile(join(dir, name), most) }
}

/** Refuses what is not the folder of a finished run. */
function checkFolder(dir: string): void {
  const fault = (expected: string, got: string, remedy: Message) =>
    new ModelFileError({ where: dir, expected, got, remedy })
  // A path through links that form a loop leads to nothing.
  const stat = existsSync(dir) ? statSync(dir, { throwIfNoEntry: false }) : undefined
  if (!stat) throw fault('a run folder', 'nothing of that name', 'check the path, or train first')
  if (!stat.isDirectory()) throw fault('a run folder', 'a file', 'give the folder that holds it')
  if (lstatSync(join(dir, MANIFEST), { throwIfNoEntry: false })) return
  if (existsSync(join(dir, CHECKPOINTS)))
    throw fault(
      'a finished run',
      'one whose training has not ended',
      say`resume it with ${verb('train', [], [option('resume', dir)])}`,
    )
  throw fault(
    'a run folder',
    `a folder without ${MANIFEST}`,
    say`give the folder that ${verb('train')} wrote`,
  )
}

/** What is wrong with an entry of a folder, before it is read; `undefined` for a plain file of that size. */
function entryFault(path: string, bytes: number): string | undefined {
  try {
    const size = plainFileSize(path)
    return size === undefined ? 'no such file' : sizeDifference(size, bytes)
  } catch (error) {
    if (error instanceof NotPlainError) return error.got
    throw asInputError(error, path)
  }
}

/**
 * Checks, before a run is made, that its folder may be.
 * @param force whether a run that is there may be replaced
 * @throws ModelFileError where something else is there, or a run that may not be replaced
 */
export function checkPlace(dir: string, force: boolean): void {
  const stat = lstatSync(dir, { throwIfNoEntry: false })
  if (!stat) return
  const entries = stat.isDirectory() ? readdirSync(dir) : undefined
  const replaceable =
    entries && (entries.length === 0 || [CHECKPOINTS, MANIFEST].some(name => entries.includes(name)))
  if (force && replaceable) return
  throw new ModelFileError({
    where: dir,
    expected: 'a name that is free',
    got: entries ? (replaceable ? 'a folder' : 'a folder that is not a run folder') : 'a file',
    remedy: replaceable ? say`choose another, or replace it with ${option('force')}` : 'choose another',
  })
}

function buildFolder(dir: string, files: Files, replaced: RunLock | undefined): RunLock {
  const madeParent = mkdirSync(dirname(dir), { recursive: true })
  const temporary = temporarySibling(dir)
  try {
    mkdirSync(temporary)
    mkdirSync(join(temporary, CHECKPOINTS))
    for (const [name, content] of Object.entries(files))
      writeNewFile(join(temporary, plainName(name)), content)
    for (const made of [join(temporary, CHECKPOINTS), temporary]) syncDirectory(made)
    const lock = RunLock.take(temporary)
    if (replaced) replaceFolder(temporary, dir, replaced)
    else putInPlace(temporary, dir)
    lock.movedTo(dir)
    return lock
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true })
    if (madeParent !== undefined) rmSync(madeParent, { recursive: true, force: true })
    throw error
  }
}

/** @throws ModelFileError where another process has made the folder meanwhile */
function putInPlace(temporary: string, dir: string): void {
  try {
    renameSync(temporary, dir)
  } catch (error) {
    if (!existsSync(dir)) throw error
    throw new ModelFileError({
      where: dir,
      expected: 'a name that is free',
      got: 'a folder that another process has just made',
      remedy: 'choose another',
    })
  }
}

function replaceFolder(temporary: string, dir: string, replaced: RunLock): void {
  replaced.check()
  const old = temporarySibling(dir)
  renameSync(dir, old)
  try {
    putInPlace(temporary, dir)
  } catch (error) {
    if (existsSync(dir)) rmSync(old, { recursive: true, force: true })
    else renameSync(old, dir)
    throw error
  }
  rmSync(old, { recursive: true, force: true })
}

function plainName(name: string): string {
  if (!isPlainName(name)) throw new RangeError(`"${name}" is not a plain file name`)
  return name
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

/** The system's error that a place cannot be read or written as a ModelFileError; any other as it is. */
export function asInputError(error: unknown, where: string): unknown {
  const reason = placeFault(error)
  if (!reason) return error
  return new ModelFileError({
    where,
    expected: 'a place to read and write',
    got: reason,
    remedy: 'choose another',
  })
}

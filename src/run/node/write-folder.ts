import { existsSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ModelFileError } from '../../base/model-file-error.js'
import { syncDirectory, writeNewFile } from '../../base/node/atomic-file.js'
import { temporarySibling } from '../../base/node/temporary.js'
import { VERSION } from '../../base/version.js'
import { MANIFEST } from '../run-manifest.js'
import { digestOf, formatManifest } from './run-manifest.js'

/** @throws ModelFileError where something is at a path */
export function checkFree(out: string): void {
  if (!lstatSync(out, { throwIfNoEntry: false })) return
  throw new ModelFileError({
    where: out,
    expected: 'a name that is free',
    got: existsSync(join(out, MANIFEST)) ? 'a run folder' : 'something else',
    remedy: 'choose another',
  })
}

/**
 * Writes a new folder of files and their manifest, whole or not at all.
 * @returns the bytes of all files
 */
export function writeModelFolder(dir: string, files: Readonly<Record<string, Uint8Array>>): number {
  const digests = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, digestOf(bytes)]))
  const manifest = new TextEncoder().encode(formatManifest(VERSION, digests))
  writeFolder(dir, { ...files, [MANIFEST]: manifest })
  return Object.values(files).reduce((sum, { length }) => sum + length, manifest.length)
}

function writeFolder(dir: string, files: Readonly<Record<string, Uint8Array>>): void {
  mkdirSync(dirname(dir), { recursive: true })
  const temporary = temporarySibling(dir)
  try {
    mkdirSync(temporary)
    for (const [name, content] of Object.entries(files)) writeNewFile(join(temporary, name), content)
    syncDirectory(temporary)
    renameSync(temporary, dir)
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true })
    throw error
  }
  syncDirectory(dirname(dir))
}

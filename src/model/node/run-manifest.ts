import { createHash } from 'node:crypto'
import { duplicateKey } from '../duplicate-key.js'
import { ModelFileError } from '../model-file-error.js'
import { type Content, partsOf } from './atomic-write.js'

/** `manifest.json` of a run folder: what belongs to the run, and the hash of each file. Written last. */
export interface RunManifest {
  readonly format: 'nerite-run'
  /** Of the folder's layout; this program reads its own and older ones. */
  readonly version: number
  /** The version of the program that wrote it. */
  readonly nerite: string
  readonly files: Readonly<Record<string, FileDigest>>
}

export interface FileDigest {
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
}

export const MANIFEST = 'manifest.json'
export const RUN_VERSION = 1

export function digestOf(content: Content): FileDigest {
  const hash = createHash('sha256')
  let bytes = 0
  for (const part of partsOf(content)) {
    hash.update(part)
    bytes += part.length
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** The manifest's text; a hash of itself at its end makes a change of the manifest show too. */
export function formatManifest(nerite: string, files: Readonly<Record<string, FileDigest>>): string {
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)))
  const manifest = { format: 'nerite-run', version: RUN_VERSION, nerite, files: sorted }
  return `${JSON.stringify({ ...manifest, sha256: selfDigest(manifest) }, null, 2)}\n`
}

function selfDigest(manifest: unknown): string {
  return digestOf(JSON.stringify(manifest)).sha256
}

/** @throws ModelFileError for a manifest that is damaged or from a newer version. */
export function parseManifest(text: string, where: string): RunManifest {
  const damaged = (expected: string, got: string) =>
    new ModelFileError({ where, expected, got, remedy: 'copy the run folder again, or train again' })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw damaged('JSON', 'a file that is cut short or changed')
  }
  if (!isRecord(value) || value.format !== 'nerite-run' || typeof value.version !== 'number')
    throw damaged('the manifest of a run', 'something else')
  if (value.version > RUN_VERSION)
    throw new ModelFileError({
      where,
      expected: `format version ${RUN_VERSION} at most`,
      got: `${value.version}, written by nerite ${String(value.nerite)}`,
      remedy: 'update nerite',
    })
  const { sha256, ...manifest } = value
  if (sha256 !== selfDigest(manifest) || duplicateKey(text) !== undefined)
    throw damaged('the manifest as it was written', 'one that has been changed')
  const { files, nerite } = manifest
  const valid =
    typeof nerite === 'string' &&
    isRecord(files) &&
    Object.entries(files).every(([name, digest]) => isPlainName(name) && isDigest(digest))
  if (!valid) throw damaged('names, sizes and hashes of files', 'something else')
  return manifest as unknown as RunManifest
}

/** A file name without a path: what a manifest names never leads out of its folder. */
export function isPlainName(name: string): boolean {
  return /^[\w-][\w.-]*$/.test(name) && name !== MANIFEST
}

function isDigest(value: unknown): value is FileDigest {
  return isRecord(value) && Number.isSafeInteger(value.bytes) && typeof value.sha256 === 'string'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

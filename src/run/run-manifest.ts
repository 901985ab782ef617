import { duplicateKey } from '../base/duplicate-key.js'
import { isRecord } from '../base/json-types.js'
import { ModelFileError } from '../base/model-file-error.js'

/** `manifest.json` of a run: its files with their hashes. Written last. */
export interface RunManifest {
  readonly format: 'nerite-run'
  /** Version of the layout; this program reads its own and older ones. */
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
const RUN_VERSION = 1

/** The model card, Markdown. */
export const CARD = 'README.md'

/** Free to be edited, or written again after training: the model card and reports are not in the manifest. */
export function isUnhashed(name: string): boolean {
  return name === CARD || /^report(-.*)?\.(html|json)$/.test(name)
}

/**
 * A manifest for some files, files in order of their names.
 * @param nerite the version of the program that writes it
 */
export function createManifest(nerite: string, files: Readonly<Record<string, FileDigest>>): RunManifest {
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)))
  return { format: 'nerite-run', version: RUN_VERSION, nerite, files: sorted }
}

/** The text whose hash ends a manifest, so that a change of the manifest itself is detected. */
export function manifestBody(manifest: unknown): string {
  return JSON.stringify(manifest)
}

/** @param sha256 hexadecimal hash of the manifest's body */
export function manifestText(manifest: RunManifest, sha256: string): string {
  return `${JSON.stringify({ ...manifest, sha256 }, null, 2)}\n`
}

/** A manifest as it was read, to `check` with the hash of its `body`. */
export interface FoundManifest {
  readonly body: string
  /** @throws ModelFileError unless the manifest has this hash and is complete */
  check(sha256: string): RunManifest
}

/** @throws ModelFileError for a manifest that is damaged or from a newer version. */
export function readManifest(text: string, where: string): FoundManifest {
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
  const { sha256: stated, ...manifest } = value
  const check = (sha256: string): RunManifest => {
    if (stated !== sha256 || duplicateKey(text) !== undefined)
      throw damaged('the manifest as it was written', 'one that has been changed')
    const { files, nerite } = manifest
    const valid =
      typeof nerite === 'string' &&
      isRecord(files) &&
      Object.entries(files).every(([name, digest]) => isPlainName(name) && isDigest(digest))
    if (!valid) throw damaged('names, sizes and hashes of files', 'something else')
    return manifest as unknown as RunManifest
  }
  return { body: manifestBody(manifest), check }
}

/** How a file differs from the one in the manifest; `undefined` where it does not. */
export function fileDifference(found: FileDigest, written: FileDigest): string | undefined {
  if (found.bytes < written.bytes) return `${found.bytes} bytes: it was cut short`
  if (found.bytes > written.bytes) return `${found.bytes} bytes: something was added`
  return found.sha256 === written.sha256 ? undefined : 'other content of that size: it was changed'
}

/** A file name without a path: what a manifest names never leads out of its folder. */
export function isPlainName(name: string): boolean {
  return /^[\w-][\w.-]*$/.test(name) && name !== MANIFEST
}

function isDigest(value: unknown): value is FileDigest {
  return isRecord(value) && Number.isSafeInteger(value.bytes) && typeof value.sha256 === 'string'
}

import { parseBoundedJson } from '../base/bounded-json.js'
import { isRecord } from '../base/json-types.js'
import { ModelFileError } from '../base/model-file-error.js'

/** `manifest.json` of a run: its files with their sizes and hashes. Written last. */
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
/** Files that a manifest may list: a run has six, and a folder may have others beside them. */
const MOST_FILES = 1000

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
  const result = parseBoundedJson(text, { containers: 2 * MOST_FILES, values: 10 * MOST_FILES })
  if (!result.ok)
    throw damaged(
      result.expected,
      result.expected === 'JSON' ? 'a file that is cut short or changed' : result.got,
    )
  const { value } = result
  if (!isRecord(value) || value.format !== 'nerite-run')
    throw damaged('the manifest of a run', 'something else')
  const { version, nerite } = value
  if (!Number.isSafeInteger(version) || (version as number) < 1)
    throw damaged('a format version that is a whole number from 1', shortly(version))
  if ((version as number) > RUN_VERSION)
    throw new ModelFileError({
      where,
      expected: `format version ${RUN_VERSION} at most`,
      got: `${version}, written by nerite ${typeof nerite === 'string' ? nerite.slice(0, 40) : '?'}`,
      remedy: 'update nerite',
    })
  const { sha256: stated, ...manifest } = value
  const check = (sha256: string): RunManifest => {
    if (stated !== sha256) throw damaged('the manifest as it was written', 'one that has been changed')
    if (typeof nerite !== 'string') throw damaged('the version of nerite as text', shortly(nerite))
    const { files } = manifest
    if (!isRecord(files)) throw damaged('an object of files', shortly(files))
    for (const [name, digest] of Object.entries(files))
      if (!isPlainName(name) || !isDigest(digest))
        throw damaged('a plain name, a size and a SHA-256 for each file', `another entry: ${shortly(name)}`)
    if (Object.keys(files).length > MOST_FILES) throw damaged(`at most ${MOST_FILES} files`, 'more')
    return manifest as unknown as RunManifest
  }
  return { body: manifestBody(manifest), check }
}

/** How a file differs from the one in the manifest; `undefined` where it does not. */
export function fileDifference(found: FileDigest, written: FileDigest): string | undefined {
  return (
    sizeDifference(found.bytes, written.bytes) ??
    (found.sha256 === written.sha256 ? undefined : 'other content of that size: it was changed')
  )
}

/** As `fileDifference`, of the sizes alone. */
export function sizeDifference(found: number, written: number): string | undefined {
  if (found < written) return `${found} bytes: it was cut short`
  return found > written ? `${found} bytes: something was added` : undefined
}

/** A file name without a path: what a manifest names never leads out of its folder. */
export function isPlainName(name: string): boolean {
  return /^[\w-][\w.-]*$/.test(name) && name !== MANIFEST
}

function isDigest(value: unknown): value is FileDigest {
  return (
    isRecord(value) &&
    Number.isSafeInteger(value.bytes) &&
    (value.bytes as number) >= 0 &&
    typeof value.sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(value.sha256)
  )
}

function shortly(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

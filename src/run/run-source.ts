import { ModelFileError } from '../base/model-file-error.js'
import { checkFiles, type RunFiles } from './run-files.js'
import { MANIFEST, type RunManifest, readManifest } from './run-manifest.js'
import { webDigest } from './web-digest.js'

/** Where a run's files come from: fetched, from a cache, picked by the user. */
export interface RunSource {
  /** The bytes of the run's file of that name, such as `model.onnx`; `undefined` if there is none. */
  readonly read: (name: string) => Promise<Uint8Array | undefined>
  /** What the run is called in messages. Default: `run`. */
  readonly name?: string
}

/**
 * A run folder on a web server.
 * @param url the folder's address; a relative one is taken from the page's
 * @example
 * const tagger = await loadTaggerFrom(runAt('/models/news/'))
 */
export function runAt(url: string): RunSource {
  const folder = url.replace(/\/?$/, '/')
  return {
    name: folder,
    read: async name => {
      const response = await fetch(folder + name)
      if (response.ok) return new Uint8Array(await response.arrayBuffer())
      throw new ModelFileError({
        where: folder + name,
        expected: 'a file of a finished run',
        got: `HTTP ${response.status}`,
        remedy: 'serve the whole folder that nerite train wrote',
      })
    },
  }
}

/**
 * Reads some files of a run, and checks each against the hash that it was written with.
 * @throws ModelFileError for a file that is missing, cut short, altered or from a newer version; whatever `read` throws
 */
export async function readRunFrom(source: RunSource, names: readonly string[]): Promise<RunFiles> {
  const where = (name: string) => `${(source.name ?? 'run').replace(/\/$/, '')}/${name}`
  const manifest = await readManifestFrom(source, where(MANIFEST))
  const written = names.filter(name => Object.hasOwn(manifest.files, name))
  const found = await Promise.all(
    written.map(async name => {
      const content = await source.read(name)
      const own = content && ownMemory(content)
      return own ? [[name, { content: own, digest: await webDigest(own) }] as const] : []
    }),
  )
  return checkFiles(manifest, names, new Map(found.flat()), where)
}

async function readManifestFrom(source: RunSource, where: string): Promise<RunManifest> {
  const bytes = await source.read(MANIFEST)
  if (!bytes) throw new ModelFileError({ where, expected: 'a file of a finished run', got: 'no such file' })
  const { body, check } = readManifest(new TextDecoder().decode(ownMemory(bytes)), where)
  return check((await webDigest(new TextEncoder().encode(body))).sha256)
}

/** Cryptography and WebAssembly refuse memory that other threads may change. */
function ownMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)
}

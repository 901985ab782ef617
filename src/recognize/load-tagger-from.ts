import type { Fault } from '../base/errors.js'
import { ModelFileError } from '../base/model-file-error.js'
import type { Runtime } from '../engine/runtime/runtime.js'
import { webRuntime } from '../engine/runtime/web/ort-web.js'
import { damagedFile, fileDifference, MANIFEST, type RunManifest, readManifest } from '../run/run-manifest.js'
import { webDigest } from '../run/web-digest.js'
import { assembleTagger, TAGGER_FILES } from './assemble-tagger.js'
import type { Tagger } from './tagger.js'

/** Where a run's files come from: fetched, from a cache, picked by the user. */
export interface RunSource {
  /** The bytes of the run's file of that name, such as `model.onnx`; `undefined` where there is none. */
  readonly read: (name: string) => Promise<Uint8Array | undefined>
  /** What the run is called in messages. Default: `run`. */
  readonly name?: string
}

export interface LoadFromOptions {
  /** Default: `webRuntime()`. */
  readonly runtime?: Runtime
  readonly threads?: number
}

/**
 * Loads a trained tagger from bytes: what `loadTagger` does with a folder, in a browser. Only the files that tagging
 * needs are read, and each is checked against the hash it was written with.
 *
 * @throws ModelFileError for a file that is cut short, altered or from a newer version; whatever `read` throws
 * @example
 * const tagger = await loadTaggerFrom(runAt('/models/news/'))
 * console.log(await tagger.tag('Ada Lovelace wrote from London.'))
 */
export async function loadTaggerFrom(source: RunSource, options: LoadFromOptions = {}): Promise<Tagger> {
  const where = (name: string) => `${(source.name ?? 'run').replace(/\/$/, '')}/${name}`
  const read = async (name: string) => {
    const bytes = await source.read(name)
    if (bytes) return ownMemory(bytes)
    throw new ModelFileError({
      where: where(name),
      expected: 'a file of a finished run',
      got: 'no such file',
    })
  }
  const manifest = await checkedManifest(await read(MANIFEST), where(MANIFEST))
  const contents = new Map<string, Uint8Array>()
  const faults: (Fault | undefined)[] = await Promise.all(
    TAGGER_FILES.map(async name => {
      const written = manifest.files[name]
      if (!written) return { where: where(name), expected: 'a file of the run', got: 'none in its manifest' }
      const content = await read(name)
      contents.set(name, content)
      const got = fileDifference(await webDigest(content), written)
      return got === undefined ? undefined : damagedFile(where(name), written, got)
    }),
  )
  const found = faults.filter(fault => fault !== undefined)
  if (found.length > 0) throw new ModelFileError(found)
  const { runtime = webRuntime(), threads } = options
  return assembleTagger({ bytes: name => contents.get(name) ?? new Uint8Array(), where }, runtime, {
    threads,
  })
}

/**
 * A run folder that a web server hands out.
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
        remedy: 'serve the folder that nerite train wrote, whole',
      })
    },
  }
}

async function checkedManifest(bytes: Uint8Array, where: string): Promise<RunManifest> {
  const { body, check } = readManifest(new TextDecoder().decode(bytes), where)
  return check((await webDigest(new TextEncoder().encode(body))).sha256)
}

/** Cryptography and WebAssembly refuse memory that other threads may change. */
function ownMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)
}

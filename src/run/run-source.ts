import { ModelFileError } from '../base/model-file-error.js'

/** Where a run's files come from: fetched, from a cache, picked by the user. */
export interface RunSource {
  /**
   * The bytes of the run's file of that name, such as `model.onnx`; `undefined` if there is none.
   * @param most bytes that the file may have: more are refused, so there is no need to read them
   */
  readonly read: (name: string, most: number) => Promise<Uint8Array | undefined>
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
    read: async (name, most) => {
      const response = await fetch(folder + name)
      if (response.ok) return readBody(response, most, folder + name)
      throw new ModelFileError({
        where: folder + name,
        expected: 'a file of a finished run',
        got: `HTTP ${response.status}`,
        remedy: 'serve the whole folder that nerite train wrote',
      })
    },
  }
}

/** Stops a download that is longer than it should be. */
async function readBody(response: Response, most: number, where: string): Promise<Uint8Array> {
  const reader = response.body?.getReader()
  if (!reader) return new Uint8Array(await response.arrayBuffer())
  const chunks: Uint8Array[] = []
  let size = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value)
    size += part.value.length
    if (size > most) {
      await reader.cancel()
      throw new ModelFileError({
        where,
        expected: `a file of at most ${most} bytes`,
        got: 'a longer one',
        remedy: 'copy the run folder again, or train again',
      })
    }
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

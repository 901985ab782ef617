import { InputError } from '../base/errors.js'
import { isRecord } from '../base/json-types.js'
import { ModelFileError } from '../base/model-file-error.js'

/** Where a run's files come from: fetched, from a cache, picked by the user. */
export interface RunSource {
  /**
   * The bytes of the run's file of that name, such as `model.onnx`; `undefined` if there is none.
   * @param most bytes that the file may have: more are refused, so there is no need to read them
   */
  readonly read: (name: string, most: number) => Promise<Uint8Array | undefined>
  /**
   * Whether `model.onnx` is left unread if this version of the program wrote the run and the other files make the graph,
   * as they do unless it holds word vectors that were not trained. Parameters are then fetched once. Default: false.
   */
  readonly skipsGraph?: boolean
  /** What the run is called in messages. Default: `run`. */
  readonly name?: string
}

/** What plain JavaScript passes as one. @throws InputError `predict/argument` */
export function checkSource(source: unknown): void {
  if (!isRecord(source) || typeof source.read !== 'function')
    throw refuse('source', 'an object with a function `read`, such as runAt(url) returns', source)
  const { name } = source
  if (name !== undefined && typeof name !== 'string') throw refuse('source.name', 'a text', name)
}

function refuse(where: string, expected: string, value: unknown): InputError {
  const got = value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value
  return new InputError('predict/argument', { where, expected, got })
}

/**
 * A run folder on a web server. Each of its files is fetched once, and `model.onnx` only if it holds what no other file
 * does: parameters are not fetched twice.
 * @param url the folder's address; in a page, a relative one is taken from the page's. A query is kept for each file. A
 *   name and password (`https://name:password@host/`) are sent as HTTP's basic authentication, and shown nowhere
 * @param options `signal` stops the downloads, which then throw its reason
 * @throws InputError `predict/argument` for anything but text; ModelFileError for what is no address, and from
 *   `read`: for a server that cannot be reached, a file that it does not have, and a page in place of a file
 * @example
 * const tagger = await loadTagger(runAt('/models/news/'))
 */
export function runAt(url: string, { signal }: { readonly signal?: AbortSignal } = {}): RunSource {
  if (typeof url !== 'string') throw refuse('url', 'the address of a folder as text', url)
  const { address, headers } = withoutPassword(url)
  const [, path, query] = /^([^?#]*)(\?[^#]*)?/.exec(address) ?? []
  const folder = path.replace(/\/?$/, '/')
  return {
    name: folder,
    skipsGraph: true,
    read: (name, most) => download(`${folder}${name}${query ?? ''}`, most, { headers, signal }),
  }
}

/**
 * A single file of a web server.
 * @param expected what it should be, for messages
 * @throws ModelFileError as `runAt`
 */
export function fetchFile(
  url: string,
  most: number,
  expected: string,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { address, headers } = withoutPassword(url)
  return download(address, most, { headers, signal }, expected)
}

/** The address as it may be shown. `fetch` takes none with a password in it. */
function withoutPassword(url: string): { address: string; headers?: Readonly<Record<string, string>> } {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) return { address: url }
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    throw new ModelFileError({
      where: url.replace(/\/\/.*@/, '//'),
      expected: 'the address of a folder, such as https://example.org/models/news/',
      got: 'one that names no server',
    })
  }
  const { username, password } = parsed
  if (username === '' && password === '') return { address: url }
  const bytes = new TextEncoder().encode(`${decoded(username)}:${decoded(password)}`)
  parsed.username = ''
  parsed.password = ''
  return { address: parsed.href, headers: { authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` } }
}

/** What is no escape stands for itself. */
function decoded(part: string): string {
  return part.replace(/(?:%[0-9a-f]{2})+/gi, escapes => {
    try {
      return decodeURIComponent(escapes)
    } catch {
      return escapes
    }
  })
}

async function download(
  where: string,
  most: number,
  request: { readonly headers?: Readonly<Record<string, string>>; readonly signal?: AbortSignal },
  expected = 'a file of a finished run',
): Promise<Uint8Array> {
  const fault = (got: string, remedy: string) => new ModelFileError({ where, expected, got, remedy })
  let response: Response
  try {
    response = await fetch(where, request)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw fault(`no answer (${reasonOf(error)})`, 'check the address, and that it can be reached from here')
  }
  if (!response.ok)
    throw fault(
      `HTTP ${response.status}`,
      'check the address, and serve the whole folder that nerite train wrote',
    )
  if (/^(text\/html|application\/xhtml)/i.test(response.headers.get('content-type') ?? ''))
    throw fault('an HTML page', 'give the address of the folder itself: its files are fetched from there')
  try {
    return await readBody(response, most, where)
  } catch (error) {
    // What fetch throws where a connection breaks.
    if (!(error instanceof TypeError)) throw error
    throw fault(`part of it (${reasonOf(error)})`, 'try again')
  }
}

/** Node.js keeps the reason in `cause`; browsers tell none. */
function reasonOf({ message, cause }: TypeError): string {
  const { code } = (cause ?? {}) as { readonly code?: unknown }
  return typeof code === 'string' ? code : message
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

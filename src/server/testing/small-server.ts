import { builtInRecognizer } from '../../recognize/built-in-recognizer.js'
import type { Recognizer } from '../../recognize/recognizer.js'
import { randomTagger } from '../../recognize/testing/random-tagger.js'
import { createServer, type Server } from '../create-server.js'
import type { ServerOptions } from '../server-options.js'

export const ORIGIN = 'http://127.0.0.1:8080'
export const TOKEN = 'a-token-of-tests-0123456789'

export interface SmallServer extends Server {
  /** A tagger with random parameters, and rules. */
  readonly models: { readonly tagger: Recognizer; readonly numbers: Recognizer }
  /** Sends a request to a path; an object is sent as JSON. */
  readonly ask: (path: string, body?: unknown, init?: RequestInit) => Promise<Response>
}

/** A server in this thread with small models. */
export async function smallServer(options: Partial<ServerOptions> = {}): Promise<SmallServer> {
  const models = { tagger: await randomTagger(), numbers: await builtInRecognizer('numbers') }
  const server = createServer({ models, ...options })
  return {
    ...server,
    models,
    ask: (path, body, init = {}) => {
      const json = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
      const headers = {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(init.headers as Record<string, string>),
      }
      return server.fetch(new Request(`${ORIGIN}${path}`, { ...json, ...init, headers }))
    },
  }
}

/** All that pages ask of the server, over HTTP. */
import { signal } from '@preact/signals'

/** What the server refused, in its own words. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail)
  }
}

const TOKEN = 'nerite-token'

/** The server's token; empty where none was given. It is kept for this tab. */
export const token = signal(takeToken())
/** What the server asked for a token for that this page does not have. To try a model may need none. */
export const needsToken = signal<'nothing' | 'studio' | 'everything'>('nothing')

/** `nerite serve` prints an address with the token after `#token=`, which never leaves the browser. */
function takeToken(): string {
  const given = /^#token=([\w-]+)/.exec(location.hash)?.[1]
  if (given === undefined) return sessionStorage.getItem(TOKEN) ?? ''
  sessionStorage.setItem(TOKEN, given)
  history.replaceState(null, '', location.pathname)
  return given
}

export function giveToken(given: string): void {
  token.value = given
  sessionStorage.setItem(TOKEN, given)
  needsToken.value = 'nothing'
}

/** @throws Refusal */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  if (token.value !== '') headers.set('authorization', `Bearer ${token.value}`)
  let response: Response
  try {
    response = await fetch(path, { ...init, headers })
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error
    throw new Refusal(0, 'offline', 'The server does not answer. Is it still running?')
  }
  if (response.ok) return response
  const problem = (await response.json().catch(() => ({}))) as { code?: string; detail?: string }
  if (problem.code === 'request/token')
    needsToken.value = path.startsWith(STUDIO) && needsToken.value !== 'everything' ? 'studio' : 'everything'
  throw new Refusal(
    response.status,
    problem.code ?? '',
    problem.detail ?? `The server said ${response.status}.`,
  )
}

/** @throws Refusal */
export async function get<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return (await (await send(path, { signal })).json()) as Answer
}

/** Sends JSON. @throws Refusal */
export async function post<Answer>(
  path: string,
  body: unknown,
  method: 'POST' | 'PUT' | 'DELETE' = 'POST',
  signal?: AbortSignal,
): Promise<Answer> {
  const response = await send(path, {
    method,
    signal,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return (response.status === 204 ? undefined : await response.json()) as Answer
}

export interface ServerEvent {
  readonly kind: string
  readonly [field: string]: unknown
}

/** Server-sent events, until the stream ends. A reader of its own, since `EventSource` cannot send a token. */
export async function* events(path: string, signal: AbortSignal): AsyncGenerator<ServerEvent> {
  const response = await send(path, { signal, headers: { accept: 'text/event-stream' } })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  if (!reader) return
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    rest += value
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const data = rest
        .slice(0, end)
        .split('\n')
        .flatMap(line => (line.startsWith('data:') ? [line.slice(5).trimStart()] : []))
        .join('\n')
      rest = rest.slice(end + 2)
      if (data !== '') yield JSON.parse(data) as ServerEvent
    }
  }
}

export const STUDIO = '/studio-api'

/** Kinds of answers that go on after they have begun. */
const STREAMS = ['text/event-stream', 'application/x-ndjson']

/** An answer of Node.js: it closes once it was taken, or nobody is there. */
interface Outgoing {
  readonly destroyed?: boolean
  readonly once?: (event: 'close', listener: () => void) => void
}

/**
 * Calls `end` when a response was taken. Where the runtime does not say when that is: at once, or at the end of a stream.
 * @param outgoing the answer as Hono's adapter for Node.js passes it beside a request
 */
export function whenAnswered(response: Response, end: () => void, outgoing?: unknown): Response {
  const { destroyed, once } = (outgoing ?? {}) as Outgoing
  if (typeof once === 'function') {
    if (destroyed) end()
    else once.call(outgoing, 'close', end)
    return response
  }
  const type = response.headers.get('content-type')?.split(';')[0] ?? ''
  if (!response.body || !STREAMS.includes(type)) {
    end()
    return response
  }
  const reader = response.body.getReader()
  const body = new ReadableStream({
    async pull(out) {
      try {
        const { done, value } = await reader.read()
        if (!done) return out.enqueue(value)
        end()
        out.close()
      } catch (error) {
        end()
        out.error(error)
      }
    },
    cancel(reason) {
      end()
      return reader.cancel(reason)
    },
  })
  return new Response(body, response)
}

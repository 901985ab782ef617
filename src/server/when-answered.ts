/** Kinds of answers that go on after they have begun. */
const STREAMS = ['text/event-stream', 'application/x-ndjson']

/** Calls `end` when a response was sent: at once, or at the end of a stream. */
export function whenAnswered(response: Response, end: () => void): Response {
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

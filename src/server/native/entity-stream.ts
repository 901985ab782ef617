import type { Entity } from '../../recognize/annotated-text.js'
import { type PipeOptions, pipeRecords } from '../../workflows/pipe/pipe-records.js'
import type { Backlog } from '../limits/backlog.js'
import { clientGone } from '../limits/deadline.js'
import type { BodyLimits } from '../limits/read-body.js'
import type { Lease } from '../models/models.js'
import { Problem } from '../problem.js'
import type { Limits } from '../server-options.js'

export interface StreamOptions extends Pick<PipeOptions, 'offsets'> {
  readonly minScore: number
  readonly coarse: boolean
}

export interface StreamParts {
  readonly backlog: Backlog
  readonly limits: Limits
  readonly body: BodyLimits
  readonly onTagged: (model: string, texts: number, entities: number) => void
}

const LINE_FEED = 10
/** Records of one stream that are read before their answers are taken. */
const AHEAD = { items: 256, cost: 1_000_000 }

/**
 * Answers JSON lines with JSON lines, as `nerite pipe` does, in their order. Lines are read only as fast as answers are
 * taken; one whose text finds no room in the backlog waits. A client that neither sends nor takes anything for too long is
 * cut off.
 *
 * @param lease ended with the stream
 */
export function entityStream(
  request: Request,
  options: StreamOptions,
  lease: Lease,
  { backlog, limits, body, onTagged }: StreamParts,
): ReadableStream<Uint8Array> {
  const { minScore, coarse, offsets } = options
  const { recognizer } = lease
  const controller = new AbortController()
  const { signal } = controller
  const gone = () => controller.abort(clientGone())
  request.signal.addEventListener('abort', gone)
  const tag = async (text: string): Promise<readonly Entity[]> => {
    const done = await backlog.wait(text.length, signal)
    try {
      const found = await recognizer.tag(text, { minScore, coarse, signal })
      done(true)
      onTagged(lease.name, 1, found.length)
      return found
    } finally {
      done(false)
    }
  }
  const form = {
    offsets,
    limits: { bytes: limits.bodyBytes, characters: limits.textCharacters },
    ahead: AHEAD,
  }
  const parts = bodyParts(request, body, signal)
  const lines = pipeRecords(parts, tag, form, { records: 0, errors: 0 })
  const encoder = new TextEncoder()
  let stalled: ReturnType<typeof setTimeout> | undefined
  const end = () => {
    clearTimeout(stalled)
    request.signal.removeEventListener('abort', gone)
    controller.abort(clientGone())
    lease.end()
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(out) {
        clearTimeout(stalled)
        try {
          const { done, value } = await lines.next()
          if (done) {
            end()
            out.close()
            return
          }
          out.enqueue(encoder.encode(value))
        } catch (error) {
          end()
          out.error(error)
          return
        }
        stalled = setTimeout(() => {
          end()
          out.error(new Problem(408, 'limit/time', 'the answers were not taken'))
          void lines.return(undefined).catch(() => {})
        }, limits.time)
      },
      async cancel() {
        end()
        await lines.return(undefined)
      },
    },
    { highWaterMark: 1 },
  )
}

/**
 * The parts of a body as they come. What has come of a line that has not ended counts as a body that is being read.
 * @throws Problem 408 for one that does not come in time; 503 if there is no room for it
 */
async function* bodyParts(
  request: Request,
  { time, all }: BodyLimits,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (!request.body) return
  const reader = request.body.getReader()
  const line = all.begin()
  try {
    for (;;) {
      const { done, value } = await inTime(reader.read(), time, signal)
      if (done) return
      const end = value.lastIndexOf(LINE_FEED)
      if (end >= 0) line.end()
      line.take(value.length - 1 - end)
      yield value
    }
  } finally {
    line.end()
    void reader.cancel().catch(() => {})
  }
}

function inTime<T>(coming: Promise<T>, time: number, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => settle(() => reject(signal.reason))
    const timer = setTimeout(
      () => settle(() => reject(new Problem(408, 'limit/time', `nothing came for ${time} ms`))),
      time,
    )
    const settle = (how: () => void) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      how()
    }
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop)
    coming.then(
      value => settle(() => resolve(value)),
      error => settle(() => reject(error)),
    )
  })
}

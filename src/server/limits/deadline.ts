import { Problem } from '../problem.js'

/** A signal that ends work: because of its client, or because it takes too long. */
export interface Deadline {
  readonly signal: AbortSignal
  /** Call it when the work is done. */
  readonly clear: () => void
}

/**
 * @param time milliseconds; the signal's reason is then a Problem 503
 * @param client aborted when the client has gone
 */
export function deadline(time: number, client: AbortSignal): Deadline {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(tooSlow(time)), time)
  const gone = () => controller.abort(clientGone())
  if (client.aborted) gone()
  else client.addEventListener('abort', gone)
  const clear = () => {
    clearTimeout(timer)
    client.removeEventListener('abort', gone)
  }
  return { signal: controller.signal, clear }
}

function tooSlow(time: number): Problem {
  return new Problem(503, 'limit/time', `the request could not be answered within ${time} ms`, {
    headers: { 'retry-after': '1' },
  })
}

/** Nobody reads it. */
export function clientGone(): Problem {
  return new Problem(400, 'request/gone', 'the client has gone')
}

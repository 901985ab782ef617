import { Problem } from '../problem.js'

/** How much of a body is read, and how long it may take. */
export interface BodyLimits {
  /** Bytes. */
  readonly bytes: number
  /** Milliseconds until all of it is there. */
  readonly time: number
}

/**
 * Reads the body of a request.
 * @throws Problem 413 for more bytes, as soon as that is known; 408 for one that takes too long; 400 for one that breaks off
 */
export async function readBody(request: Request, { bytes: most, time }: BodyLimits): Promise<Uint8Array> {
  checkDeclaredLength(request, most)
  if (!request.body) return new Uint8Array(0)
  const reader = request.body.getReader()
  const parts: Uint8Array[] = []
  let length = 0
  const late = deadline(time)
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read().catch(brokenOff), late.passed])
      if (done) return joined(parts, length)
      length += value.length
      if (length > most) throw tooLarge(most)
      parts.push(value)
    }
  } catch (error) {
    void reader.cancel().catch(() => {})
    throw error
  } finally {
    late.clear()
  }
}

/** @throws Problem 413 where the header already says that the body is too large */
export function checkDeclaredLength(request: Request, most: number): void {
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLarge(most)
}

function tooLarge(most: number): Problem {
  return new Problem(413, 'limit/body', `the body may have at most ${most} bytes`, {
    headers: { connection: 'close' },
  })
}

function brokenOff(): never {
  throw new Problem(400, 'request/body', 'the body broke off')
}

function deadline(time: number) {
  let timer: ReturnType<typeof setTimeout> | undefined
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new Problem(408, 'limit/time', `the body must be there within ${time} ms`, {
          headers: { connection: 'close' },
        }),
      )
    }, time)
  })
  passed.catch(() => {})
  return { passed, clear: () => clearTimeout(timer) }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0]
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

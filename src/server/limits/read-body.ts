import { Problem } from '../problem.js'
import type { Bodies, BodyShare } from './bodies.js'
import { GrowingBytes } from './growing-bytes.js'

/** How much of a body is read, and how long it may take. */
export interface BodyLimits {
  /** Bytes. */
  readonly bytes: number
  /** Milliseconds until all of it is there. */
  readonly time: number
  /** What all bodies may have together. */
  readonly all: Bodies
}

/** Bytes of a body that is read in one go, which is much faster than part by part. */
const SMALL = 64 * 1024

/**
 * Reads the body of a request.
 * @throws Problem 413 for more bytes, as soon as that is known; 408 for one that takes too long; 400 for one that breaks off;
 *   503 if all bodies together are too large
 */
export async function readBody(
  request: Request,
  { bytes: most, time, all }: BodyLimits,
): Promise<Uint8Array> {
  checkDeclaredLength(request, most)
  const declared = declaredLength(request)
  const share = all.begin()
  const late = deadline(time)
  try {
    share.check(declared)
    return await (declared > 0 && declared <= SMALL
      ? readAtOnce(request, Math.min(most, SMALL), share, late.passed)
      : readParts(request, most, share, late.passed))
  } finally {
    share.end()
    late.clear()
  }
}

/** A body whose length the protocol keeps to what was declared. */
async function readAtOnce(
  request: Request,
  most: number,
  share: BodyShare,
  late: Promise<never>,
): Promise<Uint8Array> {
  share.take(declaredLength(request))
  const bytes = new Uint8Array(await Promise.race([request.arrayBuffer().catch(brokenOff), late]))
  if (bytes.length > most) throw tooLarge(most)
  return bytes
}

async function readParts(
  request: Request,
  most: number,
  share: BodyShare,
  late: Promise<never>,
): Promise<Uint8Array> {
  if (!request.body) return new Uint8Array(0)
  const reader = request.body.getReader()
  const bytes = new GrowingBytes(declaredLength(request) || most)
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read().catch(brokenOff), late])
      if (done) return bytes.take()
      if (bytes.length + value.length > most) throw tooLarge(most)
      share.take(value.length)
      bytes.add(value)
    }
  } catch (error) {
    void reader.cancel().catch(() => {})
    throw error
  }
}

function declaredLength(request: Request): number {
  return Number(request.headers.get('content-length') ?? 0)
}

/** @throws Problem 413 where the header already says that the body is too large */
export function checkDeclaredLength(request: Request, most: number): void {
  if (declaredLength(request) > most) throw tooLarge(most)
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

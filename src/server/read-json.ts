import * as v from 'valibot'
import { parseBoundedJson } from '../base/bounded-json.js'
import { formFaults } from './form-faults.js'
import { type BodyLimits, readBody } from './limits/read-body.js'
import { Problem } from './problem.js'

/**
 * Reads a JSON body and checks it.
 * @throws Problem 413, 408; 415 for another kind of body; 400 for bytes that are not UTF-8, or text that is not JSON or too
 *   deep; 422 for JSON of another form
 */
export async function readJson<T>(
  request: Request,
  schema: v.GenericSchema<unknown, T>,
  limits: BodyLimits,
): Promise<T> {
  checkMediaType(request, ['application/json'])
  return checkForm(schema, parseJson(decodeUtf8(await readBody(request, limits))))
}

/** What kind of body a request has, in small letters and without parameters. */
export function mediaType(request: Request): string {
  return (request.headers.get('content-type') ?? '').split(';')[0].trim().toLowerCase()
}

/** @throws Problem 415 */
export function checkMediaType(request: Request, types: readonly string[]): void {
  const encoding = request.headers.get('content-encoding') ?? 'identity'
  if (!types.includes(mediaType(request)))
    throw new Problem(415, 'request/media-type', `send the header Content-Type: ${types.join(' or ')}`)
  if (encoding.toLowerCase() !== 'identity')
    throw new Problem(415, 'request/encoding', 'send the body as it is, without Content-Encoding')
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Problem(400, 'request/utf-8', 'the body is not UTF-8')
  }
}

function parseJson(text: string): unknown {
  const result = parseBoundedJson(text)
  if (result.ok) return result.value
  // What the parser says of a text that is not JSON quotes it.
  const got = result.expected === 'JSON' ? 'other text' : result.got
  throw new Problem(400, 'request/json', `the body: expected ${result.expected}, got ${got}`)
}

/** A value of the form that a schema asks for. @throws Problem 422 with the faults */
export function checkForm<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T {
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  const faults = formFaults(schema, result.issues)
  const [first] = faults
  throw new Problem(422, 'request/form', `${first.where}: expected ${first.expected}, got ${first.got}`, {
    faults,
  })
}

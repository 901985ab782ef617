import { timingSafeEqual } from 'hono/utils/buffer'
import { Problem } from '../problem.js'
import type { AccessOptions } from '../server-options.js'

/** What a request asks for: `open` is for all, `write` changes something. */
export type Access = 'open' | 'read' | 'write'

/**
 * Refuses a request that needs a token and has another or none. The token is that of `Authorization: Bearer …`, or the
 * password of `Authorization: Basic …`, which is all that some clients can send.
 *
 * @throws Problem 401; 403 for what writes if the server has no token
 */
export async function checkToken(
  request: Request,
  access: Access,
  { token, tokenFor = 'writes' }: AccessOptions,
): Promise<void> {
  if (access === 'open' || (access === 'read' && (tokenFor === 'writes' || token === undefined))) return
  if (token === undefined)
    throw new Problem(403, 'request/token', 'what changes something needs a token, and this server has none')
  const given = tokenOf(request.headers.get('authorization') ?? '')
  if (given !== undefined && (await timingSafeEqual(given, token))) return
  throw new Problem(
    401,
    'request/token',
    'send the token of the server in the header Authorization: Bearer TOKEN',
    { headers: { 'www-authenticate': 'Bearer realm="nerite"' } },
  )
}

function tokenOf(authorization: string): string | undefined {
  const [, scheme, value] = /^(bearer|basic) +(\S+)$/i.exec(authorization) ?? []
  if (scheme?.toLowerCase() !== 'basic') return value
  try {
    return atob(value).replace(/^[^:]*:/, '')
  } catch {
    return undefined
  }
}

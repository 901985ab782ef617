import { type Fault, type InputError, isInputError } from '../base/errors.js'
import { formatMessage, formatPlace } from '../base/fault.js'

/** One thing that is wrong with a request. */
export interface ProblemFault {
  readonly where: string
  readonly expected: string
  readonly got: string
  readonly remedy?: string
}

/** What the body of a refusal says: RFC 9457, with a stable `code` and the faults as members of our own. */
export interface ProblemDetails {
  /** `urn:nerite:` and the code. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  /** Which kind of refusal this is: `limit/body`. Stable. */
  readonly code: string
  readonly faults?: readonly ProblemFault[]
}

/** What a request was refused with. Throw one anywhere below a handler made by `createApp`. */
export class Problem extends Error {
  override readonly name = 'Problem'

  constructor(
    readonly status: number,
    /** Stable: `limit/body`. */
    readonly code: string,
    detail: string,
    readonly more: {
      readonly faults?: readonly ProblemFault[]
      readonly headers?: Readonly<Record<string, string>>
    } = {},
  ) {
    super(detail)
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'A token is required',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  408: 'The request took too long to arrive',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  421: 'Wrong host',
  422: 'The request cannot be answered as it is',
  429: 'Too many requests at a time',
  431: 'Headers too large',
  500: 'The server failed',
  502: 'Another server failed',
  503: 'Not available now',
}

export const PROBLEM_TYPE = 'application/problem+json'

/** The body of a refusal. */
export function problemDetails({ status, code, message, more }: Problem): ProblemDetails {
  return {
    type: `urn:nerite:${code.replaceAll('/', ':')}`,
    title: TITLES[status] ?? 'Refused',
    status,
    detail: message,
    code,
    ...(more.faults && { faults: more.faults }),
  }
}

/** A refusal as a response. */
export function problemResponse(problem: Problem): Response {
  return new Response(`${JSON.stringify(problemDetails(problem))}\n`, {
    status: problem.status,
    headers: { ...problem.more.headers, 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store' },
  })
}

/**
 * Any error as a refusal. One of ours says only that the server failed: what it says may quote a text.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (isInputError(error)) return new Problem(422, error.code, error.message, { faults: faultsOf(error) })
  return new Problem(500, 'server/failed', 'the server could not answer this request')
}

function faultsOf(error: InputError): ProblemFault[] {
  return error.faults.map(({ where, expected, got, remedy }: Fault) => ({
    where: formatPlace(where),
    expected: formatMessage(expected),
    got: formatMessage(got),
    ...(remedy !== undefined && { remedy: formatMessage(remedy) }),
  }))
}

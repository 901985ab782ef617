import type { Fault } from '../base/errors.js'
import { formatMessage } from '../base/fault.js'

/** What is wrong with a record; `where` is added by the reader. */
export type Problem = Omit<Fault, 'where'>

/** Thrown by the parsers below and turned into a fault with file and line by the reader. */
export class RecordProblem extends Error {
  constructor(readonly problem: Problem) {
    super(formatMessage(problem.expected))
  }
}

export function refuse(expected: string, got: unknown, remedy?: string): never {
  const shown = typeof got === 'string' ? got : (JSON.stringify(got) ?? String(got))
  throw new RecordProblem({
    expected,
    got: shown.length > 60 ? `${shown.slice(0, 60)}…` : shown,
    ...(remedy !== undefined && { remedy }),
  })
}

import * as v from 'valibot'
import { ModelFileError } from '../base/model-file-error.js'

/**
 * A value read from a file of a run, once it has the form that training wrote.
 * @param where the file
 * @throws ModelFileError with the first field that differs
 */
export function checked<T>(schema: v.GenericSchema<unknown, T>, value: unknown, where: string): T {
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  const [issue] = result.issues
  const field = v.getDotPath(issue)
  throw new ModelFileError({
    where: { file: where, ...(field !== null && { field }) },
    expected: issue.expected ?? 'what training wrote',
    got: issue.received,
    remedy: 'copy the run folder again, or train again',
  })
}

/** @throws ModelFileError for text that is not JSON */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new ModelFileError({ where, expected: 'JSON', got: error.message })
  }
}

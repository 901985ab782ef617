import * as v from 'valibot'
import { type JsonLimits, parseBoundedJson } from '../base/bounded-json.js'
import { ModelFileError } from '../base/model-file-error.js'

const REMEDY = 'copy the run folder again, or train again'
/** Characters of a value that a message shows. */
const SHOWN = 60

/** A finite number: JSON writes 1e999 for an infinite one. */
export const finite = v.pipe(v.number(), v.finite())
/** A whole number that is not negative. */
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/**
 * A value read from a file of a run, once it has the form that training wrote.
 * @param where the file
 * @throws ModelFileError with the first field that differs
 */
export function checked<T>(schema: v.GenericSchema<unknown, T>, value: unknown, where: string): T {
  const result = v.safeParse(schema, value, { abortEarly: true })
  if (result.success) return result.output
  const [issue] = result.issues
  const field = v.getDotPath(issue)
  throw new ModelFileError({
    where: { file: where, ...(field !== null && { field: clip(field) }) },
    expected: issue.expected ?? issue.message,
    got: clip(issue.received),
    remedy: REMEDY,
  })
}

/** @throws ModelFileError for bytes that are not UTF-8 without a byte order mark */
export function parseText(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new ModelFileError({ where, expected: 'text in UTF-8', got: 'other bytes', remedy: REMEDY })
  }
}

/** @throws ModelFileError for text that is not JSON, or is too deep, too large or says something twice */
export function parseJson(text: string, where: string, limits?: Partial<JsonLimits>): unknown {
  const result = parseBoundedJson(text, limits)
  if (result.ok) return result.value
  const { expected, got } = result
  throw new ModelFileError({ where, expected, got: clip(got), remedy: REMEDY })
}

function clip(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text
}

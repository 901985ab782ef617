import type { Context } from 'hono'
import * as v from 'valibot'
import { LABEL_STATES } from '../../../label/label.js'
import { QUEUE_ORDERS, type QueueMix } from '../../../label/queue.js'
import { formFaults } from '../../form-faults.js'
import { Problem } from '../../problem.js'

/** The name of an annotator, a project or a source. */
const shortText = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1),
  v.maxLength(200),
  v.regex(/^[^\p{Cc}\p{Surrogate}]*$/u),
)
const annotator = v.pipe(shortText, v.maxLength(64))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const entity = v.object({ start: count, end: count, type: v.string() })

export const labelRequest = v.strictObject({
  annotator,
  state: v.picklist(LABEL_STATES),
  entities: v.pipe(v.array(entity), v.maxLength(100_000)),
  readTo: v.optional(count),
  revision: count,
})

export const createRequest = v.strictObject({
  name: shortText,
  annotator,
  /** Separated by commas or white space. */
  types: v.optional(v.pipe(v.string(), v.maxLength(10_000)), ''),
  /** The name of the uploaded file. */
  file: v.pipe(shortText, v.maxLength(200)),
  format: v.optional(v.pipe(v.string(), v.maxLength(40)), 'auto'),
  unit: v.optional(v.picklist(['sentence', 'paragraph', 'text']), 'sentence'),
  /** What the labels of the file become. */
  labels: v.optional(v.picklist(['labels', 'suggestions']), 'labels'),
})

export const typesRequest = v.strictObject({
  types: v.pipe(v.array(v.pipe(v.string(), v.maxLength(200))), v.maxLength(100)),
})

/** A model by name, a list of names of one type, or rules. */
export const suggestRequest = v.union([
  v.strictObject({ model: shortText }),
  v.strictObject({
    type: shortText,
    names: v.pipe(v.array(v.pipe(v.string(), v.maxLength(1000))), v.minLength(1), v.maxLength(200_000)),
    ignoreCase: v.optional(v.boolean(), false),
  }),
  v.strictObject({ rules: v.pipe(v.string(), v.maxLength(5_000_000)) }),
])

export const trainRequest = v.strictObject({
  preset: v.optional(v.pipe(v.string(), v.maxLength(60)), 'crf'),
  from: v.optional(shortText),
  epochs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))),
})

export const sameRequest = v.strictObject({
  text: v.pipe(v.string(), v.minLength(1), v.maxLength(1000)),
  type: shortText,
  annotator,
})

export const compareRequest = v.strictObject({
  models: v.pipe(v.array(shortText), v.minLength(2), v.maxLength(20)),
})

export const foldsRequest = v.strictObject({
  folds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(20)), 3),
})

export const annotatorName = annotator

/** The JSON of a request, checked. @throws Problem 400, 422 */
export async function bodyOf<Schema extends v.GenericSchema>(
  c: Context,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  let value: unknown
  try {
    value = await c.req.json()
  } catch {
    throw new Problem(400, 'request/json', 'the body is not valid JSON')
  }
  return check(schema, value, 'body')
}

/** A value that came with a request, checked. @throws Problem 422 with a fault for each part that is wrong */
export function check<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  where: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value, { abortPipeEarly: true })
  if (result.success) return result.output
  const faults = formFaults(schema, result.issues, where)
  const [{ where: first, expected, got }] = faults
  throw new Problem(422, 'request/form', `${first}: expected ${expected}, got ${got}`, { faults })
}

/** A whole number in a path or query. @throws Problem 404 */
export function numberIn(text: string | undefined, or?: number): number {
  if (text === undefined && or !== undefined) return or
  if (text !== undefined && /^\d{1,9}$/.test(text)) return Number(text)
  throw new Problem(404, 'request/path', 'there is nothing at this path')
}

/** `uncertainty:3,random:1` @throws Problem 422 */
export function mixIn(text: string | undefined): QueueMix {
  const mix: Partial<Record<(typeof QUEUE_ORDERS)[number], number>> = {}
  for (const part of (text ?? '').split(',').filter(each => each !== '')) {
    const [name, share = '1'] = part.split(':')
    const order = QUEUE_ORDERS.find(each => each === name)
    if (order === undefined || !/^\d{1,3}$/.test(share))
      throw new Problem(
        422,
        'request/form',
        `mix: expected parts such as uncertainty:3, of ${QUEUE_ORDERS.join(', ')}`,
      )
    mix[order] = Number(share)
  }
  return mix
}

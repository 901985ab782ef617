/** Presidio's deanonymizer over HTTP: what `encrypt` made becomes text again. Offsets count code points. */
import * as v from 'valibot'
import { recordOf } from '../../base/record-schema.js'
import type { Endpoint } from '../endpoint.js'
import { checkLength } from '../native/entities.js'
import type { NativeParts } from '../native/native-endpoints.js'
import { Problem } from '../problem.js'
import { readJson } from '../read-json.js'
import { DEFAULT_LIMITS } from '../server-options.js'
import { decrypt } from './decrypt.js'
import { configOf, type OperatorConfig, operatorForm } from './operators.js'
import { checkPlaces, MOST_TIMES, replaceAll } from './replace-all.js'

const whole = v.pipe(v.number(), v.integer(), v.minValue(0))

const requestForm = v.object({
  text: v.pipe(v.string(), v.nonEmpty('a text that is not empty')),
  deanonymizers: v.pipe(
    recordOf(operatorForm('decrypt, deanonymize_keep')),
    v.description('By entity type; `DEFAULT` is for all others.'),
  ),
  anonymizer_results: v.pipe(
    v.array(v.object({ start: whole, end: whole, entity_type: v.pipe(v.string(), v.nonEmpty()) })),
    v.maxLength(100_000),
  ),
})

const item = v.object({
  start: v.number(),
  end: v.number(),
  entity_type: v.string(),
  text: v.string(),
  operator: v.string(),
  score: v.null(),
})
const answerForm = v.object({ text: v.string(), items: v.array(item) })

type Result = v.InferOutput<typeof requestForm>['anonymizer_results'][number]

const OPERATORS: Readonly<
  Record<string, (text: string, config: OperatorConfig) => string | Promise<string>>
> = { decrypt, deanonymize_keep: text => text }

/** `POST /deanonymize` and `GET /deanonymizers`. */
export function deanonymizeEndpoints({ limits, body }: Pick<NativeParts, 'limits' | 'body'>): Endpoint[] {
  return [
    {
      method: 'POST',
      path: '/deanonymize',
      access: 'read',
      id: 'presidioDeanonymize',
      summary: "Presidio's deanonymizer: decrypts what was encrypted; offsets count code points",
      body: [{ type: 'application/json', schema: requestForm }],
      answer: {
        description: 'The text, and what is where in it, from the end to the start.',
        forms: [{ type: 'application/json', schema: answerForm }],
      },
      refusals: [408, 413, 415, 422],
      handle: async ({ request }) => {
        const asked = await readJson(request, requestForm, body)
        checkLength([asked.text], limits)
        const most = MOST_TIMES * limits.textCharacters
        return Response.json(
          await deanonymize(asked.text, asked.anonymizer_results, asked.deanonymizers, most),
        )
      },
    },
    {
      method: 'GET',
      path: '/deanonymizers',
      access: 'read',
      id: 'presidioDeanonymizers',
      summary: "Operators of Presidio's deanonymizer",
      answer: {
        description: 'Their names.',
        forms: [{ type: 'application/json', schema: v.array(v.string()) }],
      },
      handle: () => Response.json(Object.keys(OPERATORS)),
    },
  ]
}

/**
 * Decrypts entities of a text.
 * @param most code points that are taken out, and characters that take their place
 * @throws Problem 422 for places that are not in the text, a type without an operator, or what cannot be decrypted with the
 *   key; 413 for more than `most`
 */
export async function deanonymize(
  text: string,
  results: readonly Result[],
  deanonymizers: Readonly<Record<string, OperatorConfig>>,
  most = MOST_TIMES * DEFAULT_LIMITS.textCharacters,
): Promise<v.InferOutput<typeof answerForm>> {
  const points = [...text]
  checkPlaces(points, results, 'anonymizer_results')
  const sorted = [...results].sort((a, b) => b.start - a.start)
  const operate = async ({ entity_type: type, start, end }: Result) => {
    const config = configOf(deanonymizers, type)
    if (!config) throw refused(`expected an operator for each type, or DEFAULT, got none for one of them`)
    const operator = Object.hasOwn(OPERATORS, config.type) ? OPERATORS[config.type] : undefined
    if (!operator)
      throw refused(`type: expected one of ${Object.keys(OPERATORS).join(', ')}, got another name`)
    return { operator: config.type, text: await operator(points.slice(start, end).join(''), config) }
  }
  const found = await replaceAll(points, sorted, operate, most)
  return { text: found.text, items: found.items.map(each => ({ ...each, score: null })) }
}

function refused(message: string): Problem {
  return new Problem(422, 'presidio/operator', `deanonymizers: ${message}`)
}

/** Presidio's anonymizer over HTTP. Offsets count code points. */
import * as v from 'valibot'
import { recordOf } from '../../base/record-schema.js'
import type { Endpoint } from '../endpoint.js'
import { checkLength } from '../native/entities.js'
import type { NativeParts } from '../native/native-endpoints.js'
import { readJson } from '../read-json.js'
import { DEFAULT_LIMITS } from '../server-options.js'
import { type AnalyzerResult, mergeResults } from './merge-results.js'
import { configOf, OPERATOR_NAMES, type OperatorConfig, operatorForm, operatorOf } from './operators.js'
import { checkPlaces, MOST_TIMES, replaceAll } from './replace-all.js'

const whole = v.pipe(v.number(), v.integer(), v.minValue(0))

const requestForm = v.object({
  text: v.pipe(v.string(), v.nonEmpty('a text that is not empty')),
  anonymizers: v.optional(
    v.nullable(
      v.pipe(
        recordOf(operatorForm(OPERATOR_NAMES.join(', '))),
        v.description('By entity type; `DEFAULT` is for all others.'),
      ),
    ),
  ),
  analyzer_results: v.pipe(
    v.array(
      v.object({
        start: whole,
        end: whole,
        score: v.number(),
        entity_type: v.pipe(v.string(), v.nonEmpty()),
      }),
    ),
    v.maxLength(100_000),
  ),
})

const item = v.object({
  start: v.number(),
  end: v.number(),
  entity_type: v.string(),
  text: v.string(),
  operator: v.string(),
  score: v.number(),
})
const answerForm = v.object({ text: v.string(), items: v.array(item) })

const BY_DEFAULT: OperatorConfig = { type: 'replace' }

/** `POST /anonymize` and `GET /anonymizers`. */
export function anonymizeEndpoints({ limits, body }: Pick<NativeParts, 'limits' | 'body'>): Endpoint[] {
  return [
    {
      method: 'POST',
      path: '/anonymize',
      access: 'read',
      id: 'presidioAnonymize',
      summary: "Presidio's anonymizer; offsets count code points",
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
          await anonymize(asked.text, asked.analyzer_results, asked.anonymizers ?? {}, most),
        )
      },
    },
    {
      method: 'GET',
      path: '/anonymizers',
      access: 'read',
      id: 'presidioAnonymizers',
      summary: "Operators of Presidio's anonymizer",
      answer: {
        description: 'Their names.',
        forms: [{ type: 'application/json', schema: v.array(v.string()) }],
      },
      handle: () => Response.json(OPERATOR_NAMES),
    },
  ]
}

/**
 * Takes entities out of a text.
 * @param most code points that are taken out, and characters that take their place
 * @throws Problem 422 for results that are not in the text, or operators that there are not; 413 for more than `most`
 */
export async function anonymize(
  text: string,
  results: readonly AnalyzerResult[],
  anonymizers: Readonly<Record<string, OperatorConfig>>,
  most = MOST_TIMES * DEFAULT_LIMITS.textCharacters,
): Promise<v.InferOutput<typeof answerForm>> {
  const points = [...text]
  checkPlaces(points, results, 'analyzer_results')
  const operate = async ({ entity_type: type, start, end }: AnalyzerResult) => {
    const config = configOf(anonymizers, type) ?? BY_DEFAULT
    return { operator: config.type, text: await operatorOf(config)(points.slice(start, end), type, config) }
  }
  return replaceAll(points, mergeResults(points, results).reverse(), operate, most)
}

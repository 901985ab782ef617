/** Presidio's anonymizer over HTTP. Offsets count code points. */
import * as v from 'valibot'
import { recordOf } from '../../base/record-schema.js'
import type { Endpoint } from '../endpoint.js'
import { checkLength } from '../native/entities.js'
import type { NativeParts } from '../native/native-endpoints.js'
import { Problem } from '../problem.js'
import { readJson } from '../read-json.js'
import { DEFAULT_LIMITS } from '../server-options.js'
import { type AnalyzerResult, mergeResults } from './merge-results.js'
import { OPERATOR_NAMES, type OperatorConfig, operatorOf } from './operators.js'

const whole = v.pipe(v.number(), v.integer(), v.minValue(0))

const requestForm = v.object({
  text: v.pipe(v.string(), v.nonEmpty('a text that is not empty')),
  anonymizers: v.optional(
    v.nullable(
      v.pipe(
        recordOf(v.looseObject({ type: v.pipe(v.string(), v.description(OPERATOR_NAMES.join(', '))) })),
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

/** How often the longest text may be what is taken out, and what takes its place: a short request could ask for gigabytes. */
const MOST_TIMES = 4

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
  for (const { start, end } of results)
    if (start > end || end > points.length)
      throw new Problem(
        422,
        'presidio/result',
        `analyzer_results: expected places in a text of ${points.length} code points, got ${start} to ${end}`,
      )
  const configOf = (type: string) =>
    [type, 'DEFAULT'].flatMap(name => (Object.hasOwn(anonymizers, name) ? [anonymizers[name]] : []))[0] ??
    BY_DEFAULT
  const parts: string[] = []
  const items: (v.InferOutput<typeof item> & { readonly fromEnd: number })[] = []
  let rest = points.length
  /** Code points of all that is behind. */
  let behind = 0
  let taken = 0
  let made = 0
  for (const { start, end, entity_type: type, score } of mergeResults(points, results).reverse()) {
    const config = configOf(type)
    // Results that overlap may take the same text many times.
    taken += end - start
    if (taken > most) throw tooMuch(most)
    const changed = await operatorOf(config)(points.slice(start, end), type, config)
    made += changed.length
    if (made > most) throw tooMuch(most)
    // What a later one covers is left to it.
    const after = points.slice(Math.min(end, rest), rest)
    parts.push(after.join(''), changed)
    const length = [...changed].length
    behind += after.length + length
    items.push({
      start: 0,
      end: length,
      entity_type: type,
      text: changed,
      operator: config.type,
      score,
      fromEnd: behind,
    })
    rest = start
  }
  const whole = points.slice(0, rest).join('') + parts.reverse().join('')
  const total = rest + behind
  return {
    text: whole,
    items: items.map(({ fromEnd, ...each }) => {
      const start = total - fromEnd
      return { ...each, start, end: start + each.end }
    }),
  }
}

function tooMuch(most: number): Problem {
  return new Problem(
    413,
    'limit/anonymize',
    `expected at most ${most} characters that are taken out, and as many in their place, got more`,
  )
}

/**
 * Presidio's analyzer over HTTP (2.2; https://microsoft.github.io/presidio/api-docs/api-docs.html). Offsets count code
 * points.
 */
import * as v from 'valibot'
import type { Entity } from '../../recognize/annotated-text.js'
import type { Endpoint } from '../endpoint.js'
import { checkLength } from '../native/entities.js'
import { inUnit } from '../native/in-unit.js'
import type { NativeParts } from '../native/native-endpoints.js'
import { Problem } from '../problem.js'
import { readJson } from '../read-json.js'
import { adHocForm, findAdHoc } from './ad-hoc.js'
import { presidioType } from './entity-types.js'

// Strict: what is not known is refused by name, since its absence could change what is found.
const requestForm = v.strictObject({
  text: v.union([v.string(), v.array(v.string())], 'a text or a list of texts'),
  language: v.pipe(v.string(), v.regex(/^[A-Za-z]{2,3}([_-]\w+)*$/, 'a language such as en')),
  correlation_id: v.optional(v.nullable(v.string())),
  score_threshold: v.optional(v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1)))),
  entities: v.optional(v.nullable(v.array(v.string()))),
  trace: v.optional(v.nullable(v.boolean())),
  return_decision_process: v.optional(v.nullable(v.boolean())),
  ad_hoc_recognizers: v.optional(v.nullable(v.pipe(v.array(adHocForm), v.maxLength(20)))),
  context: v.optional(v.nullable(v.array(v.string()))),
  allow_list: v.optional(v.nullable(v.array(v.string()))),
  allow_list_match: v.optional(v.nullable(v.picklist(['exact'], 'exact'))),
})

type AnalyzeRequest = v.InferOutput<typeof requestForm>

const result = v.object({
  entity_type: v.string(),
  start: v.number(),
  end: v.number(),
  score: v.number(),
  analysis_explanation: v.nullable(
    v.object({
      recognizer: v.string(),
      pattern_name: v.nullable(v.string()),
      pattern: v.nullable(v.string()),
      original_score: v.number(),
      score: v.number(),
      textual_explanation: v.nullable(v.string()),
      score_context_improvement: v.number(),
      supportive_context_word: v.string(),
      validation_result: v.nullable(v.boolean()),
    }),
  ),
})

type AnalyzeResult = v.InferOutput<typeof result>

/** `POST /analyze`. */
export function analyzeEndpoint({ models, backlog, limits, body, onTagged }: NativeParts): Endpoint {
  return {
    method: 'POST',
    path: '/analyze',
    access: 'read',
    id: 'presidioAnalyze',
    summary: "Presidio's analyzer, with the first model; offsets count code points",
    body: [{ type: 'application/json', schema: requestForm }],
    answer: {
      description: 'What was found in a text, or in each of several texts.',
      forms: [{ type: 'application/json', schema: v.array(v.union([result, v.array(result)])) }],
    },
    refusals: [404, 408, 413, 415, 422],
    handle: async ({ request, signal }) => {
      backlog.check()
      const asked = await readJson(request, requestForm, body)
      const texts = typeof asked.text === 'string' ? [asked.text] : asked.text
      const adHoc = asked.ad_hoc_recognizers ?? []
      if (adHoc.length > 0 && texts.length > 1)
        throw new Problem(422, 'presidio/ad-hoc', 'ad_hoc_recognizers: give one text with them')
      const lease = models.lease()
      try {
        const tagged: Entity[][] = await backlog.during(texts.length, checkLength(texts, limits), () =>
          lease.recognizer.tag(texts, { signal }),
        )
        const found =
          adHoc.length === 0
            ? tagged
            : [[...tagged[0], ...(await findAdHoc(texts[0], adHoc, asked.context ?? []))]]
        const results = found.map((entities, i) => resultsOf(texts[i], entities, asked, lease.name))
        onTagged(lease.name, texts.length, results.flat().length)
        return Response.json(typeof asked.text === 'string' ? results[0] : results)
      } finally {
        lease.end()
      }
    },
  }
}

function resultsOf(
  text: string,
  entities: readonly Entity[],
  {
    score_threshold: least,
    entities: wanted,
    allow_list: allowed,
    return_decision_process: why,
  }: AnalyzeRequest,
  model: string,
): AnalyzeResult[] {
  const kept = entities.filter(
    ({ type, score, text: own }) =>
      score >= (least ?? 0) &&
      (!wanted || wanted.length === 0 || wanted.includes(presidioType(type))) &&
      !allowed?.includes(own),
  )
  return inUnit(text, kept, 'codepoint').map(entity => ({
    entity_type: presidioType(entity.type),
    start: entity.start,
    end: entity.end,
    score: entity.score,
    analysis_explanation: why ? explanation(entity, model) : null,
  }))
}

function explanation({ score, source, type }: Entity, model: string) {
  return {
    recognizer: source ?? model,
    pattern_name: null,
    pattern: null,
    original_score: score,
    score,
    textual_explanation: `Identified as ${type} by ${source ?? model}`,
    score_context_improvement: 0,
    supportive_context_word: '',
    validation_result: null,
  }
}

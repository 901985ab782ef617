/**
 * Token classification as Hugging Face's inference API answers it: https://huggingface.co/docs/api-inference, and
 * `TokenClassificationPipeline` of transformers for the groups. Offsets count code points, as Python does.
 */
import * as v from 'valibot'
import type { AnalyzedText } from '../../recognize/analyzed-text.js'
import type { Entity } from '../../recognize/annotated-text.js'
import type { Endpoint } from '../endpoint.js'
import { analysis } from '../models/analysis.js'
import type { Lease } from '../models/models.js'
import { checkDetails, checkLength } from '../native/entities.js'
import { inUnit } from '../native/in-unit.js'
import type { NativeParts } from '../native/native-endpoints.js'
import { readJson } from '../read-json.js'

const STRATEGIES = ['none', 'simple', 'first', 'average', 'max'] as const

const requestForm = v.object({
  inputs: v.union([v.string(), v.array(v.string())], 'a text or a list of texts'),
  parameters: v.optional(
    v.nullable(
      v.object({
        aggregation_strategy: v.optional(
          v.pipe(
            v.picklist(STRATEGIES),
            v.description('`none`: tokens with their tags. All others: entities.'),
          ),
        ),
        ignore_labels: v.optional(
          v.pipe(v.array(v.string()), v.description('Types, or tags with `none`, that are left out.')),
        ),
      }),
    ),
  ),
})

const score = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const group = v.object({
  entity_group: v.string(),
  score,
  word: v.string(),
  start: v.number(),
  end: v.number(),
})
const token = v.object({
  entity: v.string(),
  score,
  index: v.number(),
  word: v.string(),
  start: v.number(),
  end: v.number(),
})
const answerForm = v.array(v.union([group, token, v.array(v.union([group, token]))]))

/** `POST /models/NAME`. */
export function tokenClassificationEndpoint({
  models,
  backlog,
  limits,
  body,
  onTagged,
}: NativeParts): Endpoint {
  return {
    method: 'POST',
    path: '/models/:name',
    access: 'read',
    id: 'classifyTokens',
    summary: 'Token classification as Hugging Face answers it; offsets count code points',
    body: [{ type: 'application/json', schema: requestForm }],
    answer: {
      description: 'The entities of a text, or of each of several texts.',
      forms: [{ type: 'application/json', schema: answerForm }],
    },
    refusals: [404, 408, 413, 415, 422],
    handle: async ({ request, param, signal }) => {
      const name = param('name')
      models.facts(name)
      backlog.check()
      const asked = await readJson(request, requestForm, body)
      const texts = typeof asked.inputs === 'string' ? [asked.inputs] : asked.inputs
      const { aggregation_strategy: strategy = 'simple', ignore_labels: ignored = ['O'] } =
        asked.parameters ?? {}
      if (strategy === 'none') checkDetails(texts, limits)
      const lease = models.lease(name)
      try {
        const found = await backlog.during(texts.length, checkLength(texts, limits), () =>
          strategy === 'none'
            ? tokensOf(lease, texts, ignored, signal)
            : groupsOf(lease, texts, ignored, signal),
        )
        onTagged(name, texts.length, found.flat().length)
        return Response.json(typeof asked.inputs === 'string' ? found[0] : found)
      } finally {
        lease.end()
      }
    },
  }
}

async function groupsOf(
  { recognizer }: Lease,
  texts: readonly string[],
  ignored: readonly string[],
  signal: AbortSignal,
): Promise<object[][]> {
  const found: readonly (readonly Entity[])[] = await recognizer.tag(texts, { signal })
  return found.map((entities, i) =>
    inUnit(
      texts[i],
      entities.filter(({ type }) => !ignored.includes(type)),
      'codepoint',
    ).map(({ type, score, text, start, end }) => ({ entity_group: type, score, word: text, start, end })),
  )
}

/** Each token with its tag; `score` is the probability of that tag at that token, and `index` counts from 1. */
async function tokensOf(
  { recognizer, info }: Lease,
  texts: readonly string[],
  ignored: readonly string[],
  signal: AbortSignal,
): Promise<object[][]> {
  const found = await analysis(recognizer, texts, { probabilities: true }, signal)
  return found.map(text => taggedTokens(text, info.tags).filter(({ entity }) => !ignored.includes(entity)))
}

function taggedTokens({ text, sentences }: AnalyzedText, tags: readonly string[]) {
  let index = 0
  return sentences.flatMap(({ tokens, tags: own, probabilities = [] }) =>
    inUnit(text, tokens, 'codepoint').map(({ start, end, text: word }, t) => ({
      entity: own[t],
      score: probabilities[t * tags.length + tags.indexOf(own[t])],
      index: ++index,
      word,
      start,
      end,
    })),
  )
}

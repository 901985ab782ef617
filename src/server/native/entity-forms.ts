/** What `POST /v1/entities` takes and answers, for checking requests and for `/openapi.json` alike. */
import * as v from 'valibot'

export const OFFSET_UNITS = ['utf16', 'codepoint'] as const

const offsets = v.pipe(
  v.picklist(OFFSET_UNITS),
  v.description(
    'Unit of all offsets: UTF-16 code units, as JavaScript counts, or code points, as Python does.',
  ),
)
const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const offset = v.pipe(v.number(), v.integer(), v.minValue(0))

export const entitiesRequest = v.pipe(
  v.strictObject({
    text: v.optional(v.pipe(v.string(), v.description('One text. Give either this or `texts`.'))),
    texts: v.optional(v.pipe(v.array(v.string()), v.description('Several texts.'))),
    model: v.optional(v.pipe(v.string(), v.description('Name of a model; default: the first one.'))),
    offsets: v.optional(offsets, 'utf16'),
    minScore: v.optional(v.pipe(fraction, v.description('Leaves out entities that score less.')), 0),
    types: v.optional(v.pipe(v.array(v.string()), v.description('Leaves out entities of other types.'))),
    coarse: v.optional(
      v.pipe(v.boolean(), v.description("Gives entities the types of the model's coarse view.")),
      false,
    ),
    tokens: v.optional(v.pipe(v.boolean(), v.description('Adds sentences with tokens and tags.')), false),
    readings: v.optional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(1),
        v.maxValue(100),
        v.description('Adds the likeliest readings of each sentence: how many.'),
      ),
    ),
    probabilities: v.optional(
      v.pipe(v.boolean(), v.description('Adds the probability of each tag at each token.')),
      false,
    ),
    attention: v.optional(
      v.pipe(v.boolean(), v.description('Adds what attention looked at, where there is one.')),
      false,
    ),
  }),
  v.check(({ text, texts }) => (text === undefined) !== (texts === undefined), 'either "text" or "texts"'),
)

export type EntitiesRequest = v.InferOutput<typeof entitiesRequest>

const entity = v.object({
  start: offset,
  end: offset,
  type: v.string(),
  text: v.string(),
  score: v.pipe(fraction, v.description("The model's probability of exactly this entity.")),
  source: v.optional(v.pipe(v.string(), v.description('Which part of a combination found it.'))),
})

const sentence = v.object({
  start: offset,
  end: offset,
  tokens: v.array(v.object({ start: offset, end: offset, text: v.string() })),
  tags: v.pipe(v.array(v.string()), v.description('One for each token.')),
  readings: v.optional(
    v.array(
      v.object({
        probability: fraction,
        logProbability: v.number(),
        tags: v.array(v.string()),
        entities: v.array(entity),
      }),
    ),
  ),
  probabilities: v.optional(
    v.pipe(v.array(v.array(fraction)), v.description('A row for each token, a column for each of `tags`.')),
  ),
  attention: v.optional(
    v.array(
      v.object({
        name: v.string(),
        weights: v.pipe(
          v.array(v.array(v.number())),
          v.description('How much each token (row) looks at each token (column).'),
        ),
      }),
    ),
  ),
})

export const modelVersion = v.object({
  name: v.string(),
  version: v.pipe(v.string(), v.description('Another one for every model that took the place of the last.')),
})

export const entitiesAnswer = v.object({
  model: modelVersion,
  offsets,
  tags: v.optional(v.pipe(v.array(v.string()), v.description('Columns of `probabilities`.'))),
  results: v.pipe(
    v.array(v.object({ entities: v.array(entity), sentences: v.optional(v.array(sentence)) })),
    v.description('One for each text, in their order.'),
  ),
})

/** A record of a stream, and its answer. */
export const streamRecord = v.object({ id: v.optional(v.unknown()), text: v.string() })
export const streamAnswer = v.object({
  id: v.unknown(),
  offsets: v.optional(offsets),
  entities: v.optional(v.array(entity)),
  error: v.optional(v.pipe(v.string(), v.description('Why this record has no entities.'))),
})

/** The query of a stream: what a JSON body says, as texts. */
export const streamQuery = v.strictObject({
  model: v.optional(v.string()),
  offsets: v.optional(offsets, 'utf16'),
  minScore: v.optional(v.pipe(v.string(), v.regex(/^(0(\.\d+)?|1(\.0+)?)$/, 'a number from 0 to 1')), '0'),
  coarse: v.optional(v.picklist(['true', 'false']), 'false'),
})

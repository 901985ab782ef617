/** The form of a rules file. docs/rules.md describes it. */
import * as v from 'valibot'
import { recordOf } from '../../base/record-schema.js'

const text = v.pipe(v.string('a text'), v.nonEmpty('a text that is not empty'))
/** White space alone has no tokens, and would never be found. */
const name = v.pipe(text, v.regex(/\S/u, 'a name that is not only spaces'))
const texts = v.union(
  [text, v.pipe(v.array(text), v.nonEmpty('a list that is not empty'))],
  'a text or a list of texts',
)
const fraction = (message: string) =>
  v.pipe(v.number(message), v.minValue(0, message), v.maxValue(1, message))

/** How often a token is there: spaCy's signs, or a number. */
const REPEAT = /^(?:[?*+]|\{\d{1,3}\}|\{\d{0,3},\d{0,3}\})$/
const REPEATS = 'one of ? * + {n} {n,m} {n,} {,m}, or a number from 1 to 100'
const repeat = v.union(
  [
    v.pipe(v.string(), v.regex(REPEAT, REPEATS)),
    v.pipe(v.number(), v.integer(REPEATS), v.minValue(1, REPEATS), v.maxValue(100, REPEATS)),
  ],
  REPEATS,
)

const tokenTests = {
  text: v.optional(texts),
  lower: v.optional(texts),
  shape: v.optional(texts),
  regex: v.optional(text),
  column: v.optional(recordOf(texts)),
}
const token = v.strictObject(
  {
    ...tokenTests,
    not: v.optional(v.strictObject(tokenTests, 'what a token must not be')),
    repeat: v.optional(repeat),
  },
  'a token: text, lower, shape, regex, column, not, repeat',
)
const tokens = v.pipe(
  v.array(token, 'a list of tokens'),
  v.nonEmpty('a list of at least one token'),
  v.maxLength(100, 'at most 100 tokens'),
)

const WITHIN = 'a whole number from 1 to 1000'
const ADD = 'a number from -1 to 1'
const context = v.strictObject(
  {
    words: v.pipe(
      v.array(v.pipe(text, v.regex(/^\S+$/u, 'a single word')), 'a list of words'),
      v.nonEmpty('a list that is not empty'),
    ),
    /** Tokens on each side. */
    within: v.optional(
      v.pipe(v.number(WITHIN), v.integer(WITHIN), v.minValue(1, WITHIN), v.maxValue(1000, WITHIN)),
    ),
    add: v.pipe(v.number(ADD), v.minValue(-1, ADD), v.maxValue(1, ADD)),
  },
  'context: words, within, add',
)

const rule = v.strictObject(
  {
    name: v.optional(text),
    type: v.optional(v.pipe(text, v.regex(/^\S+$/u, 'a type without spaces'))),
    names: v.optional(v.pipe(v.array(name, 'a list of names'), v.nonEmpty('a list of at least one name'))),
    file: v.optional(text),
    regex: v.optional(text),
    tokens: v.optional(tokens),
    use: v.optional(text),
    country: v.optional(v.pipe(text, v.regex(/^[A-Z]{2}$/, 'two capital letters, such as DE'))),
    ignoreCase: v.optional(v.boolean('true or false')),
    score: v.optional(fraction('a number from 0 to 1')),
    minScore: v.optional(fraction('a number from 0 to 1')),
    priority: v.optional(v.pipe(v.number('a whole number'), v.safeInteger('a whole number'))),
    validate: v.optional(text),
    before: v.optional(tokens),
    after: v.optional(tokens),
    context: v.optional(
      v.pipe(v.array(context, 'a list of contexts'), v.maxLength(100, 'at most 100 contexts')),
    ),
    except: v.optional(v.array(text, 'a list of texts')),
  },
  'a rule',
)

/** What is chosen where what rules find overlaps. */
export const CONFLICT_POLICIES = ['longest', 'priority', 'score'] as const
export type ConflictPolicy = (typeof CONFLICT_POLICIES)[number]

export const rulesSchema = v.strictObject(
  {
    conflicts: v.optional(v.picklist(CONFLICT_POLICIES, `one of ${CONFLICT_POLICIES.join(', ')}`), 'longest'),
    rules: v.pipe(
      v.array(rule, 'a list of rules'),
      v.nonEmpty('at least one rule'),
      v.maxLength(10_000, 'at most 10000 rules'),
    ),
  },
  'rules: conflicts, rules',
)

/** A rules file as it was read: plain data. */
export type RulesSpec = v.InferOutput<typeof rulesSchema>
export type RuleSpec = RulesSpec['rules'][number]
export type TokenSpec = v.InferOutput<typeof token>
export type TokenTestsSpec = v.InferOutput<v.StrictObjectSchema<typeof tokenTests, undefined>>

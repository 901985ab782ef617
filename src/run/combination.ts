import * as v from 'valibot'
import { checked, count, finite, parseJson, parseText } from './checked.js'
import { COMBINATION } from './run-files.js'
import type { StoredRun } from './stored-run.js'

/** The rules of a part, with the names of their lists. */
export const RULES = 'rules.json'

/**
 * What a part does: its finds count (`find`), are so whatever others say (`fix`), are what models must not say (`forbid`), or make
 * models likelier to say the same (`suggest`).
 */
export const ROLES = ['find', 'fix', 'forbid', 'suggest'] as const
export type Role = (typeof ROLES)[number]

export const POLICIES = ['priority', 'longest', 'score'] as const

const MOST_PARTS = 100

const partSchema = v.strictObject({
  name: v.pipe(v.string(), v.nonEmpty()),
  kind: v.picklist(['run', 'rules', 'built-in']),
  /** The name of a built-in model, which has no files. */
  builtIn: v.optional(v.string()),
  as: v.picklist(ROLES),
  /** Of a suggestion: what is added to the score of each tag. */
  weight: finite,
  /** The types that count; `null` for all. */
  types: v.nullable(v.array(v.string())),
})

const schema = v.strictObject({
  version: v.pipe(count, v.maxValue(1)),
  conflicts: v.picklist(POLICIES),
  parts: v.pipe(v.array(partSchema), v.minLength(1), v.maxLength(MOST_PARTS)),
})

/** An ordered list of recognizers that are one model. */
export type Combination = v.InferOutput<typeof schema>

/** A part's files have its number before their names. */
export function partPrefix(index: number): string {
  return `${index}-`
}

/** @throws ModelFileError for a file that `combine` did not write */
export async function readCombination(run: StoredRun): Promise<Combination> {
  await run.load([COMBINATION])
  const where = run.where(COMBINATION)
  return run.reading(() => checked(schema, parseJson(parseText(run.bytes(COMBINATION), where), where), where))
}

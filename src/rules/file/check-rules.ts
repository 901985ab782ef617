import * as v from 'valibot'
import { type Fault, InputError } from '../../base/errors.js'
import { option, say, verb } from '../../base/fault.js'
import { isRecord } from '../../base/json-types.js'
import { nearest } from '../../base/nearest.js'
import { type RuleSpec, type RulesSpec, rulesSchema } from './rules-schema.js'

/** A rules file, and where its parts are. */
export interface ParsedRules {
  readonly spec: RulesSpec
  /** The place of a part of the file, such as `['rules', 3, 'regex']`. */
  readonly placeOf: PlaceOf
}

export type Path = readonly (string | number)[]
export type PlaceOf = (path: Path) => {
  readonly file: string
  readonly line?: number
  readonly field?: string
}

const MOST_FAULTS = 20

/** Checks rules that were read from JSON or given as data. @throws InputError `rules/form` */
export function checkRules(value: unknown, placeOf: PlaceOf): ParsedRules {
  if (isRecord(value) && value.parts !== undefined && value.rules === undefined)
    throw new InputError('rules/form', {
      where: placeOf(['parts']),
      expected: 'rules',
      got: 'the parts of a combination',
      remedy: say`make a model of them: ${verb('combine', [placeOf([]).file], [option('out', 'FOLDER')])}`,
    })
  // The schema takes a list for an object whose keys are numbers.
  if (!isRecord(value))
    throw new InputError('rules/form', {
      where: placeOf([]),
      expected: 'rules, and conflicts or not',
      got: value === null ? 'nothing' : describe(value),
      remedy: 'begin the list of rules with a line rules:',
    })
  const result = v.safeParse(rulesSchema, value)
  if (!result.success)
    throw new InputError('rules/form', result.issues.slice(0, MOST_FAULTS).map(toFault(placeOf)))
  const faults = result.output.rules.flatMap((rule, i) => faultsOfRule(rule, ['rules', i], placeOf))
  if (faults.length > 0) throw new InputError('rules/form', faults.slice(0, MOST_FAULTS))
  return { spec: result.output, placeOf }
}

function toFault(placeOf: PlaceOf): (issue: v.BaseIssue<unknown>) => Fault {
  return issue => {
    const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)))
    const where = placeOf(path)
    const key = path.at(-1)
    if (issue.type === 'strict_object' && issue.expected === 'never') {
      const known = knownKeys(path)
      const close = nearest(String(key), known)
      return {
        where,
        expected: `one of ${known.join(', ')}`,
        got: `the unknown key ${describe(key)}`,
        ...(close !== undefined && { remedy: `did you mean ${close}?` }),
      }
    }
    const isMissing = issue.received === 'undefined'
    if (issue.type === 'strict_object' && isMissing && path.length > 0)
      return { where, expected: `a value for ${key}`, got: 'nothing' }
    const { input } = issue
    return {
      where,
      expected: issue.expected === 'never' ? issue.message : issue.message.replace(/^Invalid .*?: /, ''),
      got: isMissing ? 'nothing' : describe(input),
      ...(isScalar(input) && /text|word/.test(issue.message) && { remedy: 'put it in quotes' }),
    }
  }
}

function isScalar(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean' || value === null
}

/** The keys that an object of a rules file may have. */
function knownKeys(path: Path): readonly string[] {
  const fields = path.filter(part => typeof part === 'string')
  const token = ['text', 'lower', 'shape', 'regex', 'column']
  if (fields.length === 1) return ['conflicts', 'rules']
  if (fields.at(-2) === 'not') return token
  if (fields.at(-2) === 'context') return ['words', 'within', 'add']
  if (['tokens', 'before', 'after'].includes(String(fields.at(-2)))) return [...token, 'not', 'repeat']
  return RULE_KEYS
}

const KINDS = ['names', 'file', 'regex', 'tokens', 'use'] as const
const RULE_KEYS = [
  ...['type', 'name', ...KINDS, 'country', 'ignoreCase', 'score', 'minScore', 'priority', 'validate'],
  ...['before', 'after', 'context', 'except'],
]

function describe(value: unknown): string {
  // JSON has no NaN and no infinity.
  const own = typeof value === 'number' ? String(value) : JSON.stringify(value)
  const text = Array.isArray(value) ? 'a list' : isRecord(value) ? 'an object' : own
  const known = text ?? 'nothing'
  return known.length > 60 ? `${known.slice(0, 57)}…` : known
}

/** What the schema cannot say: keys that go together. */
function faultsOfRule(rule: RuleSpec, path: Path, placeOf: PlaceOf): Fault[] {
  const faults: Fault[] = []
  const fault = (field: string | undefined, expected: string, got: string) =>
    faults.push({ where: placeOf(field === undefined ? path : [...path, field]), expected, got })
  const kinds = KINDS.filter(kind => rule[kind] !== undefined)
  const isNames = kinds.every(kind => kind === 'names' || kind === 'file')
  if (kinds.length === 0)
    fault(undefined, `a rule with one of ${KINDS.join(', ')}`, `one with ${Object.keys(rule).join(', ')}`)
  else if (kinds.length > 1 && !isNames)
    fault(kinds[1], 'one way to find something in each rule', kinds.join(' and '))
  if (rule.type === undefined && rule.use === undefined && kinds.length > 0)
    fault(undefined, 'a rule with a type', 'one without')
  if (rule.ignoreCase !== undefined && (rule.tokens !== undefined || rule.use !== undefined))
    fault('ignoreCase', 'names or a regex with it', kinds.join())
  if (rule.use !== undefined && rule.score !== undefined)
    fault('score', 'no score beside use, which has scores of its own', String(rule.score))
  if (rule.country !== undefined && rule.use !== 'phone')
    fault('country', 'use: phone with it, for numbers without a country code', rule.use ?? kinds.join())
  for (const key of ['before', 'after'] as const)
    if (rule[key]?.every(({ repeat }) => typeof repeat === 'string' && /^(?:[?*]|\{0?[,}])/.test(repeat)))
      fault(key, 'at least one token that must be there', 'only tokens that need not be')
  for (const key of ['tokens', 'before', 'after'] as const)
    rule[key]?.forEach(({ repeat }, i) => {
      const [least, most] = countsOf(repeat)
      const place = placeOf([...path, key, i, 'repeat'])
      const limit = (count: number) => count === Number.POSITIVE_INFINITY || count <= MOST_REPEATS
      if (most < 1 || least > most || !limit(most) || least > MOST_REPEATS)
        faults.push({ where: place, expected: REPEATS, got: describe(repeat) })
    })
  return faults
}

const MOST_REPEATS = 100
const REPEATS = `repetitions of at most ${MOST_REPEATS}, the smaller number first`

/** How often a token is there, at least and at most. */
export function countsOf(repeat: string | number | undefined): readonly [least: number, most: number] {
  if (repeat === undefined) return [1, 1]
  if (typeof repeat === 'number') return [repeat, repeat]
  if (repeat === '?') return [0, 1]
  if (repeat === '*') return [0, Number.POSITIVE_INFINITY]
  if (repeat === '+') return [1, Number.POSITIVE_INFINITY]
  const [, low = '', comma, high = ''] = /^\{(\d*)(,?)(\d*)\}$/.exec(repeat) ?? []
  const least = low === '' ? 0 : Number(low)
  return [least, comma === '' ? least : high === '' ? Number.POSITIVE_INFINITY : Number(high)]
}

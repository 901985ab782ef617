import * as v from 'valibot'
import type { ProblemFault } from './problem.js'

/** Characters of a value that a refusal shows. */
const SHOWN = 60
/** Faults that a refusal lists. */
const MOST_FAULTS = 20

/**
 * What a schema found wrong with a value, in words for whoever sent it.
 * @param root what the value itself is called
 */
export function formFaults(
  schema: v.GenericSchema,
  issues: readonly v.BaseIssue<unknown>[],
  root = 'body',
): ProblemFault[] {
  return issues.slice(0, MOST_FAULTS).map(issue => {
    const where = v.getDotPath(issue) ?? root
    // A key too many, whose name valibot gives as what it received; or one too few, whose value is not there.
    if (issue.type === 'strict_object' && issue.path && issue.expected === 'never')
      return { where, expected: knownKeys(schema, issue.path.length), got: clip(issue.received) }
    if (issue.type.endsWith('object') && issue.path && issue.expected !== 'Object')
      return { where, expected: 'this key, which is required', got: 'none' }
    return {
      where,
      expected:
        issue.type === 'check' || issue.expected === null ? issue.message : clip(inWords(issue.expected)),
      got: clip(inWords(issue.received)),
    }
  })
}

/** The keys that an object may have; only those of the outermost are at hand. */
function knownKeys(schema: object, depth: number): string {
  if (depth > 1 || !('entries' in schema)) return 'only known keys'
  return `one of the keys ${Object.keys(schema.entries as object).join(', ')}`
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  Object: 'an object',
  Array: 'a list',
  undefined: 'none',
}

/** `string`, or `(string | Array)`, in words. */
function inWords(text: string): string {
  const kinds = text.replace(/^\((.*)\)$/, '$1').split(' | ')
  return kinds.every(kind => Object.hasOwn(WORDS, kind)) ? kinds.map(kind => WORDS[kind]).join(' or ') : text
}

function clip(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text
}

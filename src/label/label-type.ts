import { visible } from '../base/visible.js'
import { LabelError } from './label-error.js'

/** A type of a project, and the key that chooses it. */
export interface LabelType {
  readonly name: string
  /** One character: a digit or a lower-case letter. Different for each type of a project; absent once all are taken. */
  readonly key?: string
}

/** The longest name of a type, and the most types of a project. */
const LONGEST = 64
const MOST = 100

/** All letters are free for types: commands have keys that are neither letters nor digits. */
const KEYS = [...'123456789abcdefghijklmnopqrstuvwxyz']

/**
 * The types of a project, each with a key: the first nine have digits, the others the first letter of their name that is
 * free, else any free letter.
 * @throws LabelError `label/types` for none, too many, a name twice, or a name that no corpus format can hold
 * @example
 * toLabelTypes(['PER', 'LOC']) // [{ name: 'PER', key: '1' }, { name: 'LOC', key: '2' }]
 */
export function toLabelTypes(names: readonly string[]): LabelType[] {
  checkTypeNames(names)
  const free = new Set(KEYS)
  return names.map((name, i): LabelType => {
    const own = i < 9 ? [String(i + 1)] : [...name.toLowerCase(), ...KEYS]
    const key = own.find(each => free.has(each))
    if (key === undefined) return { name }
    free.delete(key)
    return { name, key }
  })
}

function checkTypeNames(names: readonly string[]): void {
  const where = 'types'
  if (names.length === 0 || names.length > MOST)
    throw new LabelError('label/types', {
      where,
      expected: `1 to ${MOST} types`,
      got: String(names.length),
      remedy: 'name what is to be found, such as PER and LOC',
    })
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name))
      throw new LabelError('label/types', {
        where,
        expected: 'different types',
        got: `${visible(name)} twice`,
      })
    seen.add(name)
    if (!isTypeName(name))
      throw new LabelError('label/types', {
        where,
        expected: `a name of 1 to ${LONGEST} characters without white space`,
        got: JSON.stringify(name.slice(0, LONGEST)),
        remedy: 'write it with _ instead of spaces, as in JOB_TITLE',
      })
  }
}

/** Whether every corpus format that holds types can hold this one. `O` is the tag of no entity. */
export function isTypeName(name: string): boolean {
  return name.length > 0 && name.length <= LONGEST && name !== 'O' && !/[\s\p{Cc}\p{Surrogate}]/u.test(name)
}

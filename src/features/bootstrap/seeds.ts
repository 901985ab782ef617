import { InputError } from '../../base/errors.js'
import type { Fault } from '../../base/fault.js'

/** A name that is given: of which type it is, wherever it stands. */
export interface Seed {
  /** A type, or `O` for names of no type. */
  readonly type: string
  /** Whether it is the whole name, or one of its words. */
  readonly kind: 'is' | 'contains'
  readonly text: string
}

/** More names of a type are labels rather than seeds: gazetteers are for these. */
const MOST = 10_000

/**
 * Reads a file of seeds: on each line a type, a tab and a name; or a type, a tab, `contains`, a tab and a word of names. Lines
 * that begin with `#` and empty lines are left out.
 *
 * @param where the file, for messages
 * @throws InputError `bootstrap/seeds` with every line that is none, and for a name of two types
 * @example
 * parseSeeds('LOC\tFrance\nORG\tcontains\tInc.\n', 'seeds.tsv').length // 2
 */
export function parseSeeds(text: string, where: string): Seed[] {
  const faults: Fault[] = []
  const seeds: Seed[] = []
  const known = new Map<string, string>()
  const fault = (line: number, expected: string, got: string) =>
    faults.push({ where: { file: where, line }, expected, got: JSON.stringify(got.slice(0, 80)) })
  for (const [i, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const own = line.replace(/\r$/, '')
    if (own.trim() === '' || own.startsWith('#')) continue
    const [type, second, third, ...more] = own.split('\t').map(field => field.trim())
    const name = third ?? second
    const isOne = third === undefined || (second === 'contains' && !/\s/.test(third))
    if (!type || !name || more.length > 0 || !isOne) {
      fault(i + 1, 'a type, a tab and a name; or a type, a tab, "contains", a tab and a word', own)
      continue
    }
    const kind = third === undefined ? 'is' : 'contains'
    const key = `${kind} ${folded(name)}`
    const before = known.get(key)
    if (before !== undefined && before !== type)
      fault(i + 1, `one type for each name; ${before} came before`, own)
    else if (before === undefined) seeds.push({ type, kind, text: name })
    known.set(key, type)
  }
  if (faults.length === 0 && !seeds.some(({ type }) => type !== 'O'))
    faults.push({ where: { file: where }, expected: 'names and their types', got: 'none' })
  if (seeds.length > MOST)
    faults.push({ where: { file: where }, expected: `at most ${MOST} names`, got: String(seeds.length) })
  if (faults.length > 0) throw new InputError('bootstrap/seeds', faults)
  return seeds
}

/** Names are compared in lower case, with one space between their words. */
export function folded(text: string): string {
  return text.trim().toLowerCase().replace(/\s+/g, ' ')
}

import { InputError } from '../base/errors.js'
import { type Fault, option } from '../base/fault.js'

/** How word vectors are trained. Names and defaults are those of gensim and fastText. */
export interface VectorSettings {
  /** `skip-gram` predicts each word around a word from it, `cbow` a word from the mean of those around it. */
  readonly method: 'skip-gram' | 'cbow'
  /** Numbers of a vector. */
  readonly dim: number
  /** Words on either side, at most; how many is drawn anew for each word. */
  readonly window: number
  /** Words drawn at random that each prediction is compared with. */
  readonly negative: number
  /** Power of a word's count to which such a word is drawn. */
  readonly negativePower: number
  /** Share of the text from which on a word is left out now and then; 0: never. */
  readonly sample: number
  readonly minCount: number
  readonly epochs: number
  /** It falls in a straight line to `endRate`. */
  readonly rate: number
  readonly endRate: number
  /** Runs of characters that a word's vector is the mean of, besides its own; `null`: none. */
  readonly subwords: SubwordSettings | null
  /** With one thread, the same text gives the same bytes. Several write to the same vectors without waiting. */
  readonly threads: number
  readonly seed: number
}

export interface SubwordSettings {
  readonly shortest: number
  readonly longest: number
  /** Numbers that runs are hashed to. */
  readonly buckets: number
}

export const DEFAULT_SUBWORDS: SubwordSettings = { shortest: 3, longest: 6, buckets: 2_000_000 }

export const DEFAULT_VECTOR_SETTINGS: VectorSettings = {
  method: 'skip-gram',
  dim: 100,
  window: 5,
  negative: 5,
  negativePower: 0.75,
  sample: 1e-3,
  minCount: 5,
  epochs: 5,
  rate: 0.025,
  endRate: 0.0001,
  subwords: null,
  threads: 1,
  seed: 1,
}

const RANGES = {
  dim: [1, 4096],
  window: [1, 100],
  negative: [1, 30],
  negativePower: [-2, 2],
  sample: [0, 1],
  minCount: [1, 2 ** 31],
  epochs: [1, 10_000],
  rate: [1e-6, 10],
  endRate: [0, 10],
  threads: [1, 256],
} as const

const WHOLE: ReadonlySet<string> = new Set(['dim', 'window', 'negative', 'minCount', 'epochs', 'threads'])

/**
 * Fills in the defaults and checks the ranges. CBOW's default rate is 0.05, as word2vec has it.
 * @throws InputError `vectors/settings`
 */
export function vectorSettings(given: Partial<VectorSettings>): VectorSettings {
  const own = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const settings: VectorSettings = {
    ...DEFAULT_VECTOR_SETTINGS,
    ...(given.method === 'cbow' && { rate: 0.05 }),
    ...own,
  }
  const faults: Fault[] = []
  const check = (name: string, value: number, [from, to]: readonly [number, number]) => {
    if (value >= from && value <= to && (!WHOLE.has(name) || Number.isInteger(value))) return
    const kind = WHOLE.has(name) ? 'a whole number' : 'a number'
    faults.push({ where: option(name), expected: `${kind} from ${from} to ${to}`, got: String(value) })
  }
  for (const [name, range] of Object.entries(RANGES))
    check(name, settings[name as keyof typeof RANGES], range)
  if (settings.endRate > settings.rate)
    faults.push({
      where: option('endRate'),
      expected: `at most the rate, ${settings.rate}`,
      got: String(settings.endRate),
    })
  const { subwords } = settings
  if (subwords) {
    const { shortest, longest, buckets } = subwords
    if (
      !(
        Number.isInteger(shortest) &&
        Number.isInteger(longest) &&
        shortest >= 1 &&
        longest >= shortest &&
        longest <= 20
      )
    )
      faults.push({
        where: option('subwords'),
        expected: 'two lengths from 1 to 20, the shorter first',
        got: `${shortest} and ${longest}`,
      })
    if (!(Number.isInteger(buckets) && buckets >= 1 && buckets <= 2 ** 31))
      faults.push({
        where: option('buckets'),
        expected: 'a whole number from 1 to 2147483648',
        got: String(buckets),
      })
  }
  if (faults.length > 0) throw new InputError('vectors/settings', faults)
  return settings
}

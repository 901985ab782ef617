/** What strangers may do to folders of models without a network, and to combinations. */
import type { StoredTensor } from '../../../engine/optim/safetensors.js'
import { tagSet } from '../../../tags/tag-set.js'
import { type HostileCase, hostileCase } from './hostile-case.js'
import type { HostileFolder } from './hostile-folder.js'
import { jsonTexts, mutations } from './json-cases.js'
import { withTensors } from './tensor-cases.js'

/** Each tensor away, of another type, cut short, and with numbers that are none. */
function tensors(names: readonly string[]): HostileCase[] {
  return names.flatMap(name => {
    const changed = (what: string, change: (tensor: StoredTensor) => StoredTensor) =>
      withTensors(`${name}, ${what}`, all => void all.set(name, change(all.get(name) as StoredTensor)))
    const numbers = (what: string, put: (data: Int32Array) => void) =>
      changed(what, tensor => {
        const data = tensor.data.slice() as Int32Array
        put(data)
        return { ...tensor, data } as StoredTensor
      })
    return [
      withTensors(`${name}, away`, all => void all.delete(name)),
      changed('flat', tensor => ({ ...tensor, shape: [...tensor.shape, 1] })),
      changed('shorter', ({ shape, data, ...tensor }) => {
        const width = shape.slice(1).reduce((product, size) => product * size, 1)
        return {
          ...tensor,
          shape: [shape[0] - 1, ...shape.slice(1)],
          data: data.slice(0, -width),
        } as StoredTensor
      }),
      numbers('NaN, or the lowest number', data => {
        data[data.length - 1] = data instanceof Int32Array ? -(2 ** 31) : Number.NaN
      }),
      numbers('infinite, or the highest number', data => {
        data[0] = data instanceof Int32Array ? 2 ** 31 - 1 : Number.POSITIVE_INFINITY
      }),
    ]
  })
}

/** A vocabulary of so many types that what grows with their pairs or threes would fill the memory. */
function manyTypes(count: number, expected: 'refused' | 'any' = 'refused'): HostileCase {
  const change = (folder: HostileFolder) => {
    const vocabulary = folder.json('vocab.json') as Record<string, unknown>
    const types = Array.from({ length: count }, (_, i) => `T${String(i).padStart(6, '0')}`)
    const tags = tagSet(types, vocabulary.scheme as 'BIO')
    folder.write('vocab.json', JSON.stringify({ ...vocabulary, types, tags })).seal()
  }
  return hostileCase(`vocab.json: ${count} types`, change, { expected })
}

export function crfCases(): HostileCase[] {
  return [
    ...jsonTexts('vocab.json', 'predict'),
    ...mutations('config.json', 16, 5000, 'predict'),
    ...mutations('vocab.json', 30, 6000, 'predict'),
    ...tensors(['features.first', 'features.tags', 'features.weights', 'transitions']),
    manyTypes(2000),
  ]
}

/** Of a CRF whose last template is about steps. */
export function crfStepCases(): HostileCase[] {
  const templates = (name: string, change: (own: string[]) => void) =>
    hostileCase(`templates: ${name}`, folder => {
      const config = folder.json('config.json') as { features: { templates: string[] } }
      change(config.features.templates)
      folder.write('config.json', JSON.stringify(config)).seal()
    })
  return [
    ...tensors(['features.first', 'features.tags', 'features.weights']),
    templates('tags where there are pairs', own => void own.splice(0, own.length, ...own.slice().reverse())),
    templates('pairs where there are tags', own => void (own[0] = 'step & word')),
    templates('no pairs', own => void (own[own.length - 1] = 'word@2')),
    templates('step alone', own => void (own[0] = 'step')),
    ...mutations('vocab.json', 10, 13_000, 'predict'),
  ]
}

export function bootstrapCases(): HostileCase[] {
  return [
    ...mutations('config.json', 12, 14_000, 'predict'),
    ...mutations('vocab.json', 30, 15_000, 'predict'),
    ...tensors(['rules.types', 'rules.confidences']),
    manyTypes(2000, 'any'),
  ]
}

export function hmmCases(): HostileCase[] {
  return [
    ...mutations('config.json', 12, 7000, 'predict'),
    ...mutations('vocab.json', 30, 8000, 'predict'),
    ...tensors(['trigrams', 'trigrams.counts', 'words.first', 'words.tags', 'words.counts']),
    manyTypes(60, 'any'),
    manyTypes(600),
    manyTypes(6000),
    hostileCase('trigrams of no tag, one count that outweighs all', folder => {
      folder
        .write('vocab.json', JSON.stringify({ ...(folder.json('vocab.json') as object), words: [] }))
        .seal()
    }),
  ]
}

const COMBINATION = 'combination.json'
const RULES = '1-rules.json'

interface LooseCombination {
  parts: Record<string, unknown>[]
  [key: string]: unknown
}

function combined(name: string, change: (combination: LooseCombination, folder: HostileFolder) => void) {
  return hostileCase(`combination: ${name}`, folder => {
    const combination = folder.json(COMBINATION) as LooseCombination
    change(combination, folder)
    folder.write(COMBINATION, JSON.stringify(combination)).seal()
  })
}

function ruled(name: string, rules: unknown, expected: 'refused' | 'any' = 'refused'): HostileCase {
  return hostileCase(`rules: ${name}`, folder => void folder.write(RULES, JSON.stringify({ rules })).seal(), {
    expected,
  })
}

/** @param secret a file that a rule must not read */
export function combinationCases(secret: string): HostileCase[] {
  return [
    ...jsonTexts(COMBINATION, 'predict'),
    ...jsonTexts(RULES, 'predict'),
    ...mutations(COMBINATION, 30, 9000, 'predict'),
    ...mutations(RULES, 40, 10_000, 'predict'),
    ...mutations('0-config.json', 8, 11_000, 'predict'),
    ...mutations('0-manifest.json', 8, 12_000, 'predict'),
    combined('no parts', combination => void (combination.parts = [])),
    combined('101 parts', combination => void (combination.parts = Array(101).fill(combination.parts[1]))),
    combined('a newer version', combination => void (combination.version = 2)),
    combined(
      'a part whose files are not there',
      combination => void combination.parts.push(combination.parts[1]),
    ),
    combined('rules where there is a run', combination => void (combination.parts[0].kind = 'rules')),
    combined('a run where there are rules', combination => void (combination.parts[1].kind = 'run')),
    combined('a built-in model of another name', combination => {
      combination.parts[1] = { ...combination.parts[1], kind: 'built-in', builtIn: '__proto__' }
    }),
    combined('a combination in a combination', (combination, folder) => {
      folder.write('0-combination.json', folder.read(COMBINATION)).remove('0-config.json')
      combination.parts[0].kind = 'run'
    }),
    combined('a guide without a model', combination => {
      combination.parts = [combination.parts[1]]
      combination.parts[0].as = 'forbid'
    }),
    ruled('another file', [{ type: 'A', file: secret }]),
    ruled('a pattern that backtracks', [{ type: 'A', regex: '(a*)*b|(?=a)(a|a)+$' }], 'any'),
    ruled('a pattern in linear time', [{ type: 'A', regex: '(?:a|a)+b' }], 'any'),
    ruled('ten thousand times ten thousand', [{ type: 'A', regex: '(?:a{100}){100}' }]),
    ruled('11,000 rules', Array(11_000).fill({ type: 'A', names: ['x'] })),
    ruled('a name of 10,000 words', [{ type: 'A', names: ['x '.repeat(10_000)] }]),
    ruled('a type that is the prototype', [{ type: '__proto__', names: ['constructor'] }], 'any'),
    ruled('a country that is none', [{ use: 'phone', country: 'XX' }]),
    ruled('an unknown finder', [{ use: 'constructor' }]),
    ruled('an unknown check', [{ type: 'A', regex: 'a', validate: 'toString' }]),
  ]
}

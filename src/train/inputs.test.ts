import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PartialConfig } from '../config/schema.js'
import type { GazetteerList } from '../encode/gazetteer.js'
import type { RowGradient } from '../engine/optim/parameter-store.js'
import { webInNode } from '../engine/runtime/node/choose-runtime.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { referenceRuntime } from '../engine/runtime/reference/reference.js'
import { createInputCase, type InputCase, someVectors } from './testing/input-case.js'

interface Case {
  readonly name: string
  readonly input: PartialConfig['input']
  readonly hasVectors?: boolean
  readonly gazetteers?: readonly GazetteerList[]
  /** The parameters of the inputs that there must be, and no others. */
  readonly parameters: readonly string[]
}

const LISTS: readonly GazetteerList[] = [
  { name: 'cities', ignoreCase: true, entries: ['LONDON', 'New York City', 'New Orleans'] },
  { name: 'names', ignoreCase: false, entries: ['Charles Babbage', 'ada', 'York'] },
]

const CASES: readonly Case[] = [
  { name: 'words', input: {}, parameters: ['input.words'] },
  {
    name: 'fine-tuned vectors',
    input: { words: { normalize: 'tweets' } },
    hasVectors: true,
    parameters: ['input.words'],
  },
  {
    name: 'fixed vectors beside shape and affixes',
    input: { words: { fineTune: false }, shape: { dim: 2 }, affixes: { dim: 2, lengths: [1] } },
    hasVectors: true,
    parameters: ['input.words', 'input.shape', 'input.prefix1', 'input.suffix1'],
  },
  {
    name: 'casing',
    input: { casing: { dim: 3 } },
    parameters: ['input.words', 'input.casing'],
  },
  {
    name: 'a column and gazetteers',
    input: {
      columns: [{ column: 'pos', dim: 3 }],
      gazetteers: [
        { file: 'cities.txt', dim: 2, ignoreCase: true },
        { file: 'names.txt', dim: 3, ignoreCase: false },
      ],
    },
    gazetteers: LISTS,
    parameters: ['input.words', 'input.column.pos', 'input.gazetteer.cities', 'input.gazetteer.names'],
  },
  {
    name: 'characters by a CNN',
    input: { charCnn: { dim: 3, filters: 4 } },
    parameters: ['input.words', 'input.characters', 'input.characterFilters', 'input.characterBias'],
  },
  {
    name: 'characters by a BiLSTM',
    input: { charLstm: { dim: 3, hidden: 4 } },
    parameters: ['input.words', 'input.characterStates.characters', 'input.characterStates.weight'],
  },
  {
    name: 'everything at once',
    input: {
      charLstm: { dim: 2, hidden: 2 },
      charCnn: { dim: 3, filters: 4 },
      shape: { dim: 2 },
      casing: { dim: 2 },
      columns: [{ column: 'pos', dim: 3 }],
      gazetteers: [{ file: 'cities.txt', dim: 2, ignoreCase: true }],
    },
    hasVectors: true,
    gazetteers: LISTS.slice(0, 1),
    parameters: [
      ...['input.words', 'input.shape', 'input.casing', 'input.column.pos', 'input.gazetteer.cities'],
      ...['input.characters', 'input.characterFilters', 'input.characterBias'],
      ...['input.characterStates.characters', 'input.characterStates.weight'],
    ],
  },
]

const vectors = someVectors(4)

for (const { name, input, hasVectors, gazetteers, parameters } of CASES)
  test(`${name}: training and the shipped graph agree, and gradients with finite differences`, async () => {
    const one = await createInputCase(input, nodeRuntime(), { gazetteers, ...(hasVectors && { vectors }) })
    const { loss } = await one.step()
    assert.ok(Math.abs(loss - (await one.shippedLoss())) < 2e-6, `${loss}`)
    const own = one.store.parameters.filter(parameter => parameter.name.startsWith('input.'))
    assert.deepEqual(
      own.map(parameter => parameter.name),
      parameters,
    )
    let checked = 0
    for (const parameter of own) checked += await checkGradient(one, parameter.name)
    assert.ok(checked >= 8 * own.length, `${checked} numbers`)
    await one.release()
  })

/** Compares numbers spread over a parameter; some must have a gradient. */
async function checkGradient(one: InputCase, name: string): Promise<number> {
  const { rowGradients } = await one.step()
  const { value, shape } = one.store.get(name)
  const gradient = denseGradient(one, name, rowGradients)
  assert.ok(
    gradient.some(d => Math.abs(d) > 1e-5),
    `${name} has a gradient`,
  )
  const largest = [...gradient.keys()]
    .sort((a, b) => Math.abs(gradient[b]) - Math.abs(gradient[a]))
    .slice(0, 6)
  const spread = Array.from({ length: 10 }, (_, i) => Math.floor((i * value.length) / 10))
  let checked = 0
  const isTable = rowGradients.some(each => each.name === name)
  for (const i of new Set([...largest, ...spread])) {
    // Row 0 is padding. Words of the table of fixed vectors look it up beside theirs: it must stay zero.
    if (isTable && i < shape[1]) {
      assert.equal(gradient[i], 0, `${name}[${i}]`)
      continue
    }
    // Characters' padding, which nothing looks up.
    if (shape.length === 2 && i < shape[1] && gradient[i] === 0) continue
    const original = value[i]
    const at = async (change: number) => {
      value[i] = original + change
      const { loss } = await one.step()
      return { loss, value: value[i] }
    }
    const up = await at(1e-3)
    const down = await at(-1e-3)
    value[i] = original
    const slope = (up.loss - down.loss) / (up.value - down.value)
    assert.ok(
      Math.abs(slope - gradient[i]) < 2e-4 + 2e-2 * Math.abs(slope),
      `${name}[${i}]: ${slope}, ${gradient[i]}`,
    )
    checked++
  }
  return checked
}

function denseGradient(one: InputCase, name: string, rowGradients: readonly RowGradient[]): Float32Array {
  const { value, shape, slots } = one.store.get(name)
  const rows = rowGradients.find(each => each.name === name)
  if (!rows) return (slots.gradient ?? new Float32Array()).slice()
  const dense = new Float32Array(value.length)
  rows.rows.forEach((row, i) => {
    dense.set(rows.gradient.subarray(i * shape[1], (i + 1) * shape[1]), row * shape[1])
  })
  return dense
}

test('fixed vectors stay as they are: the row of padding that stands in for them is not trained', async () => {
  for (const words of [{ fineTune: false }, { fineTune: true, minCount: 3 }]) {
    const one = await createInputCase({ words, shape: { dim: 2 } }, nodeRuntime(), { vectors })
    const { value, shape } = one.store.get('input.words')
    const before = value.slice()
    for (let update = 0; update < 3; update++)
      one.optimizer.step(0.01, (await one.step()).rowGradients, { clipNorm: 1 })
    assert.deepEqual([...value.subarray(0, shape[1])], Array(shape[1]).fill(0))
    assert.notDeepEqual(value, before)
    await one.release()
  }
})

test('every runtime gives a word its fixed vector and its character states', async () => {
  const losses: number[] = []
  for (const runtime of [nodeRuntime(), webInNode(), referenceRuntime()]) {
    const one = await createInputCase(
      { words: { fineTune: false }, charLstm: { dim: 3, hidden: 4 } },
      runtime,
      { vectors },
    )
    losses.push(await one.shippedLoss())
    await one.release()
  }
  assert.equal(losses.length, 3)
  for (const loss of losses) assert.ok(Math.abs(loss - losses[0]) < 1e-5, losses.join(' '))
})

test('a word is looked up as it is, then in the forms that vectors know it by', async () => {
  for (const fineTune of [true, false]) {
    const one = await createInputCase({ words: { fineTune, normalize: 'tweets' } }, nodeRuntime(), {
      vectors,
    })
    const { vocabularies, forms, coverage } = one.prepared
    const { words, vectorWords } = vocabularies
    const placeOf = (text: string) => {
      const [trained, fixed] = forms.lookupIds[forms.idOf(text)]
      return trained === 0 ? `fixed ${vectorWords?.entries[fixed]}` : `trained ${words.entries[trained]}`
    }
    const own = (word: string, fixed: string) => (fineTune ? `trained ${word}` : `fixed ${fixed}`)
    assert.equal(placeOf('Ada'), own('Ada', 'Ada'))
    assert.equal(placeOf('London'), own('London', 'london'))
    assert.equal(placeOf('LONDON'), 'fixed london')
    assert.equal(placeOf('PARIS'), 'fixed paris')
    assert.equal(placeOf('1984'), 'fixed 0000')
    assert.equal(placeOf('16'), 'fixed ##')
    assert.equal(placeOf('@someone'), own('<USR>', '<user>'))
    assert.equal(placeOf('http://elsewhere.org/'), 'trained <URL>')
    assert.equal(placeOf('wrote'), 'trained wrote')
    assert.equal(placeOf('Wrote'), 'trained wrote')
    assert.equal(placeOf('nowhere'), 'trained <UNK>')
    assert.equal(words.has('Ada'), fineTune)
    assert.equal(vectorWords?.has('Ada'), !fineTune)
    const { words: all, exact, lower, digits, missing, tokens } = coverage ?? assert.fail()
    assert.deepEqual([exact, lower, digits, all - missing], [2, 4, 2, 8])
    assert.equal(tokens.words, one.prepared.tokens)
    assert.equal(tokens.exact + tokens.lower + tokens.digits + tokens.missing, tokens.words)
    await one.release()
  }
})

test('an unknown word falls back on forms of it that the training data has, where asked to', async () => {
  let checked = 0
  for (const fallback of [true, false]) {
    const one = await createInputCase({ words: { fallback, normalize: 'tweets' } }, nodeRuntime())
    const { vocabularies, forms, sentences } = one.prepared
    const wordOf = (text: string) => vocabularies.words.entries[forms.lookupIds[forms.idOf(text)][0]]
    const expected: readonly (readonly [string, string, string])[] = [
      // word, with the fall-back, without it
      ['London', 'London', 'London'],
      ['THE', 'the', '<UNK>'],
      ['The', 'the', '<UNK>'],
      // In lower case only: what the training data has in capitals is not looked for.
      ['london', '<UNK>', '<UNK>'],
      ['@Someone', '<USR>', '<USR>'],
      ['1843', '1843', '1843'],
      ['1844', '<UNK>', '<UNK>'],
      ['nowhere', '<UNK>', '<UNK>'],
    ]
    for (const [word, on, off] of expected) {
      assert.equal(wordOf(word), fallback ? on : off, `${word}, ${fallback}`)
      checked++
    }
    // What the training data has is its own form either way.
    for (const { forms: ids } of sentences)
      for (const form of ids) assert.notEqual(forms.lookupIds[form][0], 1)
    await one.release()
  }
  assert.equal(checked, 16)
  const digits = await createInputCase({ words: { fallback: true, digitsToZero: true } }, nodeRuntime())
  const { vocabularies, forms } = digits.prepared
  assert.equal(vocabularies.words.entries[forms.lookupIds[forms.idOf('1844')][0]], '0000')
  await digits.release()
})

test('casing classes are looked up by class', async () => {
  const one = await createInputCase({ casing: { dim: 2 } }, nodeRuntime())
  const { vocabularies, forms } = one.prepared
  const classOf = (text: string) => vocabularies.features.casing.entries[forms.lookupIds[forms.idOf(text)][1]]
  const expected = {
    Unheard: 'initial-upper',
    unheard: 'all-lower',
    '1999': 'numeric',
    '!': 'other',
    // No such token stands in the training data.
    ABC: '<UNK>',
  }
  for (const [text, casing] of Object.entries(expected)) assert.equal(classOf(text), casing, text)
  await one.release()
})

test('a token is another one with another part of speech, or in a name', async () => {
  for (const unit of ['word', 'character', 'piece'] as const) {
    const one = await createInputCase(
      {
        unit,
        columns: [{ column: 'pos', dim: 2 }],
        gazetteers: [{ file: 'names.txt', dim: 2, ignoreCase: false }],
      },
      nodeRuntime(),
      { gazetteers: [LISTS[1]] },
    )
    const { forms } = one.prepared
    const encode = (tokens: readonly string[], pos: readonly string[]) => {
      const { forms: ids, units } = forms.encode({ tokens, columns: { pos } })
      return tokens.map((_, t) => [...ids.subarray(units?.starts[t] ?? t, units?.ends[t] ?? t + 1)].join(' '))
    }
    const [charles, babbage] = encode(['Charles', 'Babbage'], ['N', 'N'])
    const [again, verb] = encode(['Charles', 'Babbage', 'wrote'], ['N', 'V', 'V'])
    const [alone] = encode(['Charles'], ['N'])
    const [, other] = encode(['Charles', 'Babbage'], ['N', 'N'])
    assert.equal(charles, again, unit)
    assert.equal(babbage, other, unit)
    assert.notEqual(babbage, verb, unit)
    assert.notEqual(charles, alone, unit)
    assert.throws(
      () => forms.encode(['Charles']),
      /a value of the column "pos" for each of 1 tokens, got tokens alone/,
    )
    assert.throws(
      () => forms.encode({ tokens: ['a', 'b'], columns: { pos: ['N'] } }),
      /for each of 2 tokens, got 1;/,
    )
    await one.release()
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import { fillVectors } from './fill-vectors.js'
import { cosine } from './nearest-words.js'
import { RidgeSums } from './ridge-regression.js'
import { WordSequences } from './word-sequences.js'
import type { WordVectors } from './word-vectors.js'

const DIM = 2
const KNOWN = ['the', 'ship', 'left', 'harbor', 'at', 'noon', 'with', 'grain', 'and', 'salt']
const MISSING = ['Quay', 'quay', '1905', '2017', 'rare']

function sequences(sentences: readonly (readonly string[])[]): WordSequences {
  const texts = new WordSequences()
  for (const sentence of sentences) texts.add(sentence)
  return texts
}

function randomCase(seed: number) {
  const random = Random.fromSeed(seed)
  const pick = <T>(items: readonly T[]) => items[Math.floor(random.float() * items.length)]
  const sentences = Array.from({ length: 200 }, (_, i) =>
    Array.from({ length: Math.floor(random.float() * 30) }, () =>
      random.float() < 0.15 ? pick(MISSING.slice(0, i < 3 ? 5 : 4)) : pick(KNOWN),
    ),
  )
  const vectors: WordVectors = {
    dim: DIM,
    rows: new Map(KNOWN.map((word, i) => [word, i])),
    matrix: Float32Array.from({ length: KNOWN.length * DIM }, () => random.float() * 2 - 1),
  }
  return { sentences, vectors }
}

/** Gauss-Jordan elimination with row exchange. */
function solved(matrix: readonly (readonly number[])[], right: readonly (readonly number[])[]): number[][] {
  const rows = matrix.map((row, i) => [...row, ...right[i]])
  for (let c = 0; c < matrix.length; c++) {
    const best = rows
      .slice(c)
      .reduce((top, row, i) => (Math.abs(row[c]) > Math.abs(rows[top][c]) ? c + i : top), c)
    ;[rows[c], rows[best]] = [rows[best], rows[c]]
    const scale = rows[c][c]
    rows[c] = rows[c].map(value => value / scale)
    rows.forEach((row, i) => {
      if (i !== c) rows[i] = row.map((value, j) => value - row[c] * rows[c][j])
    })
  }
  return rows.map(row => row.slice(matrix.length))
}

/** What `fillVectors` computes, token by token and with nothing shared. */
function slowTwin(sentences: readonly (readonly string[])[], vectors: WordVectors) {
  const formOf = (word: string) => (vectors.rows.has(word) ? word : word.toLowerCase().replace(/\d/g, '0'))
  const vectorOf = (word: string | undefined) => {
    const row = word === undefined ? undefined : vectors.rows.get(word)
    return row === undefined ? undefined : [...vectors.matrix.subarray(row * DIM, (row + 1) * DIM)]
  }
  const mean = (words: readonly (string | undefined)[]) => {
    const known = words.flatMap(word => {
      const vector = vectorOf(word)
      return vector ? [vector] : []
    })
    return [0, 1].map(d => known.reduce((sum, vector) => sum + vector[d], 0) / Math.max(1, known.length))
  }
  const inputOf = (form: string) => {
    const places = sentences.flatMap(words =>
      words.flatMap((word, at) => (formOf(word) === form ? [{ words, at }] : [])),
    )
    const input = [
      ...mean(places.map(({ words, at }) => words[at - 1])),
      ...mean(places.map(({ words, at }) => words[at + 1])),
      ...mean(places.flatMap(({ words, at }) => words.filter((_, i) => i !== at && Math.abs(i - at) <= 10))),
      1,
    ]
    return { input, count: places.length }
  }
  const cases = KNOWN.map(word => ({ ...inputOf(word), target: vectorOf(word) ?? [] }))
  const size = 3 * DIM + 1
  const sum = (f: (c: (typeof cases)[0]) => number) =>
    cases.reduce((all, c) => all + Math.sqrt(c.count) * f(c), 0)
  const gram = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => sum(({ input }) => input[i] * input[j])),
  )
  const penalty = (1e-4 * gram.reduce((all, row, i) => all + row[i], 0)) / size
  gram.forEach((row, i) => {
    row[i] += penalty
  })
  const moments = Array.from({ length: size }, (_, i) =>
    Array.from({ length: DIM }, (_, k) => sum(({ input, target }) => input[i] * target[k])),
  )
  const matrix = solved(gram, moments)
  return (form: string) => {
    const { input, count } = inputOf(form)
    return { count, vector: [0, 1].map(k => input.reduce((all, x, i) => all + x * matrix[i][k], 0)) }
  }
}

test('missing words get what a slow twin computes, in the form that most spellings find', () => {
  let cases = 0
  for (let seed = 1; seed <= 20; seed++) {
    const { sentences, vectors } = randomCase(seed)
    const filled = fillVectors(vectors, sequences(sentences), 50)
    assert.ok(!('tooFew' in filled))
    const twin = slowTwin(sentences, vectors)
    assert.deepEqual(filled.filled.map(({ word }) => word).sort(), ['0000', 'quay'])
    for (const { word, count } of filled.filled) {
      const expected = twin(word)
      assert.equal(count, expected.count)
      const row = filled.vectors.rows.get(word) ?? Number.NaN
      for (const [k, value] of expected.vector.entries())
        assert.ok(Math.abs(filled.vectors.matrix[row * DIM + k] - value) < 1e-5, `${word} ${value}`)
      cases++
    }
    assert.deepEqual(filled.vectors.matrix.subarray(0, KNOWN.length * DIM), vectors.matrix)
    assert.equal(filled.heldOut.words, KNOWN.length)
    assert.ok(Math.abs(filled.heldOut.cosine) <= 1)
  }
  assert.equal(cases, 40)
})

test('where the neighbors say which word it is, one that is missing gets its vector', () => {
  const random = Random.fromSeed(5)
  const draw = () => [random.float() * 2 - 1, random.float() * 2 - 1]
  const table: (readonly [string, readonly number[]])[] = []
  const sentences: string[][] = []
  // A word's vector follows from those of its two neighbors, which are too rare to be learned from themselves.
  for (let i = 0; i < 80; i++) {
    const name = String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26))
    for (const half of ['x', 'y']) {
      const words = [`l${name}${half}`, `w${name}`, `r${name}${half}`]
      for (let n = 0; n < 15; n++) sentences.push(words)
    }
    const [left, right] = [draw(), draw()]
    for (const half of ['x', 'y']) table.push([`l${name}${half}`, left], [`r${name}${half}`, right])
    table.push([`w${name}`, [left[0] + right[1], left[1] - right[0]]])
  }
  const known = table.filter(([word]) => word !== 'waa')
  const vectors = {
    dim: DIM,
    rows: new Map(known.map(([word], i) => [word, i])),
    matrix: Float32Array.from(known.flatMap(([, vector]) => vector)),
  }
  const filled = fillVectors(vectors, sequences(sentences), 20)
  assert.ok(!('tooFew' in filled))
  assert.deepEqual(filled.filled, [{ word: 'waa', count: 30 }])
  const truth = table.find(([word]) => word === 'waa')?.[1] ?? []
  const made = filled.vectors.matrix.subarray(known.length * DIM)
  assert.ok((cosine(made, truth) ?? 0) > 0.999, String(cosine(made, truth)))
  assert.ok(filled.heldOut.words === 79 && filled.heldOut.cosine > 0.99, String(filled.heldOut.cosine))
})

test('too few words to learn from are said to be too few', () => {
  const { sentences, vectors } = randomCase(1)
  const few = {
    ...vectors,
    rows: new Map([...vectors.rows].slice(0, 7)),
    matrix: vectors.matrix.slice(0, 14),
  }
  assert.deepEqual(fillVectors(few, sequences(sentences), 50), { tooFew: 7 })
})

test('a table with capital letters is filled with words as they are written', () => {
  const { sentences, vectors } = randomCase(2)
  const rows = new Map(
    [...vectors.rows].map(([word, row]) => [row % 2 ? word : word.toUpperCase(), row] as const),
  )
  const written = sentences.map(words =>
    words.map(word => (!rows.has(word) && KNOWN.includes(word) ? word.toUpperCase() : word)),
  )
  const filled = fillVectors({ ...vectors, rows }, sequences(written), 20)
  assert.ok(!('tooFew' in filled))
  assert.deepEqual(filled.filled.map(({ word }) => word).sort(), ['0000', 'Quay', 'quay'])
})

test('weighted ridge regression has a gradient of zero', () => {
  const random = Random.fromSeed(9)
  const draw = (count: number) => Float64Array.from({ length: count }, () => random.float() * 2 - 1)
  let cases = 0
  for (const [inputs, outputs, count] of [
    [1, 1, 3],
    [4, 2, 9],
    [6, 3, 4],
  ]) {
    const sums = new RidgeSums(inputs, outputs)
    const rows = Array.from({ length: count }, () => ({
      x: draw(inputs),
      y: draw(outputs),
      weight: random.float(),
    }))
    for (const { x, y, weight } of rows) sums.add(x, y, weight)
    const solution = sums.solve(0.1)
    const penalty =
      (0.1 * rows.reduce((all, { x, weight }) => all + weight * x.reduce((s, v) => s + v * v, 0), 0)) / inputs
    for (let i = 0; i < inputs; i++)
      for (let k = 0; k < outputs; k++) {
        let gradient = penalty * solution[i * outputs + k]
        for (const { x, y, weight } of rows) {
          const predicted = x.reduce((all, value, j) => all + value * solution[j * outputs + k], 0)
          gradient += weight * (predicted - y[k]) * x[i]
        }
        assert.ok(Math.abs(gradient) < 1e-10, String(gradient))
        cases++
      }
  }
  assert.equal(cases, 1 + 8 + 18)
})

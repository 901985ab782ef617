import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import { analogies } from './analogy.js'

test('analogies are those of sorting all words by the cosine with b − a + c', () => {
  const random = Random.fromSeed(5)
  const [words, dim] = [60, 7]
  const matrix = Float32Array.from({ length: words * dim }, () => random.normal())
  const rows = new Map(Array.from({ length: words }, (_, row) => [`w${row}`, row]))
  const unit = (row: number) => {
    const own = [...matrix.subarray(row * dim, (row + 1) * dim)]
    const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0))
    return own.map(value => value / length)
  }
  let cases = 0
  for (let n = 0; n < 40; n++) {
    const [a, b, c] = [random.below(words), random.below(words), random.below(words)]
    const wanted = unit(b).map((value, d) => value - unit(a)[d] + unit(c)[d])
    const score = (row: number) => unit(row).reduce((sum, value, d) => sum + value * wanted[d], 0)
    const expected = [...rows.values()]
      .filter(row => row !== a && row !== b && row !== c)
      .sort((x, y) => score(y) - score(x))
      .slice(0, 5)
    const found = analogies({ dim, rows, matrix }, [a, b, c], 5)
    assert.deepEqual(
      found.map(({ word }) => word),
      expected.map(row => `w${row}`),
    )
    cases++
  }
  assert.equal(cases, 40)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInputError } from '../../base/errors.js'
import { subwordBuckets } from '../../encode/subwords.js'
import { parseRuns, runFinder, runsOf } from './subword-rows.js'
import { someRuns, someVectors } from './testing/sample.js'
import { InputSubject } from './testing/subject.js'

const DIM = 4
const TABLE = someRuns(DIM)
const VECTORS = { ...someVectors(DIM), subwords: TABLE }

/** The mean of a word's runs in float32, straight from the table; `undefined` where it has none of them. */
function meanOf(word: string): number[] | undefined {
  const rows = subwordBuckets(word, TABLE.scheme)
    .map(bucket => TABLE.buckets.indexOf(bucket))
    .filter(row => row >= 0)
  if (rows.length === 0) return undefined
  const sum = (d: number) => rows.reduce((all, row) => all + TABLE.matrix[row * DIM + d], 0)
  return Array.from({ length: DIM }, (_, d) => sum(d) / rows.length)
}

test('a word that no table has is the mean of its runs; one without runs, or too long, is unknown', async () => {
  const subject = new InputSubject({ words: { vectors: { file: 'memory' } } }, { vectors: VECTORS })
  const unknown = [...subject.store.get('input.words').value.subarray(DIM, 2 * DIM)]
  const long = 'harbor'.repeat(11)
  assert.ok(long.length > 64 && meanOf(long))
  const words = ['harbors', 'Xanchor', 'harbor', 'qqqqqq', 'zz', long, 'London']
  const [features] = await subject.infer([{ tokens: words }])
  let composed = 0
  words.forEach((word, i) => {
    const own = [...features.subarray(i * DIM, (i + 1) * DIM)]
    const mean = word.length > 64 || word === 'London' ? undefined : meanOf(word)
    if (mean) {
      // Each number of a run is off by half a step of its row at most.
      mean.forEach((value, d) => void assert.ok(Math.abs(own[d] - value) < 4 / 254, `${word} ${d}`))
      composed++
    } else
      assert.equal(
        word !== 'London',
        own.every((value, d) => value === unknown[d]),
        word,
      )
  })
  assert.equal(composed, 3)
})

test('with `subwords: false` the runs are left out of the model', () => {
  const words = { vectors: { file: 'memory', subwords: false } }
  const without = new InputSubject({ words }, { vectors: VECTORS })
  const { subwords: _, ...bare } = VECTORS
  const never = new InputSubject({ words: { vectors: { file: 'memory' } } }, { vectors: bare })
  const written = ({ vocabularies }: InputSubject) => JSON.stringify(vocabularies.inputs)
  assert.equal(written(without), written(never))
  assert.ok(written(never).length > 50)
  assert.equal(without.inputs.blocks[0].keptBytes, never.inputs.blocks[0].keptBytes)
  const kept = new InputSubject({ words: { vectors: { file: 'memory' } } }, { vectors: VECTORS })
  const more = (kept.inputs.blocks[0].keptBytes ?? 0) - (never.inputs.blocks[0].keptBytes ?? 0)
  assert.equal(more, (TABLE.buckets.length + 1) * (DIM + 4))
})

test('more runs than a model has are refused', () => {
  const { scheme, matrix } = TABLE
  const most = 2_000_000
  const buckets = Int32Array.from({ length: most + 1 }, (_, bucket) => bucket)
  const whole = { ...scheme, buckets: most + 1 }
  assert.throws(() => runsOf({ scheme: whole, buckets, matrix }), { code: 'encode/vectors' })
  assert.equal(runsOf({ scheme: whole, buckets: buckets.subarray(1), matrix }).runs.length, most)
})

test('runs of a vocabulary that cannot be are refused', () => {
  const whole = JSON.parse(JSON.stringify(runsOf(TABLE)))
  assert.deepEqual(runFinder(parseRuns(whole, 'x'))('harbors'), runFinder(runsOf(TABLE))('harbors'))
  const changes: readonly object[] = [
    { shortest: 0 },
    { shortest: 2.5 },
    { shortest: '3' },
    { longest: 2 },
    { longest: 21 },
    { buckets: 0 },
    { buckets: 2 ** 31 + 1 },
    { buckets: 1 },
    { runs: [] },
    { runs: {} },
    { runs: 'abc' },
    { runs: [1, 1] },
    { runs: [-1] },
    { runs: [500] },
    { runs: [null] },
    { runs: [1.5] },
  ]
  for (const change of changes)
    assert.throws(
      () => parseRuns({ ...whole, ...change }, 'vocab.json: words: subwords'),
      error => isInputError(error) && error.message.includes('vocab.json: words: subwords'),
      JSON.stringify(change),
    )
  for (const value of [null, [], 7, 'x']) assert.throws(() => parseRuns(value, 'x'), isInputError)
  assert.equal(changes.length, 16)
})

import assert from 'node:assert/strict'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { temporaryFolder } from '../../train/testing/tiny-run.js'
import { loadSpanRecognizer, namedSpanModel } from '../node/load-span-recognizer.js'
import { loadTagger } from '../node/load-tagger.js'
import { modelIdentity } from '../node/model-identity.js'
import { type FoundSpan, greedySpans, wordsOf, wordWindows } from './span-windows.js'

const FOLDER = 'oracles/span-model'
interface Case {
  readonly text: string
  readonly types: readonly string[]
  readonly threshold: number
  readonly entities: readonly { start: number; end: number; type: string; score: number }[]
}
const CASES: readonly Case[] = JSON.parse(readFileSync('oracles/span-model.json', 'utf8'))

test('spans and scores are those of the program that made the model', async () => {
  await using model = await loadSpanRecognizer(FOLDER, { types: ['person'], threads: 1 })
  let entities = 0
  for (const { text, types, threshold, entities: expected } of CASES) {
    const own = model.withTypes({ types, threshold })
    const found = await own.tag(text)
    await own.release()
    assert.deepEqual(
      found.map(({ start, end, type }) => [start, end, type]),
      expected.map(({ start, end, type }) => [start, end, type]),
      text,
    )
    found.forEach(({ score, start, end, text: own }, i) => {
      assert.ok(Math.abs(score - expected[i].score) < 2e-5, `${text}: ${score}, ${expected[i].score}`)
      assert.equal(own, text.slice(start, end))
      entities++
    })
  }
  assert.equal(CASES.length, 50)
  assert.ok(entities > 400, String(entities))
})

test('a text of more words than the model reads at once is read whole, through windows', async () => {
  await using model = await loadSpanRecognizer(FOLDER, {
    types: ['person', 'city'],
    threshold: 0,
    threads: 1,
  })
  const words = Array.from({ length: 200 }, (_, i) => `Ada${i % 7}`)
  const found = await model.tag(words.join(' '))
  // With any score allowed, every word is in an entity.
  const covered = found.reduce((sum, { text }) => sum + text.split(' ').length, 0)
  assert.equal(covered, words.length)
  const [decoded] = await model.tagTokens([words])
  assert.deepEqual(
    decoded.spans.map(({ type, score }) => [type, score]),
    found.map(({ type, score }) => [type, score]),
  )
})

test('windows cover all words, in order, within their limits', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 9, max: 30 }),
      fc.integer({ min: 0, max: 5 }),
      (pieces, words, room, shared) => {
        const windows = wordWindows(pieces, { words, pieces: room, shared })
        let next = 0
        for (const { from, to } of windows) {
          assert.ok(from <= next && to > next && to - from <= words)
          assert.ok(pieces.slice(from, to).reduce((a, b) => a + b, 0) <= room)
          next = to
        }
        assert.equal(next, pieces.length)
      },
    ),
  )
})

test('the likeliest spans are chosen first, as a slow search does', () => {
  const span = fc.record({
    start: fc.nat(12),
    long: fc.integer({ min: 1, max: 4 }),
    type: fc.nat(2),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.array(span, { maxLength: 20 }), all => {
      const found: FoundSpan[] = all.map(({ start, long, ...rest }) => ({
        ...rest,
        start,
        end: start + long,
      }))
      const chosen: FoundSpan[] = []
      for (const own of [...found].sort((a, b) => b.score - a.score))
        if (chosen.every(other => own.end <= other.start || own.start >= other.end)) chosen.push(own)
      assert.deepEqual(
        greedySpans(found),
        chosen.sort((a, b) => a.start - b.start),
      )
    }),
  )
})

test('words are those of the trainer', () => {
  const text = 'well-known list_of 😀 $5.'
  assert.deepEqual(
    wordsOf(text).map(({ start, end }) => text.slice(start, end)),
    ['well-known', 'list_of', '😀', '$', '5', '.'],
  )
})

test('a span model is loaded by its folder and types, beside other models, and in worker threads', async () => {
  const name = `${FOLDER}?types=person,a thing that flies&threshold=0.4`
  const text = CASES[10].text
  await using alone = await loadTagger(name, { threads: 1 })
  assert.deepEqual(alone.info.types, ['person', 'a thing that flies'])
  assert.equal(alone.info.recognizer, 'spans')
  const found = await alone.tag(text)
  assert.ok(found.length > 0)
  await using both = await loadTagger(`numbers+${name}`, { threads: 1 })
  assert.ok((await both.tag(text)).length > 0)
  await using pool = await loadTagger(name, { workers: 1 })
  assert.deepEqual(await pool.tag(text), found)
  assert.notEqual(await modelIdentity(name), await modelIdentity(`${FOLDER}?types=person`))
  await assert.rejects(alone.tagProbabilities([['Ada']]), { code: 'predict/kind' })
  for (const wrong of [
    '',
    '?types=',
    '?types=person&limit=3',
    '?types=person,person',
    '?types=person&threshold=x',
    '?types=person&threshold=',
    '?types=person&threshold=2',
    '?types=person&types=city',
  ])
    await assert.rejects(loadTagger(FOLDER + wrong), { code: 'predict/types' }, wrong)
  assert.equal(namedSpanModel('oracles'), undefined)
  assert.throws(() => namedSpanModel('oracles?types=person'), { code: 'predict/types' })
  assert.equal(namedSpanModel('none?types=person'), undefined)
})

test('a folder that is incomplete, of another kind or hostile is refused with one message', async () => {
  const folder = temporaryFolder()
  const model = readFileSync(`${FOLDER}/onnx/model.onnx`)
  const config = JSON.parse(readFileSync(`${FOLDER}/gliner_config.json`, 'utf8'))
  const changed = (settings: object) => (at: string) =>
    writeFileSync(join(at, 'gliner_config.json'), JSON.stringify({ ...config, ...settings }))
  const text = (from: string, to: string) =>
    Buffer.from(Buffer.from(model).toString('latin1').replaceAll(from, to), 'latin1')
  const cases: readonly (readonly [name: string, change: (at: string) => void, message: RegExp])[] = [
    ['no model', at => rmSync(join(at, 'onnx'), { recursive: true }), /ONNX file/],
    ['no tokenizer', at => rmSync(join(at, 'tokenizer.json')), /tokenizer\.json/],
    ['a model cut short', at => writeFileSync(join(at, 'onnx/model.onnx'), model.subarray(0, 1000)), /ONNX/],
    [
      'other inputs',
      at => writeFileSync(join(at, 'onnx/model.onnx'), text('span_idx', 'span_xyz')),
      /inputs/,
    ],
    [
      'an operator of nobody',
      at => writeFileSync(join(at, 'onnx/model.onnx'), text('Einsum', 'Einsun')),
      /loads/,
    ],
    ['tokens in place of spans', changed({ span_mode: 'token_level' }), /span_mode/],
    ['an encoder of labels', changed({ labels_encoder: 'bert' }), /labels_encoder/],
    ['another mark', changed({ ent_token: '<<XYZ>>' }), /<<XYZ>>/],
    ['a billion words', changed({ max_len: 1e9 }), /max_len/],
    ['no width', changed({ max_width: 0 }), /max_width/],
  ]
  let refused = 0
  try {
    for (const [i, [name, change, message]] of cases.entries()) {
      const own = join(folder.path, String(i))
      cpSync(FOLDER, own, { recursive: true })
      change(own)
      await assert.rejects(
        loadSpanRecognizer(own, { types: ['person'] }),
        { code: 'model/file', message },
        name,
      )
      refused++
    }
    // A width that the graph was not made for.
    const own = join(folder.path, 'width')
    cpSync(FOLDER, own, { recursive: true })
    changed({ max_width: 4 })(own)
    await using other = await loadSpanRecognizer(own, { types: ['person'] })
    await assert.rejects(other.tag('Ada wrote.'), { code: 'model/file' })
  } finally {
    folder.remove()
  }
  assert.equal(refused, cases.length)
})

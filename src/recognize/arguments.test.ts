import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInputError } from '../base/errors.js'
import { runAt } from '../run/run-source.js'
import { loadTaggerFrom } from './load-recognizer.js'
import { loadTagger } from './node/load-tagger.js'
import { randomTagger } from './testing/random-tagger.js'

/** Plain JavaScript: any method with any arguments. */
type Untyped = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>

function isRefusal(error: unknown): boolean {
  assert.ok(isInputError(error), String(error))
  assert.equal(error.code, 'predict/argument')
  assert.equal(error.faults.length, 1)
  assert.match(error.message, /^[\w.[\]]+: expected .+, got .+$/)
  return true
}

const NO_TEXT = [undefined, null, 3, Number.NaN, true, {}, () => 'x', Symbol.iterator]
const NO_TEXTS = [...NO_TEXT, [1], ['a', undefined], [['a']], [null]]
const NO_STREAM = [...NO_TEXTS, 'a single text']
const NO_OPTIONS = [
  null,
  3,
  'x',
  [],
  { minscore: 0.5 },
  { minScore: '0.5' },
  { minScore: Number.NaN },
  { minScore: 2 },
  { signal: {} },
  { signal: null },
]
const NO_SENTENCES = [
  ...NO_TEXT,
  'Ada wrote',
  ['Ada', 'wrote'],
  [[1]],
  [['a'], undefined],
  [[['a']]],
  [{}],
  [{ tokens: 'Ada' }],
  [{ tokens: ['a'], columns: [] }],
  [{ tokens: ['a'], columns: { pos: 'N' } }],
  [{ tokens: ['a'], columns: { pos: [1] } }],
  [{ tokens: ['a', 'b'], columns: { pos: ['N'] } }],
]

test('what is not an argument is refused: methods that return a promise reject, the others throw', async () => {
  await using own = await randomTagger()
  const tagger = own as unknown as Untyped
  const call = (name: string, args: readonly unknown[]) => tagger[name].call(own, ...args)
  let cases = 0
  const rejects = async (name: string, ...args: readonly unknown[]) => {
    cases++
    const result = call(name, args)
    assert.ok(result instanceof Promise, `${name} of case ${cases} returns a promise`)
    await assert.rejects(result, isRefusal)
  }
  const throws = (name: string, ...args: readonly unknown[]) => {
    cases++
    assert.throws(() => call(name, args), isRefusal, `${name} of case ${cases}`)
  }
  async function* stream() {
    yield 'Ada wrote.'
  }
  for (const texts of NO_TEXTS) await rejects('tag', texts)
  for (const texts of NO_STREAM) throws('annotate', texts)
  for (const texts of NO_STREAM) throws('annotateNBest', texts, 2)
  for (const options of NO_OPTIONS) {
    await rejects('tag', 'Ada wrote.', options)
    await rejects('tag', ['Ada wrote.'], options)
    await rejects('tagTokens', [['Ada']], options)
    throws('tag', stream(), options)
    throws('annotate', ['Ada wrote.'], options)
  }
  for (const sentences of NO_SENTENCES) {
    for (const name of ['tagTokens', 'tagProbabilities', 'attention']) await rejects(name, sentences)
    throws('checkColumns', sentences)
    await rejects('nBest', sentences, 2)
  }
  for (const sentence of [undefined, null, 3, 'Ada', [1], [['a']], {}, { tokens: ['a'], columns: 3 }])
    throws('seesWhole', sentence)
  for (const n of [undefined, null, 0, -1, 1.5, Number.NaN, 1001, 1e308, '2', [2]]) {
    await rejects('nBest', [['Ada']], n)
    throws('annotateNBest', ['Ada'], n)
  }
  assert.equal(cases, 211)
})

test('a stream with something else in it is refused where it comes, after what was right', async () => {
  await using tagger = await randomTagger()
  const streams: (() => Iterable<unknown> | AsyncIterable<unknown>)[] = [
    () => new Set(['Ada.', 3]),
    async function* () {
      yield* ['Ada.', undefined]
    },
  ]
  for (const stream of streams)
    await assert.rejects(async () => {
      for await (const _ of tagger.annotate(stream() as AsyncIterable<string>)) assert.fail('one batch')
    }, isRefusal)
})

test('what is right is still tagged', async () => {
  await using tagger = await randomTagger()
  const texts = ['Ada wrote to Charles.', '']
  const all = await tagger.tag(texts)
  assert.deepEqual([await tagger.tag(texts[0], undefined), []], all)
  assert.deepEqual(await tagger.tag(texts, { minScore: 0, signal: new AbortController().signal }), all)
  const found = []
  for await (const entities of tagger.tag(new Set(texts) as unknown as AsyncIterable<string>))
    found.push(entities)
  assert.deepEqual(found, all)
  assert.deepEqual(await tagger.tagTokens([]), [])
  const tokens = Array.from({ length: 600 }, (_, i) => ['Ada', 'wrote', `${i}`])
  const spans = (await tagger.tagTokens(tokens)).flatMap(sentence => sentence.spans)
  assert.ok(spans.length > 0)
  const median = spans.map(({ score }) => score).sort((a, b) => a - b)[spans.length >> 1]
  const sure = await tagger.tagTokens(tokens, { minScore: median, signal: new AbortController().signal })
  assert.deepEqual(
    sure.flatMap(sentence => sentence.spans),
    spans.filter(({ score }) => score >= median),
  )
  const reason = new Error('stop')
  await assert.rejects(tagger.tagTokens(tokens, { signal: AbortSignal.abort(reason) }), reason)
  await assert.rejects(loadTagger('numbers', { signal: AbortSignal.abort(reason) }), reason)
  await (await loadTagger('numbers', { signal: new AbortController().signal })).release()
  const source = { read: () => Promise.reject(new Error('not to be asked')) }
  await assert.rejects(loadTaggerFrom(source, { signal: AbortSignal.abort(reason) }), reason)
  assert.equal((await tagger.tagTokens([[], { tokens: ['Ada'], columns: { pos: ['N'] } }])).length, 2)
})

test('a loader is refused what is not a folder, a source or its options', async () => {
  const node = loadTagger as unknown as (...args: readonly unknown[]) => Promise<unknown>
  const from = loadTaggerFrom as unknown as (...args: readonly unknown[]) => Promise<unknown>
  const source = { read: async () => undefined }
  const refused = [
    ...[undefined, null, 3, {}, ['runs/a']].map(dir => node(dir)),
    ...[
      null,
      { thread: 2 },
      { signal: 3 },
      { threads: 0 },
      { threads: '2' },
      { threads: 257 },
      { threads: 1e308 },
    ].map(options => node('runs/a', options)),
    ...[undefined, null, 'runs/a', {}, { read: 'x' }, { ...source, name: 3 }].map(each => from(each)),
    ...[null, 'text', 3, [1], {}, new Float32Array(1)].map(given => from({ read: async () => given })),
    ...[null, { url: 2 }, { threads: 0.5 }].map(options => from(source, options)),
  ]
  for (const url of [undefined, null, 3, {}]) assert.throws(() => runAt(url as string), isRefusal)
  for (const promise of refused) await assert.rejects(promise, isRefusal)
  assert.equal(refused.length, 27)
})

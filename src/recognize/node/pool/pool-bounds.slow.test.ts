import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { temporaryFolder, tinyConfig, trainHere } from '../../../train/testing/tiny-run.js'
import { analyzeTexts } from '../../analyzed-text.js'
import { loadTagger } from '../load-tagger.js'
import type { PooledTagger } from './pooled-tagger.js'
import { ThreadPool } from './thread-pool.js'

const folder = temporaryFolder()
const run = join(folder.path, 'run')
const ENTITIES = { kind: 'entities', scores: true } as const
const DATA = { model: run, threads: 1 } as const

before(() =>
  trainHere({ config: tinyConfig({ training: { epochs: 20, batchSize: 4, patience: null } }), out: run }),
)
after(folder.remove)

/** When what was called has reached the pool. */
const soon = () => new Promise(resolve => setImmediate(resolve))

test('a pool takes only so many texts and characters, and counts them', async () => {
  await using pool = (await loadTagger(run, {
    workers: 1,
    queue: { texts: 5, characters: 100 },
  })) as PooledTagger
  const idle = { threads: 1, busy: 0, texts: 0, characters: 0 }
  assert.deepEqual(pool.load, idle)
  const few = Array.from({ length: 5 }, () => pool.tag('Ada wrote.'))
  await soon()
  assert.deepEqual([pool.load.texts, pool.load.characters], [5, 50])
  await assert.rejects(pool.tag('Ada wrote.'), { code: 'predict/queue' })
  await Promise.all(few)
  const long = pool.tag('Ada wrote. '.repeat(500))
  await soon()
  await assert.rejects(pool.tag('Ada'), { code: 'predict/queue' }, 'one text alone may be longer')
  await long
  const stopped = new AbortController()
  const some = Array.from({ length: 5 }, () => pool.tag('Ada wrote.', { signal: stopped.signal }))
  // Microtasks alone: no answer can come meanwhile, however quick the thread is.
  for (let i = 0; i < 1000 && pool.load.texts < 5; i++) await null
  assert.equal(pool.load.texts, 5)
  stopped.abort()
  assert.equal((await Promise.allSettled(some)).filter(({ status }) => status === 'rejected').length, 5)
  assert.deepEqual([pool.load.texts, pool.load.characters], [0, 0], 'what nobody waits for takes no room')
  assert.ok(Array.isArray(await pool.tag('Ada Lovelace wrote.')))
  assert.deepEqual(pool.load, idle)
})

test('a thread that goes on with what nobody waits for is replaced', async () => {
  const pool = await ThreadPool.start(DATA, 1, () => {}, { patience: 20 })
  const threads = (pool as unknown as { all: Set<unknown> }).all
  const [first] = threads
  const text = 'Ada Lovelace wrote from London. '.repeat(40_000)
  const controller = new AbortController()
  const given = pool.submit(ENTITIES, text, text.length, controller.signal)
  await new Promise(resolve => setTimeout(resolve, 5))
  controller.abort(new Error('enough'))
  await assert.rejects(given, /enough/)
  assert.ok(Array.isArray(await pool.submit(ENTITIES, 'Ada wrote.', 10)))
  assert.ok(!threads.has(first))
  assert.equal(threads.size, 1)
  await pool.close()
})

test('a pool knows of a text what the tagger knows', async () => {
  await using pool = (await loadTagger(run, { workers: 2 })) as PooledTagger
  await using one = await loadTagger(run, { threads: 1 })
  const texts = ['Ada Lovelace wrote. She met Siemens in London.', '', '😀 Ada']
  const asked = { readings: 2, probabilities: true, attention: true }
  const found = await pool.analyze(texts, asked)
  assert.deepEqual(found, await analyzeTexts(one, texts, asked))
  const [{ sentences }] = found
  assert.equal(sentences.length, 2)
  for (const { tokens, readings, probabilities = [], attention } of sentences) {
    assert.equal(readings?.length, 2)
    assert.deepEqual(attention, [])
    assert.equal(probabilities.length, tokens.length * one.info.tags.length)
    const [first] = await one.tagProbabilities([tokens.map(({ text }) => text)])
    assert.deepEqual(probabilities, first)
  }
  await assert.rejects(pool.analyze(texts, { readings: 0 }), { code: 'predict/argument' })
})

test('a pool loads any recognizer, and says what only a tagger can do', async () => {
  await using pool = (await loadTagger(`${run}+numbers`, { workers: 2 })) as PooledTagger
  await using one = await loadTagger(`${run}+numbers`, { threads: 1 })
  const text = 'Ada Lovelace paid $5 on May 3rd, 1843.'
  const expected = await one.tag(text)
  const types = new Set(expected.map(({ type }) => type))
  assert.ok(types.has('MONEY') && types.has('DATE') && types.has('PER'), [...types].join())
  assert.deepEqual(await pool.tag(text), expected)
  await assert.rejects(pool.analyze([text], { readings: 1 }), { code: 'predict/kind' })
  await using swiss = await loadTagger('pii', { workers: 1, country: 'CH', onNotice: () => {} })
  const phone = '044 668 18 00'
  assert.equal((await swiss.tag(`Call ${phone}.`)).find(({ type }) => type === 'PHONE')?.text, phone)
  await assert.rejects(loadTagger('no/such', { workers: 1 }), { name: 'InputError' })
})

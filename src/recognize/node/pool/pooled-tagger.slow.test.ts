import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Random } from '../../../base/random.js'
import { temporaryFolder, tinyConfig, trainHere } from '../../../train/testing/tiny-run.js'
import { loadTagger } from '../load-tagger.js'
import { modelIdentity } from '../model-identity.js'
import type { PoolThread } from './pool-thread.js'
import type { PooledTagger } from './pooled-tagger.js'
import { ThreadPool } from './thread-pool.js'

const folder = temporaryFolder()
const run = join(folder.path, 'run')
const WORDS =
  'Ada Lovelace wrote to Charles Babbage from London . In 1843 she met Siemens 😀 and שלום é'.split(' ')
const random = Random.fromSeed(7)
const TEXTS = Array.from({ length: 600 }, () =>
  Array.from({ length: random.below(40) }, () => WORDS[random.below(WORDS.length)]).join(' '),
)

before(() =>
  trainHere({ config: tinyConfig({ training: { epochs: 20, batchSize: 4, patience: null } }), out: run }),
)
after(folder.remove)

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

async function* stream(texts: readonly string[]) {
  yield* texts
}

const load = async (workers: number) => ({
  one: await loadTagger(run, { threads: 1 }),
  pool: await loadTagger(run, { workers }),
})

/** The threads of a pool, to end them from outside. */
function threadsOf(tagger: unknown): Set<PoolThread> {
  return (tagger as { pool: { all: Set<PoolThread> } }).pool.all
}

test('a pool finds what one tagger finds, in the order of the texts', async () => {
  const { one, pool } = await load(2)
  assert.deepEqual(pool.info, one.info)
  const expected = await one.tag(TEXTS)
  assert.ok(expected.flat().length > 300, `${expected.flat().length} entities`)
  assert.deepEqual(await pool.tag(TEXTS), expected)
  assert.deepEqual(await all(pool.tag(stream(TEXTS))), expected)
  assert.deepEqual(await pool.tag(TEXTS[0], { minScore: 0.5 }), await one.tag(TEXTS[0], { minScore: 0.5 }))
  assert.deepEqual(await Promise.all(TEXTS.map(text => pool.tag(text))), expected)
  const some = TEXTS.slice(0, 300)
  assert.deepEqual(await all(pool.annotate(some)), await all(one.annotate(some)))
  assert.deepEqual(await all(pool.annotateNBest(some, 3)), await all(one.annotateNBest(some, 3)))
  const sentences = some.map(text => text.split(' ').filter(token => token !== ''))
  assert.deepEqual(await pool.tagTokens(sentences), await one.tagTokens(sentences))
  assert.deepEqual(await pool.nBest(sentences, 2), await one.nBest(sentences, 2))
  assert.deepEqual(await pool.tagProbabilities(sentences), await one.tagProbabilities(sentences))
  assert.deepEqual(await pool.tagEverything(some), await one.tagEverything(some))
  await assert.rejects(pool.nBest(sentences, 0), { code: 'predict/argument' })
  await assert.rejects(pool.attention(sentences), { code: 'predict/kind' })
  assert.deepEqual(await pool.tag([]), [])
  const unscored = expected.map(own => own.map(({ score, ...entity }) => entity))
  assert.deepEqual(await one.tag(TEXTS, { scores: false }), unscored)
  assert.deepEqual(await pool.tag(TEXTS, { scores: false }), unscored)
  assert.deepEqual(await all(pool.tag(stream(TEXTS), { scores: false })), unscored)
  assert.deepEqual(await (pool as PooledTagger).tagTogether(TEXTS, { scores: true }), expected)
  assert.throws(() => pool.tag(stream(TEXTS), { scores: 0 } as never), { code: 'predict/argument' })
  await assert.rejects(pool.tag(TEXTS[0], { scores: false, minScore: 0.5 } as never), {
    code: 'predict/argument',
  })
  await Promise.all([one.release(), pool.release()])
  await assert.rejects(pool.tag('Ada'), { code: 'predict/released' })
})

test('a live stream is tagged as it comes, and read only so far ahead', async () => {
  await using pool = await loadTagger(run, { workers: 2 })
  let next: (text: string) => void = () => {}
  async function* live() {
    for (;;) yield await new Promise<string>(resolve => void (next = resolve))
  }
  const found = pool.tag(live())
  for (const text of TEXTS.slice(0, 5)) {
    const coming = found.next()
    await new Promise(resolve => setImmediate(resolve))
    next(text)
    assert.deepEqual((await coming).value, await pool.tag(text))
  }
  void found.return(undefined)
  next('')
  let read = 0
  async function* endless() {
    for (;;) {
      read++
      yield TEXTS[read % TEXTS.length]
    }
  }
  for await (const _ of pool.tag(endless())) break
  assert.ok(read <= 5 * 256, `${read} texts read`)
})

test('a signal ends a call at once, and the pool goes on', async () => {
  await using pool = await loadTagger(run, { workers: 1 })
  const controller = new AbortController()
  const stopped = Array.from({ length: 20 }, () => pool.tag(TEXTS, { signal: controller.signal }))
  const kept = pool.tag(TEXTS)
  controller.abort(new Error('enough'))
  const results = await Promise.allSettled(stopped)
  assert.deepEqual(
    results.map(result => result.status === 'rejected' && (result.reason as Error).message),
    results.map(() => 'enough'),
  )
  assert.deepEqual(await kept, await pool.tag(TEXTS))
})

test('a thread that ends is replaced, and nothing is lost, doubled or mixed up', async () => {
  const { one, pool } = await load(2)
  const expected = await one.tag(TEXTS)
  let ended = 0
  const ending = (async () => {
    for (; ended < 4; ended++) {
      await new Promise(resolve => setTimeout(resolve, 30))
      const [thread] = threadsOf(pool)
      await thread?.stop()
    }
  })()
  while (ended < 4) assert.deepEqual(await all(pool.tag(stream(TEXTS))), expected)
  await ending
  assert.deepEqual(await pool.tag(TEXTS), expected)
  assert.equal(threadsOf(pool).size, 2)
  await Promise.all([one.release(), pool.release()])
})

test('threads of rules find what one recognizer of rules finds, also while they are ended', async () => {
  await using rules = await loadTagger('numbers', { workers: 2 })
  const texts = TEXTS.slice(0, 200).map((text, i) => `${text} on May ${1 + (i % 28)}, 1843 for $5`)
  await using one = await loadTagger('numbers')
  const expected = await one.tag(texts)
  assert.ok(expected.flat().length > 300)
  let ended = 0
  const crash = setInterval(() => {
    const [thread] = threadsOf(rules)
    if (thread && ended < 3) {
      ended++
      void thread.stop()
    }
  }, 20)
  while (ended < 3) assert.deepEqual(await rules.tag(texts), expected)
  clearInterval(crash)
  assert.deepEqual(await all(rules.annotate(texts)), await all(one.annotate(texts)))
  assert.equal(threadsOf(rules).size, 2)
})

test('an input that fails does so alone', async () => {
  const pool = await ThreadPool.start({ model: run, threads: 1 }, 2, () => {})
  const inputs = TEXTS.slice(0, 50).map((text, i) => (i % 10 === 3 ? { tokens: 3 } : text.split(' ')))
  const results = await Promise.allSettled(inputs.map(input => pool.submit({ kind: 'tokens' }, input, 10)))
  assert.deepEqual(
    results.map(({ status }) => status),
    inputs.map((_, i) => (i % 10 === 3 ? 'rejected' : 'fulfilled')),
  )
  const [reason] = results.flatMap(result => (result.status === 'rejected' ? [result.reason] : []))
  assert.equal((reason as { code?: string }).code, 'predict/argument')
  await pool.close()
})

test('a model that cannot be loaded is refused as by one tagger, and arguments are checked', async () => {
  mkdirSync(join(folder.path, 'none'))
  const error = await loadTagger(join(folder.path, 'none')).catch((error: unknown) => error)
  const pooled = await loadTagger(join(folder.path, 'none'), { workers: 2 }).catch((error: unknown) => error)
  assert.deepEqual(
    [(pooled as { code: string }).code, (pooled as Error).message],
    [(error as { code: string }).code, (error as Error).message],
  )
  for (const workers of [0, -1, 1.5, 1000, '2' as never])
    await assert.rejects(loadTagger(run, { workers }), { code: 'predict/argument' }, String(workers))
})

test('an idle pool keeps no process alive', () => {
  const script = `import { loadTagger } from ${JSON.stringify(new URL('../load-tagger.js', import.meta.url).href)}
    const pool = await loadTagger(${JSON.stringify(run)}, { workers: 2 })
    console.log((await pool.tag(['Ada wrote.', 'London'])).length)`
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: 120_000,
  })
  assert.deepEqual([status, stdout], [0, '2\n'], stderr)
})

test('a thread loads the model that it was told, or none', async () => {
  const start = (identity: string) => ThreadPool.start({ model: run, threads: 1, identity }, 1, () => {})
  await assert.rejects(start('0'.repeat(64)), { code: 'predict/replaced' })
  const pool = await start(await modelIdentity(run))
  await pool.close()
})

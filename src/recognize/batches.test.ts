import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { batchesOf } from './batches.js'

const limits = { texts: 4, characters: 20, patience: 5 }

async function collect(texts: AsyncIterable<string> | Iterable<string>): Promise<string[][]> {
  const batches: string[][] = []
  for await (const batch of batchesOf(texts, limits)) batches.push(batch)
  return batches
}

test('every text comes once, in order, and no batch is over its limits', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ maxLength: 30 })), fc.boolean(), async (texts, isAsync) => {
      async function* stream() {
        yield* texts
      }
      const batches = await collect(isAsync ? stream() : texts)
      assert.deepEqual(batches.flat(), texts)
      for (const batch of batches) {
        assert.ok(batch.length > 0 && batch.length <= limits.texts)
        const without = batch.slice(0, -1).reduce((sum, text) => sum + text.length, 0)
        assert.ok(without < limits.characters)
      }
    }),
  )
})

test('a pause in the stream ends the batch', async () => {
  let release: () => void = () => undefined
  const gate = new Promise<void>(resolve => {
    release = resolve
  })
  async function* live() {
    yield 'a'
    yield 'b'
    await gate
    yield 'c'
  }
  const batches: string[][] = []
  for await (const batch of batchesOf(live(), limits)) {
    batches.push(batch)
    release()
  }
  assert.deepEqual(batches, [['a', 'b'], ['c']])
})

test('leaving early closes the source', async () => {
  let closed = false
  async function* source() {
    try {
      for (;;) yield 'text'
    } finally {
      closed = true
    }
  }
  for await (const batch of batchesOf(source(), limits)) if (batch.length > 0) break
  assert.ok(closed)
})

test('leaving early does not wait for a source that is itself waiting; it closes when it continues', async () => {
  let release: () => void = () => undefined
  const gate = new Promise<void>(resolve => {
    release = resolve
  })
  let hasClosed: () => void = () => undefined
  const closed = new Promise<void>(resolve => {
    hasClosed = resolve
  })
  const given: string[] = []
  async function* live() {
    try {
      yield 'a'
      await gate
      for (const text of ['b', 'c']) {
        given.push(text)
        yield text
      }
    } finally {
      hasClosed()
    }
  }
  for await (const batch of batchesOf(live(), limits)) {
    assert.deepEqual(batch, ['a'])
    break
  }
  assert.deepEqual(given, [])
  release()
  await closed
  assert.deepEqual(given, ['b'])
})

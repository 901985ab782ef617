import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FinderRecognizer } from '../../recognize/finder-recognizer.js'
import { createServer } from '../create-server.js'
import { ORIGIN } from '../testing/small-server.js'
import { Models } from './models.js'

/** Finds one entity, of a type of its own. */
function recognizerOf(type: string): FinderRecognizer {
  return new FinderRecognizer({ types: [type], find: () => [{ start: 0, end: 1, type, score: 1 }] })
}

test('a model that is replaced answers those that have begun, and is released after the last of them', async () => {
  const models = new Models()
  const [one, two] = [recognizerOf('ONE'), recognizerOf('TWO')]
  models.put('m', one)
  const lease = models.lease()
  models.put('m', two)
  const next = models.lease('m')
  assert.equal(next.recognizer, two)
  next.end()
  assert.equal((await lease.recognizer.tag('a'))[0].type, 'ONE')
  lease.end()
  lease.end()
  await assert.rejects(one.tag('a'), { code: 'predict/released' })
  assert.equal((await two.tag('a'))[0].type, 'TWO')
  assert.deepEqual(
    models.list().map(({ name, version }) => [name, version]),
    [['m', '2']],
  )
  assert.throws(() => models.lease('other'), { status: 404 })
  const last = models.lease()
  const closing = models.close()
  assert.throws(() => models.lease(), { status: 404 })
  await last.recognizer.tag('a')
  last.end()
  await closing
  await assert.rejects(two.tag('a'), { code: 'predict/released' })
})

test('no request is dropped while models are replaced under load', async () => {
  const models = new Models()
  models.put('m', recognizerOf('T0'))
  const { fetch } = createServer({ models })
  let isOver = false
  const replacing = (async () => {
    for (let n = 1; n <= 50; n++) {
      await new Promise(resolve => setTimeout(resolve, 2))
      models.put('m', recognizerOf(`T${n}`))
    }
    isOver = true
  })()
  const seen = new Map<string, string>()
  let answers = 0
  const asking = Array.from({ length: 8 }, async () => {
    while (!isOver) {
      await new Promise(resolve => setImmediate(resolve))
      const body = JSON.stringify({ texts: ['a', 'b'] })
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(new Request(`${ORIGIN}/v1/entities`, { method: 'POST', body, headers }))
      assert.equal(response.status, 200, await response.clone().text())
      const { model, results } = (await response.json()) as {
        model: { version: string }
        results: { entities: { type: string }[] }[]
      }
      const types = new Set(results.map(({ entities }) => entities[0].type))
      assert.equal(types.size, 1, 'one request has one model')
      const [type] = types
      assert.equal(seen.get(model.version) ?? type, type)
      seen.set(model.version, type)
      answers++
    }
  })
  await Promise.all([replacing, ...asking])
  assert.ok(answers > 50, `${answers} answers`)
  assert.ok(seen.size > 5, `${seen.size} models`)
  await models.close()
})

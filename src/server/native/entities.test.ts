import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toCodePointOffsets } from '../../text/offsets.js'
import { ORIGIN, smallServer } from '../testing/small-server.js'
import type { EntitiesAnswer } from './entities.js'

const { ask, fetch, models } = await smallServer()
const TEXTS = ['Ada wrote to Charles Babbage from London.', '', '😀 Charles Babbage wrote. Ada wrote 😀.']

async function answerOf(body: unknown, path = '/v1/entities'): Promise<EntitiesAnswer> {
  const response = await ask(path, body)
  assert.equal(response.status, 200, await response.clone().text())
  return (await response.json()) as EntitiesAnswer
}

/** What is sent is JSON. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value))

test('one text and many texts are answered as the recognizer finds their entities', async () => {
  const expected = await models.tagger.tag(TEXTS)
  assert.ok(expected.flat().length > 3, `${expected.flat().length} entities`)
  const { results, model, offsets } = await answerOf({ texts: TEXTS })
  assert.deepEqual(results, plain(expected.map(entities => ({ entities }))))
  assert.deepEqual([model.name, offsets], ['tagger', 'utf16'])
  for (const [i, text] of TEXTS.entries()) assert.deepEqual((await answerOf({ text })).results, [results[i]])
  assert.deepEqual((await answerOf({ texts: [] })).results, [])
})

test('offsets count what the request says', async () => {
  const [text] = TEXTS.slice(2)
  const found = await models.tagger.tag(text)
  assert.ok(found.length > 0)
  const { results, offsets } = await answerOf({ text, offsets: 'codepoint', tokens: true })
  const places = ({ start, end }: { start: number; end: number }) => ({ start, end })
  assert.equal(offsets, 'codepoint')
  assert.deepEqual(results[0].entities.map(places), toCodePointOffsets(text, found))
  const points = [...text]
  let tokens = 0
  for (const sentence of results[0].sentences ?? [])
    for (const token of sentence.tokens) {
      assert.equal(points.slice(token.start, token.end).join(''), token.text)
      tokens++
    }
  assert.ok(tokens >= 8, `${tokens} tokens`)
  assert.notDeepEqual(results[0].entities.map(places), found.map(places))
})

test('options leave out entities, and choose the model', async () => {
  const found = await models.tagger.tag(TEXTS[0])
  const { score } = [...found].sort((a, b) => b.score - a.score)[0]
  const kept = (await answerOf({ text: TEXTS[0], minScore: score })).results[0].entities
  assert.deepEqual(kept, plain(found.filter(entity => entity.score >= score)))
  assert.ok(kept.length < found.length)
  const [{ entities }] = (await answerOf({ text: TEXTS[0], types: ['LOC'] })).results
  assert.deepEqual(entities, plain(found.filter(({ type }) => type === 'LOC')))
  const text = 'She paid $5 on May 3rd.'
  const { results, model } = await answerOf({ text, model: 'numbers' })
  assert.deepEqual(results[0].entities, plain(await models.numbers.tag(text)))
  assert.deepEqual([model.name, results[0].entities.length], ['numbers', 2])
})

test('readings, probabilities and tokens are those of the tagger', async () => {
  const [text] = TEXTS
  const { tagger } = models
  const body = { text, readings: 2, probabilities: true, attention: true }
  const { results, tags } = await answerOf(body)
  assert.deepEqual(tags, tagger.info.tags)
  const [sentence] = results[0].sentences ?? []
  const tokens = sentence.tokens.map(token => token.text)
  const [expected] = await tagger.tagProbabilities([tokens])
  assert.deepEqual(sentence.probabilities?.flat(), [...expected])
  assert.equal(sentence.probabilities?.length, tokens.length)
  const [readings] = await tagger.nBest([tokens], 2)
  assert.deepEqual(
    sentence.readings?.map(({ tags, probability }) => ({ tags, probability })),
    readings.map(({ tags, probability }) => ({ tags, probability })),
  )
  assert.deepEqual(sentence.attention, [])
  assert.deepEqual(sentence.tags, readings[0].tags)
})

test('requests that cannot be answered are refused with their status and code', async () => {
  const many = Array.from({ length: 1001 }, () => 'a')
  const cases: readonly (readonly [body: unknown, status: number, code: string])[] = [
    [{}, 422, 'request/form'],
    [{ text: 'a', texts: ['b'] }, 422, 'request/form'],
    [{ text: 3 }, 422, 'request/form'],
    [{ text: 'a', unknown: true }, 422, 'request/form'],
    [{ text: 'a', offsets: 'byte' }, 422, 'request/form'],
    [{ text: 'a', minScore: 2 }, 422, 'request/form'],
    [{ text: 'a', readings: 0 }, 422, 'request/form'],
    [{ texts: many }, 413, 'limit/texts'],
    [{ text: 'a'.repeat(1_000_001) }, 413, 'limit/text'],
    [{ text: 'a '.repeat(30_000), tokens: true }, 413, 'limit/details'],
    [{ text: 'a', model: 'none' }, 404, 'model/unknown'],
    [{ text: 'a', types: ['MISC'] }, 422, 'model/types'],
    [{ text: 'a', coarse: true }, 422, 'predict/coarse'],
    [{ text: 'a', model: 'numbers', readings: 2 }, 422, 'predict/kind'],
    [[], 422, 'request/form'],
    [null, 422, 'request/form'],
  ]
  for (const [body, status, code] of cases) {
    const response = await ask('/v1/entities', body)
    const problem = (await response.json()) as { status: number; code: string; type: string }
    assert.deepEqual([response.status, problem.code], [status, code], JSON.stringify(body).slice(0, 99))
    assert.equal(response.headers.get('content-type'), 'application/problem+json')
    assert.deepEqual([problem.status, problem.type], [status, `urn:nerite:${code.replace('/', ':')}`])
  }
  assert.equal(cases.length, 16)
})

test('JSON lines are answered line by line, in their order, whatever is in them', async () => {
  const lines = [
    ...TEXTS.map((text, id) => JSON.stringify({ id, text })),
    'not JSON',
    '{"id":12345678901234567890,"text":"Ada"}',
    '{"text":null}',
    JSON.stringify({ id: 'long', text: 'a'.repeat(1_000_001) }),
  ]
  const response = await ask('/v1/entities?model=tagger&offsets=codepoint&minScore=0.1', undefined, {
    method: 'POST',
    body: `${lines.join('\n')}\n`,
    headers: { 'content-type': 'application/x-ndjson' },
  })
  assert.equal(response.headers.get('content-type'), 'application/x-ndjson')
  const answers = (await response.text()).split('\n')
  assert.equal(answers.pop(), '')
  assert.equal(answers.length, lines.length)
  const parsed = answers.map(line => JSON.parse(line) as { entities?: { start: number }[]; error?: string })
  for (const [i, text] of TEXTS.entries()) {
    const found = (await models.tagger.tag(text)).filter(({ score }) => score >= 0.1)
    const starts = toCodePointOffsets(text, found).map(({ start }) => start)
    assert.deepEqual(
      parsed[i].entities?.map(({ start }) => start),
      starts,
    )
  }
  assert.ok(answers[4].startsWith('{"id":12345678901234567890,"offsets":"codepoint","entities":['))
  assert.deepEqual(
    parsed.map(({ error }) => error !== undefined),
    [false, false, false, true, false, true, true],
  )
  for (const query of [
    '?unknown=1',
    '?minScore=2',
    '?offsets=byte',
    '?model=tagger&model=numbers',
    '?coarse=1',
  ]) {
    const refused = await ask(`/v1/entities${query}`, undefined, {
      method: 'POST',
      body: '{}\n',
      headers: { 'content-type': 'application/x-ndjson' },
    })
    assert.ok([400, 422].includes(refused.status), query)
  }
})

test('a stream is read only as fast as its answers are taken, and ends when its client goes', async () => {
  let sent = 0
  let isCancelled = false
  const line = new TextEncoder().encode(`${JSON.stringify({ text: 'Ada wrote. '.repeat(200) })}\n`)
  const body = new ReadableStream(
    {
      pull(out) {
        sent++
        out.enqueue(line)
      },
      cancel() {
        isCancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  const init: RequestInit & { duplex: 'half' } = {
    method: 'POST',
    body,
    duplex: 'half',
    headers: { 'content-type': 'application/x-ndjson' },
  }
  const response = await fetch(new Request(`${ORIGIN}/v1/entities`, init))
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  let before = -1
  while (before !== sent) {
    before = sent
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  assert.ok(sent <= 1200, `${sent} lines were read ahead`)
  await reader.cancel()
  while (!isCancelled) await new Promise(resolve => setImmediate(resolve))
})

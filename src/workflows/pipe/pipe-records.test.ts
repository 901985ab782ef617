import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { InputError } from '../../base/errors.js'
import { inOrder } from '../../base/in-order.js'
import { byteLines } from './byte-lines.js'
import { type PipeOptions, type PipeSummary, pipeRecords } from './pipe-records.js'
import { rawFields } from './raw-fields.js'

async function* stream<Item>(items: readonly Item[]) {
  yield* items
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

/** Finds capital letters; refuses texts with a question mark, and fails at an exclamation mark. */
async function tag(text: string) {
  if (text.includes('?'))
    throw new InputError('predict/argument', { where: 'text', expected: 'no', got: text })
  if (text.includes('!')) throw new RangeError(text)
  return [...text.matchAll(/[A-Z]/g)].map(({ index, 0: letter }) => ({
    start: index,
    end: index + 1,
    type: 'CAPITAL',
    text: letter,
    score: 1,
  }))
}

async function pipe(input: string | Uint8Array, options: PipeOptions = {}) {
  const summary: PipeSummary = { records: 0, errors: 0 }
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input
  const out = (await all(pipeRecords(stream([bytes]), tag, options, summary))).join('')
  const lines = out.split('\n')
  assert.equal(lines.pop(), '')
  return { lines, summary }
}

test('one line for each line, in order, and nothing but a line feed ends one', async () => {
  const { lines, summary } = await pipe(
    '{"id":1,"text":"a B"}\r\n{"text":"x\u2028Y\\nZ","id":"two"}\n{"text":""}\n{"id":{"a":\r[1]},"text":"😀Q"}',
  )
  assert.deepEqual(
    lines.map(line => [
      JSON.parse(line).id,
      JSON.parse(line).entities.map((e: { start: number }) => e.start),
    ]),
    [
      [1, [2]],
      ['two', [2, 4]],
      [null, []],
      [{ a: [1] }, [2]],
    ],
  )
  assert.ok(!lines.some(line => line.includes('\r')))
  assert.deepEqual(summary, { records: 4, errors: 0 })
})

test('fields have other names, are kept as they were written, and offsets have the unit that is asked for', async () => {
  const record = '{"doc_id": 12345678901234567890, "n": 1.10, "body": "😀Q", "body2": "X", "n": 2.50}'
  const { lines } = await pipe(record, {
    textField: 'body',
    idField: 'doc_id',
    keep: ['n', 'missing'],
    offsets: 'codepoint',
  })
  assert.deepEqual(lines, [
    '{"id":12345678901234567890,"n":2.50,"offsets":"codepoint","entities":[{"start":1,"end":2,"type":"CAPITAL","text":"Q","score":1}]}',
  ])
})

test('what is wrong is answered with an error that has nothing of the text', async () => {
  const cases: readonly (readonly [line: string | number[], id: unknown, error: RegExp])[] = [
    ['', null, /an empty line/],
    ['SECRET', null, /not JSON/],
    ['{"id":1,"text":"SECRET"', null, /not JSON/],
    ['"SECRET"', null, /another kind of JSON/],
    ['[{"id":1,"text":"SECRET"}]', null, /another kind of JSON/],
    ['null', null, /another kind of JSON/],
    ['{"id":5}', 5, /no such field/],
    ['{"id":6,"text":null}', 6, /got null/],
    ['{"id":7,"text":["SECRET"]}', 7, /a value that is none/],
    ['{"id":8,"__proto__":{"text":"SECRET"}}', 8, /no such field/],
    ['{"id":9,"text":"SECRET?"}', 9, /predict\/argument/],
    ['{"id":10,"text":"SECRET!"}', 10, /RangeError/],
    [[0x22, 0xff, 0x22], null, /not UTF-8/],
    [`${'['.repeat(100_000)}`, null, /not JSON|another kind/],
  ]
  const bytes = cases.flatMap(([line]) => [
    ...(typeof line === 'string' ? new TextEncoder().encode(line) : line),
    10,
  ])
  const { lines, summary } = await pipe(
    Uint8Array.from([...bytes, ...new TextEncoder().encode('{"text":"A"}')]),
  )
  assert.equal(lines.length, cases.length + 1)
  for (const [i, [, id, error]] of cases.entries()) {
    const answer = JSON.parse(lines[i])
    assert.deepEqual([answer.id, Object.keys(answer)], [id, ['id', 'error']], lines[i])
    assert.match(answer.error, error)
    assert.ok(!lines[i].includes('SECRET'), lines[i])
  }
  assert.equal(JSON.parse(lines[cases.length]).entities.length, 1)
  assert.deepEqual(
    [summary.records, summary.errors, summary.first?.record],
    [cases.length + 1, cases.length, 1],
  )
})

test('of any object, raw fields are what JSON.parse reads', () => {
  let fields = 0
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', '"', '\\', 'é{', '__proto__'), fc.jsonValue()), {
        maxLength: 6,
      }),
      fc.constantFrom(' ', '', '\r', '\t\r'),
      (pairs, space) => {
        const json = `${space}{${pairs.map(([name, value]) => `${space}${JSON.stringify(name)}${space}:${space}${JSON.stringify(value, null, 1)}${space}`).join(',')}}${space}`
        const parsed = JSON.parse(json) as Record<string, unknown>
        const names = Object.keys(parsed)
        const raw = rawFields(json, names)
        assert.deepEqual([...raw.keys()].sort(), [...names].sort())
        for (const [name, text] of raw) {
          assert.deepEqual(JSON.parse(text), parsed[name])
          assert.ok(!text.includes('\r'))
          fields++
        }
      },
    ),
    { numRuns: 500 },
  )
  assert.ok(fields > 500, `${fields} fields`)
})

test('bytes in any pieces are the same lines', async () => {
  let lines = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.constantFrom(10, 13, 65, 200), { maxLength: 5 }), { maxLength: 12 }),
      fc.integer({ min: 1, max: 6 }),
      async (pieces, most) => {
        const whole = Buffer.from(pieces.flat())
        const expected = whole.toString('latin1').split('\n')
        if (expected.at(-1) === '') expected.pop()
        const found = await all(byteLines(stream(pieces.map(piece => Uint8Array.from(piece))), most))
        assert.deepEqual(
          found.map(line => line && Buffer.from(line).toString('latin1')),
          expected.map(line => (line.length > most ? undefined : line)),
        )
        lines += found.length
      },
    ),
    { numRuns: 500 },
  )
  assert.ok(lines > 500, `${lines} lines`)
})

test('work that ends in any order is given in order, and only so much of it is under way', async () => {
  let underWay = 0
  let most = 0
  const delays = Array.from({ length: 200 }, (_, i) => (i * 7919) % 5)
  const start = (delay: number) => {
    most = Math.max(most, ++underWay)
    const result = new Promise<number>(resolve => setTimeout(resolve, delay, delay))
    return { result, cost: delay }
  }
  const found: number[] = []
  for await (const some of inOrder(stream(delays), start, { items: 10, cost: 1000 })) {
    found.push(...some)
    underWay -= some.length
  }
  assert.deepEqual(found, delays)
  assert.ok(most > 5 && most <= 11, `${most} at once`)
  async function* failing() {
    yield 0
    yield 1
    throw new Error('the disk has gone')
  }
  const before: number[] = []
  await assert.rejects(async () => {
    for await (const some of inOrder(failing(), start, { items: 10, cost: 10 })) before.push(...some)
  }, /the disk has gone/)
  assert.deepEqual(before, [0, 1])
  // A live source is answered before it says more, and may be left while it says nothing.
  async function* live() {
    yield 1
    await new Promise(() => {})
  }
  for await (const some of inOrder(live(), start, { items: 10, cost: 10 })) {
    assert.deepEqual(some, [1])
    break
  }
})

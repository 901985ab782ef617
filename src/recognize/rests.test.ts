import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CombinedRecognizer } from './combined-recognizer.js'
import { FinderRecognizer } from './finder-recognizer.js'
import { withRests } from './rests.js'

const RANGE = fc.record({ start: fc.nat(30), length: fc.integer({ min: 1, max: 10 }) })
const TEXT = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '.'), minLength: 41, maxLength: 41 })

test('entities and rests cover what any of them covers, without overlaps', () => {
  let rests = 0
  fc.assert(
    fc.property(
      TEXT,
      fc.array(RANGE, { maxLength: 6 }),
      fc.array(RANGE, { maxLength: 8 }),
      (text, kept, other) => {
        const found = (type: string) => (range: { start: number; length: number }) => {
          return { start: range.start, end: range.start + range.length, type, score: 1 }
        }
        let free = 0
        const entities = kept
          .map(found('E'))
          .sort((a, b) => a.start - b.start)
          .filter(({ start, end }) => {
            if (start < free) return false
            free = end
            return true
          })
        const lost = other.map(found('L'))
        const all = withRests(text, entities, lost)
        assert.deepEqual(
          all.filter(({ type }) => type === 'E').map(({ start }) => start),
          entities.map(({ start }) => start),
        )
        let last = 0
        const covered = new Set<number>()
        for (const { start, end, text: own } of all) {
          assert.ok(start >= last && end > start)
          assert.equal(own, text.slice(start, end))
          for (let at = start; at < end; at++) covered.add(at)
          last = end
        }
        for (const { start, end } of [...entities, ...lost])
          for (let at = start; at < end; at++)
            assert.ok(covered.has(at) || /\s/.test(text[at]), `${at} is left`)
        for (const at of covered)
          assert.ok([...entities, ...lost].some(({ start, end }) => at >= start && at < end))
        rests += all.length - entities.length
      },
    ),
    { numRuns: 2000 },
  )
  assert.ok(rests > 1000, `${rests} rests`)
})

const finder = (type: string, word: string, score = 1) =>
  new FinderRecognizer({
    types: [type],
    find: text => {
      const start = text.indexOf(word)
      return start < 0 ? [] : [{ start, end: start + word.length, type, score }]
    },
  })

test('what lost to another part of a combination is taken out, too; a score that is too low counts for no part', async () => {
  const part = (name: string, recognizer: FinderRecognizer) =>
    ({ name, recognizer, as: 'find', weight: 0, types: null }) as const
  await using both = new CombinedRecognizer(
    [
      part('a', finder('EMAIL', 'ada@example.com', 0.4)),
      part('b', finder('PERSON', 'Ada Lovelace ada', 0.9)),
    ],
    'priority',
  )
  const text = 'Mail Ada Lovelace ada@example.com now'
  assert.deepEqual(
    (await both.tag(text)).map(each => each.text),
    ['ada@example.com'],
  )
  const [everything] = await both.tagEverything([text])
  assert.deepEqual(
    everything.map(({ type, text: own, source }) => [type, own, source]),
    [
      ['PERSON', 'Ada Lovelace', 'b'],
      ['EMAIL', 'ada@example.com', 'a'],
    ],
  )
  assert.equal((await both.redact(text)).text, 'Mail [PERSON] [EMAIL] now')
  const [sure] = await both.tagEverything([text], { minScore: 0.5 })
  assert.deepEqual(
    sure.map(each => each.text),
    ['Ada Lovelace ada'],
  )
  await assert.rejects(both.tagEverything([text], { coarse: true } as object), { code: 'predict/argument' })
})

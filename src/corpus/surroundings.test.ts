import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { collect } from '../base/collect.js'
import { cutSentences } from './cut-sentences.js'
import type { Sentence } from './sentence.js'
import { streamSurroundings, withSurroundings } from './surroundings.js'

const sentence = (tokens: readonly string[], more: Partial<Sentence> = {}): Sentence => ({
  ...{ tokens, tags: [], lines: [] },
  ...more,
})

/** As slow as it is plain: everything of the document, then cut off. */
function slow(sentences: readonly Sentence[], documents: readonly number[], reach: number) {
  return sentences.map((_, i) => {
    let first = i
    while (first > 0 && documents[first - 1] === documents[i]) first--
    let end = i + 1
    while (end < sentences.length && documents[end] === documents[i]) end++
    const tokens = (from: number, to: number) => sentences.slice(from, to).flatMap(own => own.tokens)
    return { before: tokens(first, i).slice(-reach), after: tokens(i + 1, end).slice(0, reach), reach }
  })
}

test('each sentence gets the nearest tokens of its document, from an array and from a stream', async () => {
  let cases = 0
  const lengths = fc.array(fc.tuple(fc.nat(5), fc.nat(2)), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(lengths, fc.integer({ min: 1, max: 9 }), async (drawn, reach) => {
      let next = 0
      const documents = drawn.map(([, document]) => document)
      const sentences = drawn.map(([length, document]) =>
        sentence(
          Array.from({ length }, () => `t${next++}`),
          { document },
        ),
      )
      const found = withSurroundings(sentences, reach)
      const around = slow(sentences, documents, reach)
      assert.deepEqual(
        found,
        sentences.map((own, i) => ({ ...own, around: around[i] })),
      )
      assert.deepEqual(await collect(streamSurroundings(sentences, reach)), found)
      assert.deepEqual(withSurroundings(found, 1), found)
      cases++
    }),
    { numRuns: 300 },
  )
  assert.equal(cases, 300)
})

test('what a document is', () => {
  const before = (sentences: readonly Sentence[]) =>
    withSurroundings(sentences, 9).map(({ around }) => around?.before.join(' '))
  const [a, b] = [['a'], ['b']]
  assert.deepEqual(before([sentence(a), sentence(b)]), ['', 'a'])
  assert.deepEqual(before([sentence(a, { document: 0 }), sentence(b, { document: 1 })]), ['', ''])
  assert.deepEqual(before([sentence(a, { file: 'x' }), sentence(b, { file: 'y' })]), ['', ''])
  const text = (own: string) => ({ text: own, offsets: [{ start: 0, end: 1 }] })
  assert.deepEqual(before([sentence(a, text('a')), sentence(b, text('b'))]), ['', ''])
  const same = { document: 3 }
  assert.deepEqual(before([sentence(a, { ...text('a'), ...same }), sentence(b, { ...text('b'), ...same })]), [
    '',
    'a',
  ])
  assert.deepEqual(withSurroundings([sentence(a)], 0), [sentence(a)])
})

test('parts of a text are around one another', () => {
  const text = 'Ada wrote. He paid. It rained.'
  const offsets = [...text.matchAll(/\w+|\./g)].map(({ index, 0: own }) => ({
    start: index,
    end: index + own.length,
  }))
  const tokens = offsets.map(({ start, end }) => text.slice(start, end))
  const whole = sentence(tokens, { text, offsets, document: 0 })
  const next = sentence(['End'], { document: 0 })
  const { parts } = cutSentences(withSurroundings([whole, next], 4))
  assert.deepEqual(
    parts.map(({ tokens: own, around }) => [
      around?.before.join(' '),
      own.join(' '),
      around?.after.join(' '),
    ]),
    [
      ['', 'Ada wrote .', 'He paid . It'],
      ['Ada wrote .', 'He paid .', 'It rained . End'],
      ['. He paid .', 'It rained .', 'End'],
      ['. It rained .', 'End', ''],
    ],
  )
})

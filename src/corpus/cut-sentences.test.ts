import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { lenientSpans } from '../tags/lenient-spans.js'
import { segment } from '../text/sentences.js'
import { cutLabeled, cutSentences } from './cut-sentences.js'
import { labelText } from './jsonl/label-text.js'
import type { Sentence } from './sentence.js'

function record(text: string, entities: readonly (readonly [number, number, string])[] = []): Sentence {
  const places = entities.map(([start, end, type]) => ({ start, end, type }))
  const { tokens, tags, offsets } = labelText(text, places, 'utf16')
  return { tokens, tags, offsets, text, lines: [7], document: 3 }
}

const words = fc.constantFrom(
  'Ada',
  'Dr.',
  'wrote',
  'he',
  'paid.',
  'It rained!',
  '😀',
  'p.m.',
  '\n\n',
  '“Go.”',
  '3.',
)

test('text is cut where a tagger cuts it, and its parts make up the whole again', () => {
  let cut = 0
  fc.assert(
    fc.property(fc.array(fc.array(words, { minLength: 1, maxLength: 12 }), { maxLength: 4 }), texts => {
      const sentences = texts.map(own => record(own.join(' '))).filter(({ tokens }) => tokens.length > 0)
      const { parts, gather } = cutSentences(sentences)
      const groups = gather(parts)
      assert.equal(groups.length, sentences.length)
      sentences.forEach((sentence, i) => {
        const expected = segment(sentence.text ?? '').sentences.map(({ tokens }) => tokens.map(t => t.text))
        assert.deepEqual(
          groups[i].map(({ tokens }) => tokens),
          expected,
        )
        for (const { text = '', offsets = [], tokens, lines, document } of groups[i]) {
          assert.deepEqual(
            offsets.map(({ start, end }) => text.slice(start, end)),
            tokens,
          )
          assert.deepEqual({ lines, document }, { lines: [7], document: 3 })
        }
        if (groups[i].length > 1) cut++
      })
    }),
    { seed: 4, numRuns: 200 },
  )
  assert.ok(cut > 50, `${cut} texts of several sentences`)
})

test('for learning, sentences that share an entity stay together; for tagging, tags are not looked at', () => {
  const text = 'Ada left. Go. Now is a film. Rome is a town.'
  const whole = record(text, [
    [0, 3, 'PER'],
    [10, 17, 'WORK'],
    [29, 33, 'LOC'],
  ])
  assert.deepEqual(
    cutSentences([whole]).parts.map(part => part.text),
    ['Ada left.', 'Go.', 'Now is a film.', 'Rome is a town.'],
  )
  const parts = cutLabeled([whole])
  assert.deepEqual(
    parts.map(part => part.text),
    ['Ada left.', 'Go. Now is a film.', 'Rome is a town.'],
  )
  assert.deepEqual(
    parts.flatMap(({ tags }) => tags),
    whole.tags,
  )
})

test('what was tokens stays one sentence; columns and lines are cut with the tokens', () => {
  const tokens = ['Ada', 'left', '.', 'He', 'paid', '.']
  const plain: Sentence = { tokens, tags: [], lines: [1, 2, 3, 4, 5, 6] }
  assert.deepEqual(cutSentences([plain]).parts, [plain])
  assert.deepEqual(cutLabeled([plain]), [plain])
  const { offsets, text } = record('Ada left. He paid.')
  const rich: Sentence = { ...plain, offsets, text, columns: { pos: ['N', 'V', '.', 'P', 'V', '!'] } }
  const [first, second] = cutSentences([rich]).parts
  assert.deepEqual([first.columns, second.columns], [{ pos: ['N', 'V', '.'] }, { pos: ['P', 'V', '!'] }])
  assert.deepEqual(second.lines, [4, 5, 6])
})

test('for learning, cuts are those that no entity reaches over, as by trying all of them', () => {
  let kept = 0
  fc.assert(
    fc.property(
      fc.array(words, { minLength: 4, maxLength: 20 }),
      fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
      (text, inside) => {
        const plain = record(text.join(' '))
        const tags = plain.tokens.map((_, i) => (inside[i] ? (inside[i + 1] ? 'I-X' : 'B-X') : 'O'))
        const places = cutSentences([plain]).parts.map(({ tokens }) => tokens.length)
        let at = 0
        const spans = lenientSpans(tags)
        const expected = places.flatMap(length => {
          at += length
          const free = spans.every(({ start, end }) => at <= start || end <= at)
          return free && at < tags.length ? [at] : []
        })
        const lengths = cutLabeled([{ ...plain, tags }]).map(({ tokens }) => tokens.length)
        let sum = 0
        const found = lengths.slice(0, -1).map(length => (sum += length))
        assert.deepEqual(found, expected)
        kept += places.length - 1 - found.length
      },
    ),
    { seed: 5, numRuns: 300 },
  )
  assert.ok(kept > 50, `${kept} cuts left out`)
})

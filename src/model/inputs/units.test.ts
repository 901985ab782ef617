import assert from 'node:assert/strict'
import { test } from 'node:test'
import { learnMerges } from '../../encode/pieces.js'
import { tagsOfUnits, tokenScores, unitsOf } from './units.js'

const TOKENS = ['New', 'York', '😀', 'a']

test('characters: one unit each, a space between tokens', () => {
  const { texts, starts, ends } = unitsOf('character').split(TOKENS)
  assert.equal(texts.join(''), 'New York 😀 a')
  assert.equal(texts.length, 12)
  TOKENS.forEach((token, t) => {
    assert.equal(texts.slice(starts[t], ends[t]).join(''), token)
  })
})

test('pieces spell their tokens', () => {
  const merges = learnMerges(
    new Map([
      ['York', 5],
      ['New', 4],
      ['Newer', 2],
    ]),
    12,
  )
  const { texts, starts, ends } = unitsOf('piece', merges).split(TOKENS)
  assert.deepEqual(texts, ['New', 'York', '😀', 'a'])
  assert.ok(unitsOf('piece', merges).split(['Yorker']).texts.length > 1)
  TOKENS.forEach((token, t) => {
    const spelled = texts.slice(starts[t], ends[t]).map((piece, i) => (i === 0 ? piece : piece.slice(2)))
    assert.equal(spelled.join(''), token)
    assert.equal(starts[t], t === 0 ? 0 : ends[t - 1])
  })
  assert.deepEqual(unitsOf('word').split(TOKENS).texts, TOKENS)
})

test('a token with a mask is one piece, the mask', () => {
  const maskOf = (token: string) => (token.startsWith('@') ? '<USR>' : undefined)
  const { texts, starts, ends } = unitsOf('piece', [], maskOf).split(['ab', '@ada', 'c'])
  assert.deepEqual(texts, ['a', '##b', '<USR>', 'c'])
  assert.deepEqual([...starts], [0, 2, 3])
  assert.deepEqual([...ends], [2, 3, 4])
})

test('an empty token is one unit of its own, wherever it stands', () => {
  for (const units of [unitsOf('word'), unitsOf('character'), unitsOf('piece')])
    for (const tokens of [[''], ['a', ''], ['', 'a'], ['a', '', '', 'b']]) {
      const { texts, starts, ends } = units.split(tokens)
      tokens.forEach((token, t) => {
        assert.deepEqual(texts.slice(starts[t], ends[t]), [token], `${units.kind} ${JSON.stringify(tokens)}`)
      })
    }
})

test('a character has its token’s tag, and so has the space within an entity', () => {
  const units = unitsOf('character')
  const tags = (tokens: string[], own: string[]) => tagsOfUnits(own, units.split(tokens)).join(' ')
  assert.equal(tags(['ab', 'c', 'd'], ['B-X', 'I-X', 'O']), 'B-X B-X I-X I-X O O')
  assert.equal(tags(['a', 'b', 'c'], ['B-X', 'B-X', 'I-Y']), 'B-X O B-X O I-Y')
  assert.equal(tags(['a', 'b', 'c'], ['B-X', 'E-X', 'S-X']), 'B-X E-X E-X O S-X')
})

test('a token of characters has the mean of their log probabilities, a token of pieces its first one’s logits', () => {
  const logits = Float32Array.of(1, 3, 0, 0, -2, 5, 0.5, 0.5, 9, 1) // five units, two tags
  const units = { texts: ['a', 'b', ' ', 'c', 'd'], starts: Int32Array.of(0, 3), ends: Int32Array.of(2, 5) }
  const sentence = { unitIds: new Int32Array(5), units, tokens: 2 }
  const log = (a: number, b: number) => a - Math.log(Math.exp(a) + Math.exp(b))
  const expected = [
    (log(1, 3) + log(0, 0)) / 2,
    (log(3, 1) + log(0, 0)) / 2,
    (log(0.5, 0.5) + log(9, 1)) / 2,
    (log(0.5, 0.5) + log(1, 9)) / 2,
  ]
  const found = tokenScores(logits, sentence, { kind: 'character' }, 2)
  expected.forEach((value, i) => {
    assert.ok(Math.abs(found[i] - value) < 1e-6)
  })
  assert.deepEqual([...tokenScores(logits, sentence, { kind: 'piece' }, 2)], [1, 3, 0.5, 0.5])
  const words = { unitIds: new Int32Array(5), tokens: 5 }
  assert.equal(tokenScores(logits, words, { kind: 'word' }, 2), logits)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countBlocksOf } from '../base/testing/count-blocks.js'
import { createGazetteer } from './gazetteer.js'

const times = (count: number, word: string) => new Array<string>(count).fill(word)
const joined = (...words: string[][]) => words.flat().join(' ')

/** Names and a text of a size that is linear in `n`. */
const CASES: Readonly<Record<string, (n: number) => { entries: string[]; tokens: string[] }>> = {
  'one long name that is almost there at every token': n => ({
    entries: [joined(times(n, 'a'), ['b'])],
    tokens: times(2 * n, 'a'),
  }),
  'a short name beside the long one': n => ({
    entries: ['a', joined(times(n, 'a'), ['b'])],
    tokens: times(2 * n, 'a'),
  }),
  'a long name of different words, again and again': n => {
    const words = Array.from({ length: n }, (_, i) => `w${i}`)
    return { entries: [words.join(' ')], tokens: [...words, ...words, 'end', ...words.slice(1)] }
  },
  'many names with one beginning': n => ({
    entries: Array.from({ length: n }, (_, i) => joined(times(5, 'a'), [`w${i}`])),
    tokens: times(n, 'a'),
  }),
  'names that each go on where the one before ends': n => ({
    entries: Array.from({ length: Math.ceil(Math.sqrt(n)) }, (_, i) => joined(times(i + 1, 'a'))),
    tokens: times(n, 'a'),
  }),
}

test('the work grows no faster than names and text', async () => {
  const blocks = await countBlocksOf(/\/dist\/encode\/(?!.*\.test\.js)/)
  let pairs = 0
  for (const [name, make] of Object.entries(CASES)) {
    const work = ({ entries, tokens }: ReturnType<typeof make>) => {
      createGazetteer({ name: 'x', ignoreCase: false, entries }).tagsOf(tokens)
    }
    const one = await blocks.count(() => work(make(1000)))
    const four = await blocks.count(() => work(make(4000)))
    assert.ok(one > 1000, `${name}: only ${one} blocks were counted`)
    assert.ok(four < 4.4 * one, `${name}: ${one} blocks, ${four} for four times the size`)
    pairs++
  }
  blocks.stop()
  assert.equal(pairs, 5)
})

test('a name of 16,000 tokens is found', () => {
  const words = Array.from({ length: 16_000 }, (_, i) => `w${i % 1000}`)
  const { tagsOf } = createGazetteer({ name: 'x', ignoreCase: true, entries: [words.join(' '), 'w5 w6'] })
  const tags = tagsOf(['w5', 'w6', ...words, 'w5', 'w7', 'w5', 'w6'])
  assert.equal(tags.join(''), `BI${`B${'I'.repeat(15_999)}`}OOBI`)
})

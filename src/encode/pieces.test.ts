import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { learnMerges, PieceSplitter, parseMerges } from './pieces.js'

const spell = (pieces: readonly string[]) =>
  pieces.map((p, i) => (i === 0 ? p : p.replace(/^##/, ''))).join('')

/** Sennrich et al. 2016, algorithm 1, as printed: count all pairs anew before each merge. */
function slowMerges(counts: ReadonlyMap<string, number>, merges: number): string[][] {
  let words = [...counts].map(([word, count]) => ({
    pieces: [...word].map((c, i) => (i ? `##${c}` : c)),
    count,
  }))
  const found: string[][] = []
  for (let n = 0; n < merges; n++) {
    const pairs = new Map<string, number>()
    for (const { pieces, count } of words)
      for (let i = 1; i < pieces.length; i++) {
        const key = JSON.stringify([pieces[i - 1], pieces[i]])
        pairs.set(key, (pairs.get(key) ?? 0) + count)
      }
    const order = [...pairs]
      .filter(([, count]) => count > 1)
      .map(([key, count]) => ({ pair: JSON.parse(key) as string[], count }))
      .sort(
        (a, b) =>
          b.count - a.count ||
          (a.pair[0] < b.pair[0] ? -1 : a.pair[0] > b.pair[0] ? 1 : a.pair[1] < b.pair[1] ? -1 : 1),
      )
    if (order.length === 0) break
    const [{ pair }] = order
    found.push(pair)
    words = words.map(({ pieces, count }) => {
      const next: string[] = []
      for (let i = 0; i < pieces.length; i++)
        if (pieces[i] === pair[0] && pieces[i + 1] === pair[1]) {
          next.push(pair[0] + pair[1].slice(2))
          i++
        } else next.push(pieces[i])
      return { pieces: next, count }
    })
  }
  return found
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é', '😀'), minLength: 1, maxLength: 8 })

test('merges are those of the slow algorithm, and splitting gives what learning had', () => {
  let cases = 0
  fc.assert(
    fc.property(fc.dictionary(word, fc.integer({ min: 1, max: 9 }), { minKeys: 1, maxKeys: 12 }), record => {
      const counts = new Map(Object.entries(record))
      const merges = learnMerges(counts, 1000)
      assert.deepEqual(merges, slowMerges(counts, 1000))
      const splitter = new PieceSplitter(merges)
      for (const text of [...counts.keys(), 'zzz', 'abcabc']) assert.equal(spell(splitter.split(text)), text)
      const pieces = new Set([...counts.keys()].flatMap(text => splitter.split(text)))
      assert.ok(pieces.size <= 1000)
      cases++
    }),
    { numRuns: 200, seed: 4 },
  )
  assert.equal(cases, 200)
})

test('no more pieces than asked for, and long words are split whole', () => {
  const counts = new Map([
    ['lower', 5],
    ['lowest', 3],
    ['newer', 6],
    ['wider', 2],
  ])
  const merges = learnMerges(counts, 14)
  const characters = new Set(['l', 'n', 'w', ...'owerstid'].map((c, i) => (i < 3 ? c : `##${c}`)))
  assert.equal(merges.length, 14 - characters.size)
  const long = 'newer'.repeat(1000)
  assert.equal(spell(new PieceSplitter(merges).split(long)), long)
  assert.deepEqual(new PieceSplitter([]).split('ab'), ['a', '##b'])
})

test('a damaged list of merges is refused', () => {
  assert.deepEqual(parseMerges([['a', '##b']], 'x'), [['a', '##b']])
  for (const value of [undefined, {}, [['a']], [['a', '']], [['a', 3]]])
    assert.throws(
      () => parseMerges(value, 'vocab.json: merges'),
      /vocab\.json: merges: expected a list of pairs/,
    )
})

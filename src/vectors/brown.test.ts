import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import { type Bigrams, brownClasses } from './brown.js'

function bigramsOf(words: number, counts: ReadonlyMap<string, number>): Bigrams {
  const starts = new Int32Array(words + 1)
  const [next, own]: [number[], number[]] = [[], []]
  for (let w = 0; w < words; w++) {
    for (let v = 0; v < words; v++) {
      const count = counts.get(`${w} ${v}`)
      if (count === undefined) continue
      next.push(v)
      own.push(count)
    }
    starts[w + 1] = next.length
  }
  return { words, starts, next: Int32Array.from(next), counts: Int32Array.from(own) }
}

/** The mutual information of neighboring classes; words without a class count in the sums of the others alone. */
function information(
  words: number,
  counts: ReadonlyMap<string, number>,
  classOf: (word: number) => number,
): number {
  const [pairs, left, right] = [
    new Map<string, number>(),
    new Map<number, number>(),
    new Map<number, number>(),
  ]
  let total = 0
  const add = <K>(map: Map<K, number>, key: K, count: number) => map.set(key, (map.get(key) ?? 0) + count)
  for (let w = 0; w < words; w++)
    for (let v = 0; v < words; v++) {
      const count = counts.get(`${w} ${v}`) ?? 0
      total += count
      if (classOf(w) >= 0) add(left, classOf(w), count)
      if (classOf(v) >= 0) add(right, classOf(v), count)
      if (count > 0 && classOf(w) >= 0 && classOf(v) >= 0) add(pairs, `${classOf(w)} ${classOf(v)}`, count)
    }
  let sum = 0
  for (const [pair, count] of pairs) {
    const [a, b] = pair.split(' ').map(Number)
    sum += (count / total) * Math.log((count * total) / ((left.get(a) ?? 0) * (right.get(b) ?? 0)))
  }
  return sum
}

/** The same algorithm with everything computed anew at every step. */
function slowClasses(words: number, counts: ReadonlyMap<string, number>, classes: number): number[] {
  const home = new Array<number>(words).fill(-1)
  for (let w = 0; w < words; w++) {
    home[w] = w
    const own = [...new Set(home.filter(c => c >= 0))]
    if (own.length <= classes) continue
    let best: { a: number; b: number; value: number } | undefined
    for (const a of own)
      for (const b of own) {
        if (a >= b) continue
        const value = information(words, counts, word => (home[word] === b ? a : home[word]))
        if (!best || value > best.value + 1e-12) best = { a, b, value }
      }
    const { a, b } = best as { a: number; b: number }
    home.forEach((c, word) => void (home[word] = c === b ? a : c))
  }
  return home
}

test('classes are those of a twin that computes all mutual information anew', () => {
  const random = Random.fromSeed(11)
  let cases = 0
  for (let n = 0; n < 12; n++) {
    const words = 6 + random.below(8)
    const counts = new Map<string, number>()
    for (let w = 0; w < words; w++)
      for (let v = 0; v < words; v++) if (random.below(3) > 0) counts.set(`${w} ${v}`, 1 + random.below(1000))
    const classes = 2 + random.below(3)
    const found = brownClasses(bigramsOf(words, counts), classes)
    const slow = slowClasses(words, counts, classes)
    for (let w = 0; w < words; w++)
      for (let v = 0; v < words; v++)
        assert.equal(found.classes[w] === found.classes[v], slow[w] === slow[v], `${n}: ${w} ${v}`)
    assert.equal(new Set(found.paths).size, classes)
    for (const path of found.paths)
      assert.ok(found.paths.every(other => other === path || !other.startsWith(path)))
    cases++
  }
  assert.equal(cases, 12)
})

test('words that stand in the same places come into one class', () => {
  // Determiners before nouns, nouns before verbs, verbs before determiners.
  const random = Random.fromSeed(2)
  const counts = new Map<string, number>()
  let word = 0
  for (let n = 0; n < 20_000; n++) {
    const next = 8 * ((Math.floor(word / 8) + 1) % 3) + random.below(8)
    counts.set(`${word} ${next}`, (counts.get(`${word} ${next}`) ?? 0) + 1)
    word = next
  }
  const { classes } = brownClasses(bigramsOf(24, counts), 3)
  for (let group = 0; group < 3; group++)
    assert.equal(new Set(classes.slice(8 * group, 8 * group + 8)).size, 1)
  assert.equal(new Set(classes).size, 3)
})

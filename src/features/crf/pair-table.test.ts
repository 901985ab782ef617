import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IntList } from '../../base/int-list.js'
import { Random } from '../../base/random.js'
import { ListNumbers } from './list-numbers.js'
import { PairTable } from './pair-table.js'

test('a table of pairs has what a map of texts has', () => {
  const random = Random.fromSeed(5)
  const [table, map] = [new PairTable(), new Map<string, number>()]
  const most = 2 ** 31 - 2
  for (let i = 0; i < 60_000; i++) {
    const [a, b] = [random.below(300), random.below(300)].map(own => (own % 7 === 0 ? most - own : own))
    assert.equal(table.find(a, b), map.get(`${a},${b}`) ?? -1)
    if (i % 3 === 0) continue
    const number = i % 5 === 0 ? most : i
    table.set(a, b, number)
    map.set(`${a},${b}`, number)
  }
  assert.ok(map.size > 20_000)
})

test('lists of numbers are found again, and those that others put there are not', () => {
  const random = Random.fromSeed(6)
  const [items, ends, known] = [new IntList(), new IntList(), new Map<string, number>()]
  const lists = new ListNumbers(items, ends)
  let again = 0
  for (let i = 0; i < 20_000; i++) {
    const list = Array.from({ length: random.below(4) }, () => random.below(20))
    if (i % 10 === 0) {
      items.push(i % 20)
      ends.push(items.length)
    }
    const number = lists.numberOf(list)
    const before = known.get(list.join())
    if (before === undefined) {
      assert.equal(number, ends.length - 1)
      known.set(list.join(), number)
    } else again += before === number ? 1 : Number.NaN
  }
  assert.equal(again, 20_000 - known.size)
  assert.ok(known.size > 3000)
})

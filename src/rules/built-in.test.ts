import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BUILT_IN_NAMES, createBuiltIn } from './built-in.js'
import { readList } from './testing/read-list.js'

/** Texts around an item: emoji of several UTF-16 units, scripts from right to left, other scripts. */
const AROUND: readonly (readonly [before: string, after: string])[] = [
  ['', ''],
  ['👩🏽‍🚀🙂 ', ' 🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
  ['שלום ', ' עולם'],
  ['مرحبا \u200F', '\u200F بالعالم'],
  ['これは ', ' です。'],
  ['\n\n\t', '\r\n'],
]

for (const name of BUILT_IN_NAMES)
  test(`${name}: recall and precision of at least 0.98 on its list, and exact offsets anywhere`, async t => {
    const finder = await createBuiltIn([name])
    const { positives, nearMisses } = readList(name)
    assert.ok(positives.length >= 100, `${positives.length} positives`)
    assert.ok(nearMisses.length >= 100, `${nearMisses.length} near misses`)
    const wrong: string[] = []
    let [gold, found, right] = [0, 0, 0]
    for (const [before, after] of AROUND)
      for (const { text, ranges } of [...positives, ...nearMisses.map(own => ({ text: own, ranges: [] }))]) {
        const whole = before + text + after
        const expected = new Set(
          ranges.map(([start, end]) => `${start + before.length}:${end + before.length}`),
        )
        const ours = finder.find(whole)
        const correct = ours.filter(({ start, end }) => expected.has(`${start}:${end}`)).length
        gold += expected.size
        found += ours.length
        right += correct
        if (correct < Math.max(expected.size, ours.length))
          wrong.push(
            `${JSON.stringify(whole)}: ${ours.map(({ start, end }) => whole.slice(start, end)).join(' | ')}`,
          )
      }
    const [recall, precision] = [right / gold, right / found]
    t.diagnostic(`recall ${recall.toFixed(4)}, precision ${precision.toFixed(4)}, ${gold} entities`)
    for (const line of wrong) t.diagnostic(line)
    assert.ok(recall >= 0.98, `recall ${recall}\n${wrong.join('\n')}`)
    assert.ok(precision >= 0.98, `precision ${precision}\n${wrong.join('\n')}`)
  })

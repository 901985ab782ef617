/** No text makes a built-in finder take more than linear time: steps are counted, and must at most double with the text. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BUILT_IN_NAMES, createBuiltIn } from './built-in.js'
import { readList } from './testing/read-list.js'
import { countedSteps } from './testing/regexp-steps.js'

/** UTF-16 units of the shorter text: several times what one attempt to match may read. */
const LENGTH = 1500
/** A URL may have 2,083 units. */
const LENGTHS: Readonly<Record<string, number>> = { url: 6000 }
/** Twice the text, and what is cut at the edges. */
const MOST_GROWTH = 2.25
const TEXTS = 12

const PIECE = fc.constantFrom(
  ...'a|A|@|.|a.|a@|-|_|/|:|1|12|123|1.|1,|1-|1/|1:|+|+1 |(|) | |\t|\n|212 |+1 212 |(212) |http://|www.|.com|a.com/|::|1::|ab:|fe80::|DE89|AA|%|$|$1|1%|€ |USD |1 |one |hundred and |thousand |May |May 3rd |3 May |from 1999 to |last |two days |a few |10:30|10:30 to |1h|5 km|5 x |km/h |½|🙂|\u05E9|\u0661|00'.split(
    '|',
  ),
)

function repeated(pieces: readonly string[], length: number): string {
  const unit = pieces.join('')
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length)
}

test('the engine that counts sees quadratic and exponential growth, and linear growth as such', () => {
  const stepsOf = (regExp: RegExp, text: string) =>
    countedSteps(() => {
      regExp.lastIndex = 0
      while (regExp.exec(text) !== null);
    })
  const growth = (regExp: RegExp) => stepsOf(regExp, 'a'.repeat(400)) / stepsOf(regExp, 'a'.repeat(200))
  assert.ok(growth(/a{1,9}b/g) < 2.1)
  assert.ok(growth(/a*b/g) > 3.5)
  assert.ok(stepsOf(/(?:a|a){0,12}b/g, 'a'.repeat(12)) > 4000)
})

for (const name of BUILT_IN_NAMES)
  test(`${name}: twice the text takes at most twice the steps`, async t => {
    const finder = await createBuiltIn([name])
    const listed = readList(name)
    const own = [...listed.positives.map(({ text }) => text), ...listed.nearMisses]
    const unit = fc.oneof(
      fc.array(PIECE, { minLength: 1, maxLength: 4 }),
      fc.array(fc.constantFrom(...own), { minLength: 1, maxLength: 2 }),
      fc.tuple(fc.constantFrom(...own), PIECE),
    )
    let [cases, worst, most] = [0, 0, 0]
    fc.assert(
      fc.property(unit, pieces => {
        const size = LENGTHS[name] ?? LENGTH
        const [short, long] = [size, 2 * size].map(length =>
          countedSteps(() => finder.find(repeated(pieces, length))),
        )
        worst = Math.max(worst, long / short)
        most = Math.max(most, long / (2 * size))
        assert.ok(long <= MOST_GROWTH * short, `${short} and ${long} steps: ${JSON.stringify(pieces)}`)
        cases++
      }),
      { numRuns: TEXTS },
    )
    t.diagnostic(`at most ${worst.toFixed(2)} times the steps, ${Math.round(most)} steps a character`)
    assert.equal(cases, TEXTS)
  })

/** Redaction of texts that try to keep something of an entity: 1,000 of them, made of personal data, and of what confuses. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { POLICIES } from '../redact/policies.js'
import { createRedactor, newRedactionKey } from '../redact/redactor.js'
import { builtInRecognizer } from './built-in-recognizer.js'
import { CombinedRecognizer } from './combined-recognizer.js'
import { FinderRecognizer } from './finder-recognizer.js'
import { loadTagger } from './node/load-tagger.js'

const DATA = [
  'Ada Lovelace',
  'Lovelace',
  'ada.lovelace@example.com',
  'https://ada@example.com/Lovelace?q=ada.lovelace@example.com',
  '(212) 555-0142',
  '+44 20 7946 0958',
  '4111 1111 1111 1111',
  'DE89 3704 0044 0532 0130 00',
  '123-45-6789',
  '203.0.113.57',
  '2001:db8::7334',
]
const NOISE = [
  ' ',
  '\n',
  '\u00A0',
  ',',
  '(',
  ')',
  '"',
  '[PERSON]',
  '[EMAIL:e1:AAAA]',
  '[\\\\EMAIL:e1:',
  '🙂',
  '\u200F',
  'שלום',
  '\uD83D',
  '\0',
  'e1:',
  ' call ',
  ' of ',
  '1',
  '.',
]
const TEXT = fc
  .array(fc.tuple(fc.constantFrom(...DATA), fc.constantFrom(...NOISE), fc.constantFrom(...NOISE)), {
    minLength: 1,
    maxLength: 6,
  })
  .map(items => items.map(item => item.join('')).join(''))

/** Finds names badly: some too long, some too short. */
const names = () =>
  new FinderRecognizer({
    types: ['PERSON'],
    find: text =>
      [...text.matchAll(/(?:[^\w]{0,2}\w{0,3} )?Ada Lovelace(?:[^\n]{0,6})/g)].map(({ index, 0: own }) => {
        return { start: index, end: index + own.length, type: 'PERSON', score: 0.5 }
      }),
  })

async function recognizer() {
  const part = { as: 'find', weight: 0, types: null } as const
  const rules = await builtInRecognizer('pii')
  return new CombinedRecognizer(
    [
      { name: 'pii', recognizer: rules, ...part },
      { name: 'names', recognizer: names(), ...part },
    ],
    'priority',
  )
}

test('nothing of what any part found is left where it was, and encryption is undone byte for byte', async () => {
  await using both = await recognizer()
  const key = newRedactionKey()
  const redactors = await Promise.all(
    POLICIES.filter(policy => policy !== 'keep').map(async policy => {
      return [policy, await createRedactor({ policy, key })] as const
    }),
  )
  let [cases, entities] = [0, 0]
  await fc.assert(
    fc.asyncProperty(TEXT, async text => {
      const [found] = await both.tagEverything([text])
      entities += found.length
      for (const [policy, redactor] of redactors) {
        const { text: redacted, replacements } = await both.redact(text, redactor)
        if (policy === 'encrypt') assert.equal(await redactor.restore(redacted), text)
        // All that was found is in a replaced range.
        for (const { start, end } of found)
          assert.ok(
            replacements.some(({ original }) => original.start <= start && original.end >= end),
            `${policy}: ${JSON.stringify(text.slice(start, end))} of ${JSON.stringify(text)}`,
          )
        // What is not replaced is what it was, and says nothing of an entity as long as this.
        for (const { text: own } of found)
          if (own.length >= 9 && /[\w@]{9}/.test(own))
            assert.ok(
              !redacted.includes(own),
              `${policy}: ${JSON.stringify(own)} in ${JSON.stringify(redacted)}`,
            )
        assert.ok(!JSON.stringify(replacements).includes('ovelace'))
      }
      cases++
    }),
    { numRuns: 1000 },
  )
  assert.equal(cases, 1000)
  assert.ok(entities > 2000, `${entities} entities`)
})

test('the same of the built-in rules alone, by name, and of a rules file’s own conflicts', async () => {
  await using numbers = await loadTagger('numbers')
  let cases = 0
  await fc.assert(
    fc.asyncProperty(TEXT, async text => {
      const [found] = await numbers.tagEverything([text])
      const kept = await numbers.tag(text)
      for (const { start, end } of kept) assert.ok(found.some(own => own.start <= start && own.end >= end))
      const { text: redacted } = await numbers.redact(text, { policy: 'mask' })
      assert.equal(redacted.length <= text.length, true)
      cases++
    }),
    { numRuns: 300 },
  )
  assert.equal(cases, 300)
})

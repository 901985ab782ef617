import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRedactor } from './redactor.js'

const WORDS = ['Ada', 'Lovelace', 'Bob', 'wrote', 'to', '北京市', 'Łódź']

test('the same name elsewhere is redacted: token for token, in the same case', async () => {
  const redactor = await createRedactor()
  let further = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 20 }),
      fc.nat(19),
      fc.integer({ min: 1, max: 2 }),
      async (words, at, length) => {
        const first = at % words.length
        const last = Math.min(words.length, first + length)
        const starts = words.map((_, i) => words.slice(0, i).join(' ').length + (i > 0 ? 1 : 0))
        const entity = {
          start: starts[first],
          end: starts[last - 1] + words[last - 1].length,
          type: 'PERSON',
        }
        const name = words.slice(first, last)
        // By hand: from the left, where the words stand again and are free.
        const expected: string[] = []
        const isName = /\p{Lu}|\p{Lo}/u.test(name.join(' '))
        for (let i = 0; i < words.length; ) {
          const isFree = i + name.length <= first || i >= last
          const isSame = name.every((word, k) => words[i + k] === word)
          if (i === first || (isName && isFree && isSame)) {
            expected.push('[PERSON]')
            if (i !== first) further++
            i += name.length
          } else expected.push(words[i++])
        }
        assert.equal((await redactor.redact(words.join(' '), [entity])).text, expected.join(' '))
      },
    ),
    { numRuns: 1000 },
  )
  assert.ok(further > 300, `${further} further mentions`)
})

test('what is looked for: not common words, not parts of tokens; other white space; kept types; parts of names', async () => {
  const person = (text: string, name: string) => {
    const start = text.indexOf(name)
    return { start, end: start + name.length, type: 'PERSON' }
  }
  const cases: readonly (readonly [text: string, name: string, redacted: string, parts: string])[] = [
    ['May met May in May', 'May', '[PERSON] met May in May', '[PERSON] met May in May'],
    [
      'Ann, Annette, annex, Ann',
      'Ann',
      '[PERSON], Annette, annex, [PERSON]',
      '[PERSON], Annette, annex, [PERSON]',
    ],
    ['Ada Byron. Ada\n  Byron!', 'Ada Byron', '[PERSON]. [PERSON]!', '[PERSON]. [PERSON]!'],
    ['Ada Byron; Byron, byron', 'Ada Byron', '[PERSON]; Byron, byron', '[PERSON]; [PERSON], byron'],
    ['Ada M. Byron; M. and Ada', 'Ada M. Byron', '[PERSON]; M. and Ada', '[PERSON]; M. and [PERSON]'],
    ['he is he', 'he', '[PERSON] is he', '[PERSON] is he'],
    ['xAda x Ada', 'Ada', 'x[PERSON] x Ada', 'x[PERSON] x Ada'],
  ]
  for (const [text, name, same, parts] of cases) {
    const entities = [person(text, name)]
    for (const [mentions, expected] of [
      ['same', same],
      ['parts', parts],
    ] as const) {
      const redactor = await createRedactor({ mentions })
      assert.equal((await redactor.redact(text, entities)).text, expected)
    }
    const none = await createRedactor({ mentions: 'none' })
    assert.equal((await none.redact(text, entities)).text, text.replace(name, '[PERSON]'))
    const kept = await createRedactor({ policies: { PERSON: 'keep' } })
    assert.equal((await kept.redact(text, entities)).text, text)
  }
  assert.equal(cases.length, 7)
  const pseudonyms = await createRedactor({ policy: 'pseudonym' })
  const text = 'Ada Byron and Bob Ray; Bob Ray and Ada Byron'
  assert.equal(
    (await pseudonyms.redact(text, [person(text, 'Ada Byron'), person(text, 'Bob Ray')])).text,
    'PERSON_1 and PERSON_2; PERSON_2 and PERSON_1',
  )
  await assert.rejects(createRedactor({ mentions: 'all' as 'same' }), { code: 'redact/options' })
})

test('many names and a long text take time that grows with both, not with their product', async () => {
  // Names with one beginning, of many lengths: each place looks up one name of each length.
  const names = Array.from({ length: 2000 }, (_, i) => `Ada B${i}`)
  const text = `${names.join(' , ')} , ${'Ada '.repeat(20_000)}`
  let at = 0
  const entities = names.map(name => {
    const start = at
    at += name.length + 3
    return { start, end: start + name.length, type: 'PERSON' }
  })
  const { replacements } = await (await createRedactor()).redact(text, entities)
  assert.equal(replacements.length, names.length)
})

test('a corpus: what was found in one document is looked for in all later ones', async () => {
  const entity = { start: 0, end: 12, type: 'PERSON' }
  const [first, second] = ['Ada Lovelace wrote.', 'Bob met Ada Lovelace.']
  for (const [mentionScope, expected] of [
    ['document', second],
    ['corpus', 'Bob met [PERSON].'],
  ] as const) {
    const redactor = await createRedactor({ mentionScope })
    assert.equal((await redactor.redact(second, [])).text, second, 'nothing was found yet')
    assert.equal((await redactor.redact(first, [entity])).text, '[PERSON] wrote.')
    assert.equal((await redactor.redact(second, [])).text, expected)
  }
  const none = await createRedactor({ mentionScope: 'corpus', mentions: 'none' })
  await none.redact(first, [entity])
  assert.equal((await none.redact(second, [])).text, second)
  await assert.rejects(createRedactor({ mentionScope: 'all' as 'corpus' }), { code: 'redact/options' })
})

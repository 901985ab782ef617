import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { InputError } from '../base/errors.js'
import { POLICIES, type Policy } from './policies.js'
import { createRedactor, newRedactionKey } from './redactor.js'

const KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='
const UNIT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    '[',
    '\\',
    '[A:e1:',
    'X:e1:',
    ']',
    '🙂',
    '\uD83D',
    'שלום',
    '\0',
    '\r\n',
    'Ada',
    '[PERSON:e1:AAAA]',
  ),
)

/** A text of pieces, every second of which is an entity. */
const TEXT = fc.array(UNIT, { maxLength: 12 }).map(pieces => {
  let at = 0
  const entities = pieces.flatMap((piece, i) => {
    const start = at
    at += piece.length
    return i % 2 === 1 && piece !== '' ? [{ start, end: at, type: i % 4 === 1 ? 'PERSON' : 'x:[y]' }] : []
  })
  return { text: pieces.join(''), entities }
})

test('what is encrypted comes back byte for byte, and only with its key', async () => {
  const redactor = await createRedactor({ policy: 'encrypt', key: KEY })
  const other = await createRedactor({ policy: 'encrypt', key: newRedactionKey() })
  let [cases, refused] = [0, 0]
  await fc.assert(
    fc.asyncProperty(TEXT, async ({ text, entities }) => {
      const { text: redacted, replacements } = await redactor.redact(text, entities)
      assert.equal(await redactor.restore(redacted), text)
      assert.ok(replacements.length >= entities.length)
      cases++
      if (entities.length === 0) return
      refused++
      await assert.rejects(other.restore(redacted), { code: 'redact/decrypt' })
    }),
    { numRuns: 1000 },
  )
  assert.equal(cases, 1000)
  assert.ok(refused > 300, `${refused} with entities`)
})

test('text that was changed is refused, and the message has nothing of the original', async () => {
  const redactor = await createRedactor({ policy: 'encrypt', key: KEY })
  const { text } = await redactor.redact('to Ada Lovelace', [{ start: 3, end: 15, type: 'PERSON' }])
  assert.match(text, /^to \[PERSON:e1:[\w-]+\]$/)
  let cases = 0
  for (let at = text.indexOf(':e1:') + 4; at < text.length - 1; at++) {
    const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
    // The last character holds bits that base64 does not use.
    if (at === text.length - 2) continue
    await assert.rejects(redactor.restore(changed), (error: unknown) => {
      assert.ok(error instanceof InputError && error.code === 'redact/decrypt')
      assert.doesNotMatch(error.message, /Ada|Lovelace/)
      return true
    })
    cases++
  }
  await assert.rejects(redactor.restore(text.replace('PERSON', 'ORG')), { code: 'redact/decrypt' })
  await assert.rejects(redactor.restore('[PERSON:e1:AA]'), { code: 'redact/decrypt' })
  assert.ok(cases > 40, `${cases} cases`)
})

test('offsets map both ways', async () => {
  for (const policy of POLICIES) {
    const redactor = await createRedactor({ policy, key: KEY })
    await fc.assert(
      fc.asyncProperty(TEXT, async ({ text, entities }) => {
        const { text: redacted, replacements, offsets } = await redactor.redact(text, entities)
        for (const { original, redacted: own } of replacements) {
          assert.equal(offsets.toRedacted(original.start), own.start)
          assert.equal(offsets.toOriginal(own.start), original.start)
        }
        assert.equal(offsets.toRedacted(text.length), redacted.length)
        assert.equal(offsets.toOriginal(redacted.length), text.length)
        // Characters outside of entities are the same ones, in both directions.
        const inside = new Set(
          [...entities, ...replacements.map(({ original }) => original)].flatMap(({ start, end }) =>
            Array.from({ length: end - start }, (_, i) => start + i),
          ),
        )
        for (let i = 0; i < text.length; i++)
          if (!inside.has(i)) {
            const to = offsets.toRedacted(i)
            assert.equal(redacted[to], text[i])
            assert.equal(offsets.toOriginal(to), i)
          }
      }),
      { numRuns: 200 },
    )
  }
})

test('each policy', async () => {
  const text = 'Ada Lovelace: ada@example.com, 4111 1111 1111 1111. Lovelace’s friend Bo; ADA LOVELACE.'
  const at = (part: string, type: string) => {
    const start = text.indexOf(part)
    return { start, end: start + part.length, type }
  }
  const entities = [
    at('Ada Lovelace', 'PERSON'),
    at('ada@example.com', 'EMAIL'),
    at('4111 1111 1111 1111', 'CREDIT_CARD'),
    at('Lovelace’s', 'PERSON'),
    at('Bo', 'PERSON'),
    at('ADA LOVELACE', 'PERSON'),
  ]
  const redact = async (options: object) =>
    (await (await createRedactor({ key: KEY, ...options })).redact(text, entities)).text
  assert.equal(await redact({}), '[PERSON]: [EMAIL], [CREDIT_CARD]. [PERSON] friend [PERSON]; [PERSON].')
  assert.equal(
    await redact({ policy: 'pseudonym', policies: { EMAIL: 'keep', CREDIT_CARD: 'mask' } }),
    'PERSON_1: ada@example.com, *******************. PERSON_1 friend PERSON_2; PERSON_1.',
  )
  const hashed = await redact({ policy: 'hash' })
  assert.match(hashed, /^\[PERSON:[\w-]{22}\]: \[EMAIL:[\w-]{22}\]/)
  assert.equal(await redact({ policy: 'hash' }), hashed)
  assert.notEqual(await redact({ policy: 'hash', key: newRedactionKey() }), hashed)
  const formatted = await redact({ policy: 'format' })
  assert.match(
    formatted,
    /^[A-Z][a-z]{2} [A-Z][a-z]{7}: [a-z]{3}@[a-z]{7}\.[a-z]{3}, \d{4} \d{4} \d{4} \d{4}\. /,
  )
  assert.doesNotMatch(formatted, /Ada|ada|Lovelace|4111/)
})

test('pseudonyms: variants of a document, names of a corpus', async () => {
  const person = (text: string, ...names: string[]) => {
    let from = 0
    return names.map(name => {
      const start = text.indexOf(name, from)
      from = start + name.length
      return { start, end: from, type: 'PERSON' }
    })
  }
  const two = 'Ada King and Bo King met King, Ada and Mr. Bo King'
  const names = person(two, 'Ada King', 'Bo King', 'King', 'Ada', 'Mr. Bo King')
  const document = await createRedactor({ policy: 'pseudonym' })
  // King could be either, and is a third one.
  assert.equal(
    (await document.redact(two, names)).text,
    'PERSON_1 and PERSON_2 met PERSON_3, PERSON_1 and PERSON_2',
  )
  assert.equal((await document.redact('Bo King', person('Bo King', 'Bo King'))).text, 'PERSON_1')
  // What the text itself calls PERSON_1 is somebody else.
  const taken = 'PERSON_1 and Bo King met _PERSON_2 and xPERSON_3.'
  assert.equal(
    (await document.redact(taken, person(taken, 'Bo King'))).text,
    'PERSON_1 and PERSON_2 met _PERSON_2 and xPERSON_3.',
  )
  const corpus = await createRedactor({ policy: 'pseudonym', scope: 'corpus' })
  await corpus.redact(two, names)
  assert.equal((await corpus.redact('Bo King', person('Bo King', 'Bo King'))).text, 'PERSON_2')
})

test('options that are wrong are refused, and messages have no key', async () => {
  const bad: readonly (readonly [options: object, code: string])[] = [
    [{ policy: 'hide' }, 'redact/options'],
    [{ policies: { A: 'maks' } }, 'redact/options'],
    [{ scope: 'all' }, 'redact/options'],
    [{ polcy: 'mask' }, 'redact/options'],
    [{ policy: 'hash' }, 'redact/key'],
    [{ policies: { A: 'encrypt' } }, 'redact/key'],
    [{ key: '' }, 'redact/key'],
    [{ key: 'hunter2hunter2' }, 'redact/key'],
    [{ key: KEY.slice(4) }, 'redact/key'],
    [{ key: 3 }, 'redact/options'],
    [{ policies: new Map([['A', 'mask']]) }, 'redact/options'],
    [{ policies: null as unknown as object }, 'redact/options'],
    [null as unknown as object, 'redact/options'],
  ]
  for (const [options, code] of bad)
    await assert.rejects(createRedactor(options), (error: unknown) => {
      assert.ok(error instanceof InputError && error.code === code, JSON.stringify(options))
      assert.doesNotMatch(error.message, /hunter2|AwQF/)
      return true
    })
  assert.equal(bad.length, 13)
})

test('entities that overlap, in any order, leave nothing, and come back', async () => {
  const ranges = fc.array(fc.tuple(fc.nat(30), fc.nat(30), fc.constantFrom('A', 'B', 'C')), { maxLength: 6 })
  let cases = 0
  const choices: readonly Readonly<Record<string, Policy>>[] = [{}, { B: 'keep' }, { C: 'pseudonym' }]
  for (const policies of choices) {
    const redactor = await createRedactor({ policy: 'encrypt', policies, key: KEY })
    await fc.assert(
      fc.asyncProperty(ranges, async some => {
        const text = Array.from({ length: 30 }, (_, i) => String.fromCharCode(0x4e00 + i)).join('')
        const entities = some.map(([a, b, type]) => ({ start: Math.min(a, b), end: Math.max(a, b), type }))
        const { text: redacted, replacements, offsets } = await redactor.redact(text, entities)
        const hidden = entities.filter(({ type }) => type !== 'B' || !('B' in policies))
        for (let i = 0; i < text.length; i++) {
          const isHidden = hidden.some(({ start, end }) => start <= i && i < end)
          assert.equal(redacted.includes(text[i]), !isHidden, JSON.stringify(entities))
          if (!isHidden) assert.equal(redacted[offsets.toRedacted(i)], text[i])
        }
        for (const [i, { original }] of replacements.slice(1).entries())
          assert.ok(replacements[i].original.end <= original.start)
        if (!('C' in policies)) assert.equal(await redactor.restore(redacted), text)
        cases++
      }),
      { numRuns: 200 },
    )
  }
  assert.equal(cases, 600)
})

test('an entity that is no range of the text is refused', async () => {
  const redactor = await createRedactor()
  const bad = [
    { start: -1, end: 2, type: 'A' },
    { start: 0, end: 4, type: 'A' },
    { start: 2, end: 1, type: 'A' },
    { start: Number.NaN, end: 2, type: 'A' },
    { start: 0.5, end: 2, type: 'A' },
    { start: 0, end: undefined as unknown as number, type: 'A' },
    { start: 0, end: 2, type: undefined as unknown as string },
  ]
  for (const entity of bad)
    await assert.rejects(redactor.redact('Ada', [entity]), { code: 'redact/entities' })
  assert.equal(bad.length, 7)
})

test('texts that are redacted at the same time have pseudonyms of their own', async () => {
  const text = 'Ada Bo'
  const names = [
    { start: 0, end: 3, type: 'PERSON' },
    { start: 4, end: 6, type: 'PERSON' },
  ]
  const redactor = await createRedactor({ policy: 'pseudonym', policies: { X: 'hash' }, key: KEY })
  const slow = [{ start: 0, end: 3, type: 'PERSON' }, { start: 3, end: 4, type: 'X' }, names[1]]
  const all = await Promise.all([
    redactor.redact(text, slow),
    redactor.redact(text, slow),
    redactor.redact(text, names),
  ])
  assert.match(all[0].text, /^PERSON_1\[X:[\w-]+\]PERSON_2$/)
  assert.equal(all[1].text, all[0].text)
  assert.equal(all[2].text, 'PERSON_1 PERSON_2')
})

test('what reads as an encrypted entity is none: many backslashes, and stand-ins of other policies', async () => {
  const redactor = await createRedactor({ policy: 'encrypt', policies: { N: 'pseudonym' }, key: KEY })
  const X = { start: 0, end: 1, type: 'X' }
  for (const count of [0, 1, 99, 100, 101, 102, 500]) {
    const text = `x [${'\\'.repeat(count)}A:e1:AAAA]`
    assert.equal(await redactor.restore((await redactor.redact(text, [X])).text), text)
  }
  const { text, offsets } = await redactor.redact('x [Ada:e1:AAAA]', [X, { start: 3, end: 6, type: 'N' }])
  assert.equal(await redactor.restore(text), 'x [N_1:e1:AAAA]')
  assert.equal(text[offsets.toRedacted(6)], ':')
  const long = 'é'.repeat(200_000)
  const sealed = await redactor.redact(long, [{ start: 0, end: long.length, type: 'X' }])
  assert.equal(await redactor.restore(sealed.text), long)
})

test('texts of one document share names: pseudonyms, full names, and mentions that were not found', async () => {
  const redactor = await createRedactor({ policy: 'pseudonym' })
  const person = (text: string, start: number, end: number) => ({
    text,
    entities: [{ start, end, type: 'PERSON' }],
  })
  const texts = [
    person('Bob Ray', 0, 7),
    person('Ray met Ada Byron', 0, 3),
    { text: 'to Bob Ray', entities: [] },
  ]
  const redacted = await redactor.redactDocument(texts)
  assert.deepEqual(
    redacted.map(({ text }) => text),
    ['PERSON_1', 'PERSON_1 met Ada Byron', 'to PERSON_1'],
  )
  assert.deepEqual(await redactor.redactDocument([]), [])
})

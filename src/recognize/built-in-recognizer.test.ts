import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInputError } from '../base/errors.js'
import { createRedactor } from '../redact/redactor.js'
import { decodeSpans } from '../tags/decode-spans.js'
import { BUILT_IN_MODELS, builtInRecognizer } from './built-in-recognizer.js'
import { combineAll } from './combine-all.js'
import { FinderRecognizer } from './finder-recognizer.js'
import { loadTagger } from './node/load-tagger.js'
import type { Recognizer } from './recognizer.js'

const TEXT = '🙂 Write to ada@example.com, or call (212) 555-0142 by May 3rd. SSN: 123-45-6789.'

async function* stream(...texts: string[]) {
  yield* texts
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

const FOUND = {
  pii: ['EMAIL ada@example.com', 'PHONE (212) 555-0142', 'US_SSN 123-45-6789'],
  numbers: ['EMAIL ada@example.com', 'DATE May 3rd'],
}

/** A built-in model is loaded by name and never saved. */
for (const name of ['pii', 'numbers'] as const)
  test(`${name}: texts, streams, tags, determinism, release, bad input`, async () => {
    const recognizer: Recognizer = await builtInRecognizer(name)
    const entities = await recognizer.tag(TEXT)
    assert.deepEqual(
      entities.map(({ type, text }) => `${type} ${text}`),
      FOUND[name],
    )
    for (const { start, end, text } of entities) assert.equal(TEXT.slice(start, end), text)
    assert.ok(entities.every(({ type }) => recognizer.info.types.includes(type)))
    assert.deepEqual(await recognizer.tag(['', TEXT, TEXT]), [[], entities, entities])
    assert.deepEqual(await all(recognizer.tag(stream(TEXT, 'none', TEXT))), [entities, [], entities])
    const [annotated] = await all(recognizer.annotate([TEXT]))
    const read = annotated.sentences.flatMap(({ tokens, tags }) =>
      decodeSpans(tags, 'BIO').map(({ start, end }) => TEXT.slice(tokens[start].start, tokens[end - 1].end)),
    )
    assert.deepEqual(
      read,
      entities.map(({ text }) => text),
    )
    const [{ spans }] = await recognizer.tagTokens([['Write', 'to', 'ada@example.com', 'by', 'May', '3rd']])
    assert.deepEqual(
      spans.map(({ start, end, type }) => [start, end, type]),
      name === 'pii'
        ? [[2, 3, 'EMAIL']]
        : [
            [2, 3, 'EMAIL'],
            [4, 6, 'DATE'],
          ],
    )
    await assert.rejects(recognizer.tag(3 as unknown as string), { code: 'predict/argument' })
    await assert.rejects(recognizer.redact(TEXT, { policy: 'x' as 'mask' }), { code: 'redact/options' })
    await recognizer.release()
    await recognizer.release()
    await assert.rejects(recognizer.tag(TEXT), { code: 'predict/released' })
  })

test('ids of all states have one coarse type; a country changes what a phone number is', async () => {
  await using pii = await builtInRecognizer('pii')
  const [entity] = await pii.tag('SSN: 123-45-6789', { coarse: true })
  assert.equal(entity.type, 'NATIONAL_ID')
  await using british = await builtInRecognizer('pii', { country: 'GB' })
  assert.deepEqual(
    (await british.tag('020 7946 0958')).map(({ type }) => type),
    ['PHONE'],
  )
  await assert.rejects(builtInRecognizer('pii', { country: 'XX' }), { code: 'rules/country' })
})

test('names joined by + are one recognizer, in which the earlier name wins', async () => {
  await using both = await loadTagger('numbers+pii')
  assert.deepEqual(
    (await both.tag(TEXT)).map(({ type }) => type),
    ['EMAIL', 'PHONE', 'DATE', 'US_SSN'],
  )
  await assert.rejects(loadTagger('numbers+nothing-of-this-name'), isInputError)
  const finder = (type: string, start: number, end: number) =>
    new FinderRecognizer({ types: [type], find: () => [{ start, end, type, score: 1 }] })
  const members = new Map([
    ['a', finder('A', 2, 4)],
    ['b', finder('B', 0, 3)],
    ['c', finder('C', 4, 6)],
  ])
  await using joined = await combineAll([...members.keys()], async name => members.get(name) as Recognizer)
  assert.deepEqual(
    (await joined.tag('abcdefg')).map(({ type, start }) => [type, start]),
    [
      ['A', 2],
      ['C', 4],
    ],
  )
  assert.deepEqual(joined.info.types, ['A', 'B', 'C'])
})

test('a text is redacted with what is found in it', async () => {
  await using pii = await builtInRecognizer('pii')
  const { text } = await pii.redact(TEXT)
  assert.equal(text, '🙂 Write to [EMAIL], or call [PHONE] by May 3rd. SSN: [US_SSN].')
  assert.ok(Object.keys(BUILT_IN_MODELS).length === 2)
  for (const how of [{ policies: { EMIAL: 'mask' } }, { scope: 'corpus' }] as const)
    await assert.rejects(pii.redact(TEXT, how), { code: 'redact/options' })
  const corpus = await createRedactor({ policy: 'pseudonym', scope: 'corpus' })
  await pii.redact('bo@example.com', corpus)
  assert.equal((await pii.redact('ada@example.com bo@example.com', corpus)).text, 'EMAIL_2 EMAIL_1')
})

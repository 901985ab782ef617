import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Finder } from '../rules/finder.js'
import { decodeSpans } from '../tags/decode-spans.js'
import type { AnnotatedText } from './annotated-text.js'
import { FinderRecognizer } from './finder-recognizer.js'

/** Finds a pattern. */
function finder(pattern: RegExp, type = 'X'): Finder {
  return {
    types: [type],
    find: text =>
      [...text.matchAll(pattern)].map(({ index, 0: match }) => ({
        start: index,
        end: index + match.length,
        type,
        score: 0.5,
      })),
  }
}

async function annotate(recognizer: FinderRecognizer, text: string): Promise<AnnotatedText> {
  for await (const annotated of recognizer.annotate([text])) return annotated
  throw new Error('no text')
}

test('entities are inside tokens, across sentences, and tags say the same', async () => {
  await using recognizer = new FinderRecognizer(finder(/b\. C|on-b|🙂/g))
  const { entities, sentences } = await annotate(recognizer, '🙂 a b. C d. London-based e.')
  assert.deepEqual(
    entities.map(({ start, end, text, type, score }) => [start, end, text, type, score]),
    [
      [0, 2, '🙂', 'X', 0.5],
      [5, 9, 'b. C', 'X', 0.5],
      [17, 21, 'on-b', 'X', 0.5],
    ],
  )
  assert.deepEqual(
    sentences.map(({ tokens, tags }) => tokens.map(({ text }, i) => `${text}/${tags[i]}`).join(' ')),
    ['🙂/B-X a/O b/B-X ./I-X C/I-X d/O ./O', 'Lond/O on-b/B-X ased/O e/O ./O'],
  )
})

test('of any text, the tags are those of the entities', async () => {
  await using recognizer = new FinderRecognizer(finder(/[ab](\.|🙂b?|-a|\n?A)?( [bcA]+)?/gu))
  const character = fc.constantFrom('a', 'b', 'c', 'A', '.', ' ', '\n', '🙂', 'א', '-')
  let cases = 0
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: character, maxLength: 60 }), async text => {
      const annotated = await annotate(recognizer, text)
      const read = annotated.sentences.flatMap(({ tokens, tags }) =>
        decodeSpans(tags, 'BIO').map(({ start, end }) => [tokens[start].start, tokens[end - 1].end]),
      )
      assert.deepEqual(
        read,
        annotated.entities.map(({ start, end }) => [start, end]),
      )
      cases += read.length
    }),
    { numRuns: 500 },
  )
  assert.ok(cases > 300, `${cases} entities`)
})

test('sentences of tokens: entities have the tokens that they touch', async () => {
  await using recognizer = new FinderRecognizer(finder(/\$\d+ \w|ell/g))
  const [{ tags, spans }] = await recognizer.tagTokens([['hello', 'for', '$', '5', 'million', '.']])
  assert.deepEqual(tags, ['B-X', 'O', 'B-X', 'I-X', 'I-X', 'O'])
  assert.deepEqual(spans, [
    { start: 0, end: 1, type: 'X', score: 0.5 },
    { start: 2, end: 5, type: 'X', score: 0.5 },
  ])
})

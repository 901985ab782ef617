import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scorePairs } from '../evaluate/score-tags.js'
import { type TokenSentence, tokensOf } from '../model/inputs/sentence.js'
import { encodeSpans } from '../tags/encode-spans.js'
import { predictCorpus } from './predict-corpus.js'
import type { Recognizer } from './recognizer.js'
import { untrainedInfo } from './rule-info.js'
import { SentenceRecognizer } from './sentence-recognizer.js'

/** Finds capitalized words: all that a kind of recognizer has to provide. */
class Capitals extends SentenceRecognizer {
  readonly info = untrainedInfo('rules', ['NAME'])
  readonly batches: string[][] = []
  released = false

  protected async decode(sentences: readonly TokenSentence[]) {
    this.batches.push(sentences.map(sentence => tokensOf(sentence).join(' ')))
    return sentences.map(sentence => {
      const tokens = tokensOf(sentence)
      const spans = tokens.flatMap((token, start) =>
        /^[A-Z]/.test(token) ? [{ start, end: start + 1, type: 'NAME', score: 1 / token.length }] : [],
      )
      return { tags: encodeSpans(spans, tokens.length, 'BIO'), spans }
    })
  }

  protected async free() {
    this.released = true
  }
}

const TEXT = 'ada met Bo. then  Charles wrote.'
const FOUND = [
  { start: 8, end: 10, type: 'NAME', text: 'Bo', score: 1 / 2 },
  { start: 18, end: 25, type: 'NAME', text: 'Charles', score: 1 / 7 },
]

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

async function* stream(...texts: string[]) {
  yield* texts
}

test('a kind of recognizer that tags sentences tags a text, texts and streams, sentence by sentence', async () => {
  const capitals = new Capitals()
  const recognizer: Recognizer = capitals
  assert.deepEqual(await recognizer.tag(TEXT), FOUND)
  assert.deepEqual(capitals.batches, [['ada met Bo .', 'then Charles wrote .']])
  assert.deepEqual(await recognizer.tag(['', TEXT, 'no']), [[], FOUND, []])
  assert.deepEqual(await recognizer.tag([]), [])
  assert.deepEqual(await all(recognizer.tag(stream(TEXT, 'no', TEXT))), [FOUND, [], FOUND])
  const [{ text, entities, sentences }] = await all(recognizer.annotate([TEXT]))
  assert.deepEqual([text, entities], [TEXT, FOUND])
  assert.deepEqual(
    sentences.map(({ start, end, tokens, tags }) => [TEXT.slice(start, end), tokens.length, tags.join(' ')]),
    [
      ['ada met Bo.', 4, 'O O B-NAME O'],
      ['then  Charles wrote.', 4, 'O B-NAME O O'],
    ],
  )
})

test('entities with low scores can be left out, and a signal stops a stream', async () => {
  await using recognizer = new Capitals()
  assert.deepEqual(await recognizer.tag(TEXT, { minScore: 0.5 }), [FOUND[0]])
  assert.deepEqual(await recognizer.tag([TEXT], { minScore: 0.51 }), [[]])
  const stopped = AbortSignal.abort(new Error('enough'))
  await assert.rejects(recognizer.tag(TEXT, { signal: stopped }), /enough/)
  const controller = new AbortController()
  const texts = Array.from({ length: 1000 }, () => TEXT)
  let tagged = 0
  await assert.rejects(async () => {
    for await (const _ of recognizer.annotate(texts, { signal: controller.signal }))
      if (++tagged === 3) controller.abort(new Error('enough'))
  }, /enough/)
  assert.ok(tagged < 1000, `${tagged} texts`)
})

test('a recognizer is released at the end of its block, and can be scored on a corpus', async () => {
  const capitals = new Capitals()
  {
    await using recognizer = capitals
    const sentences = [
      { tokens: ['Ada', 'met', 'Bo'], tags: ['I-NAME', 'O', 'O'], lines: [1] },
      { tokens: ['Al', 'Bo'], tags: ['I-NAME', 'I-NAME'], lines: [2] },
    ]
    const pairs = await all(predictCorpus(recognizer, sentences, 'IO'))
    assert.deepEqual(pairs[1].predicted, ['I-NAME', 'I-NAME'])
    // IO cannot separate the two: they are one entity, with the lower score.
    assert.deepEqual(pairs[1].spans, [{ start: 0, end: 2, type: 'NAME', score: 1 / 2 }])
    const { exact } = await scorePairs(predictCorpus(recognizer, sentences, 'IO'), { scheme: 'IO' })
    assert.deepEqual([exact.micro.gold, exact.micro.predicted, exact.micro.correct], [2, 3, 2])
  }
  assert.ok(capitals.released)
})

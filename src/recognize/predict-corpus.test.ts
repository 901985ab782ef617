import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createWriter } from '../corpus/create-writer.js'
import { cutSentences } from '../corpus/cut-sentences.js'
import { exactTokens } from '../corpus/refine-tokens.js'
import type { Sentence, TextSpan } from '../corpus/sentence.js'
import { textEntities, textOf } from '../corpus/sentence-text.js'
import { readAll } from '../corpus/testing/read-all.js'
import { scorePairs } from '../evaluate/score-tags.js'
import { type TokenSentence, tokensOf } from '../model/inputs/sentence.js'
import { encodeSpans } from '../tags/encode-spans.js'
import { evaluateDev, toBio } from '../train/loop/dev-evaluation.js'
import { predictCorpus, type TaggedPair } from './predict-corpus.js'
import { untrainedInfo } from './rule-info.js'
import { SentenceRecognizer } from './sentence-recognizer.js'

/** Finds runs of capitalized words after the first word of a sentence. */
class Capitals extends SentenceRecognizer {
  readonly info = untrainedInfo('rules', ['NAME'])

  protected async decode(sentences: readonly TokenSentence[]) {
    return sentences.map(sentence => {
      const tokens = tokensOf(sentence)
      const spans: { start: number; end: number; type: string; score: number }[] = []
      tokens.forEach((token, i) => {
        if (i === 0 || !/^[A-Z]/.test(token)) return
        const last = spans.at(-1)
        if (last?.end === i) last.end++
        else spans.push({ start: i, end: i + 1, type: 'NAME', score: 1 })
      })
      return { tags: encodeSpans(spans, tokens.length, 'BIO'), spans }
    })
  }

  protected async free() {}
}

async function read(records: readonly { text: string; entities: readonly TextSpan[] }[]) {
  const text = records.map(record => `${JSON.stringify({ ...record, offsets: 'utf16' })}\n`).join('')
  return (await readAll(text, 'a.jsonl')).sentences
}

async function score(sentences: readonly Sentence[]) {
  const { exact } = await scorePairs(predictCorpus(new Capitals(), sentences, 'BIO'), { scheme: 'BIO' })
  const { gold, predicted, correct } = exact.micro
  return { gold, predicted, correct }
}

/** As `predict --to jsonl` and a comparison of sets do it. */
async function scoreOfPredictions(sentences: readonly Sentence[]) {
  const counts = { gold: 0, predicted: 0, correct: 0 }
  for (const sentence of sentences) {
    const { text, offsets } = textOf(sentence)
    const key = ({ start, end, type }: TextSpan) => `${start} ${end} ${type}`
    const gold = new Set(textEntities(sentence, { text, offsets }).map(key))
    const record = JSON.parse(JSON.stringify({ text, entities: await new Capitals().tag(text) }))
    const found = (record.entities as TextSpan[]).map(key)
    counts.gold += gold.size
    counts.predicted += found.length
    counts.correct += found.filter(each => gold.has(each)).length
  }
  return counts
}

/** The same figure as training sees it. */
async function devF1(sentences: readonly Sentence[]) {
  const { parts, gather } = cutSentences(sentences)
  const tagger = new Capitals()
  const encoded = parts.map((_, i) => ({ unitIds: Int32Array.of(i), tokens: parts[i].tokens.length }))
  const find = (asked: readonly { unitIds: Int32Array }[]) =>
    tagger.tagTokens(asked.map(({ unitIds: [i] }) => parts[i].tokens))
  const gold = sentences.map(sentence => toBio(exactTokens(sentence).tags))
  return (await evaluateDev({ find }, { parts: encoded, gather, sentences, gold, scheme: 'BIO' })).f1
}

test('an entity inside a token is missed, as in predictions on the text, however the tagger tags the token', async () => {
  const text = 'The Tokyo-based firm hired Ada.'
  const sentences = await read([
    {
      text,
      entities: [
        { start: 4, end: 9, type: 'NAME' },
        { start: 27, end: 30, type: 'NAME' },
      ],
    },
  ])
  assert.deepEqual(await score(sentences), { gold: 2, predicted: 2, correct: 1 })
  const pairs: TaggedPair[] = []
  for await (const each of predictCorpus(new Capitals(), sentences, 'BIO')) pairs.push(each)
  const [pair] = pairs
  assert.deepEqual(pair.tokens, ['The', 'Tokyo', '-based', 'firm', 'hired', 'Ada', '.'])
  assert.deepEqual(pair.gold, ['O', 'B-NAME', 'O', 'O', 'O', 'B-NAME', 'O'])
  assert.deepEqual(pair.predicted, ['O', 'B-NAME', 'I-NAME', 'O', 'O', 'B-NAME', 'O'])
  assert.deepEqual(
    pair.spans.map(({ start, end }) => [start, end]),
    [
      [1, 3],
      [5, 6],
    ],
  )
})

test('a corpus whose ends are all one short scores 0', async () => {
  const text = 'So Ada Byron left Rome.'
  const entities = [
    { start: 3, end: 11, type: 'NAME' },
    { start: 18, end: 21, type: 'NAME' },
  ]
  assert.deepEqual(await score(await read([{ text, entities }])), { gold: 2, predicted: 2, correct: 0 })
})

test('the score on running text is that of predictions on it, compared as sets of ranges, and that of training', async () => {
  const word = fc.constantFrom(
    'Ada',
    'Byron',
    'Tokyo-based',
    'he',
    'Rome.',
    'paid!',
    'It',
    'U.S.',
    '20.',
    '“Go.”',
    '😀',
  )
  const record = fc.array(word, { minLength: 1, maxLength: 12 }).chain(words => {
    const text = words.join(' ')
    return fc.array(fc.nat(text.length), { maxLength: 8 }).map(edges => {
      const places = [...new Set(edges)]
        .filter(at => !/[\ud800-\udbff]$/.test(text.slice(0, at)))
        .sort((a, b) => a - b)
      const entities = places.flatMap((start, i) =>
        i + 1 < places.length && /\S/.test(text.slice(start, places[i + 1]))
          ? [{ start, end: places[i + 1], type: 'NAME' }]
          : [],
      )
      // Half of them as a tagger would find them.
      return { text, entities: edges.length % 2 === 0 ? entities : namesIn(text) }
    })
  })
  let [correct, missed] = [0, 0]
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 4 }), async records => {
      const sentences = await read(records)
      const expected = await scoreOfPredictions(sentences)
      assert.deepEqual(await score(sentences), expected)
      const both = expected.gold + expected.predicted
      assert.equal(await devF1(sentences), both === 0 ? null : (2 * expected.correct) / both)
      // Nothing changes by converting.
      const writer = createWriter('markup')
      const markup = sentences.map(each => writer.write(each)).join('')
      assert.deepEqual(await score((await readAll(markup, 'a.markup')).sentences), expected)
      correct += expected.correct
      missed += expected.gold - expected.correct
    }),
    { numRuns: 600, seed: 3 },
  )
  assert.ok(correct > 200 && missed > 200, `${correct} correct, ${missed} missed`)
})

function namesIn(text: string): TextSpan[] {
  return [...text.matchAll(/Ada|Byron|Rome|Tokyo/g)].map(({ index, 0: name }) => ({
    start: index,
    end: index + name.length,
    type: 'NAME',
  }))
}

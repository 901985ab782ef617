import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { runningTexts } from '../../corpus/running-text.js'
import type { Sentence } from '../../corpus/sentence.js'
import { type TokenSentence, tokensOf } from '../../model/inputs/sentence.js'
import { untrainedInfo } from '../../recognize/rule-info.js'
import { SentenceRecognizer } from '../../recognize/sentence-recognizer.js'
import { encodeSpans } from '../../tags/encode-spans.js'
import { scoreRaw } from './raw-scores.js'

/** Finds capitalized words that do not begin a sentence, so that cutting sentences in other places shows. */
class Capitals extends SentenceRecognizer {
  readonly info = untrainedInfo('rules', ['NAME'])

  protected async decode(sentences: readonly TokenSentence[]) {
    return sentences.map(sentence => {
      const tokens = tokensOf(sentence)
      const spans = tokens.flatMap((token, start) =>
        start > 0 && /^[A-Z]/.test(token) ? [{ start, end: start + 1, type: 'NAME', score: 1 }] : [],
      )
      return { tags: encodeSpans(spans, tokens.length, 'BIO'), spans }
    })
  }

  protected async free() {}
}

function sentence(words: string, document?: number): Sentence {
  const tokens = words.split(' ')
  const tags = tokens.map((token, i) => (i > 0 && /^[A-Z]/.test(token) ? 'B-NAME' : 'O'))
  return { tokens, tags, lines: [1], ...(document !== undefined && { document }) }
}

test('sentences of a document become one text, headings apart, and records of text stay apart', () => {
  const text = 'It rained. It stopped.'
  const corpus: Sentence[] = [
    sentence('Rain in Rome', 0),
    sentence('It rained .', 0),
    sentence('" It stopped . "', 0),
    sentence('He left .', 1),
    { tokens: ['It'], tags: ['O'], text, offsets: [{ start: 0, end: 2 }], lines: [5] },
    { tokens: ['It'], tags: ['O'], text, offsets: [{ start: 11, end: 13 }], lines: [6] },
  ]
  const texts = [...runningTexts(corpus)]
  assert.deepEqual(
    texts.map(each => each.text),
    ['Rain in Rome\n\nIt rained. "It stopped."', 'He left.', text, text],
  )
  for (const { text, sentences } of texts)
    for (const { sentence, offsets } of sentences)
      assert.deepEqual(
        offsets.map(({ start, end }) => text.slice(start, end)),
        sentence.tokens,
      )
})

test('tokens that the tokenizer would not find cost what predict loses on the text', async () => {
  // "Pre-War" is one token of the text and three of the corpus, two of which are names.
  const corpus: Sentence[] = [
    {
      ...sentence('he saw Pre - War times'),
      text: 'he saw Pre-War times',
      offsets: [
        [0, 2],
        [3, 6],
        [7, 10],
        [10, 11],
        [11, 14],
        [15, 20],
      ].map(([start, end]) => ({ start, end })),
    },
    sentence('he saw Rome .'),
  ]
  const raw = await scoreRaw(
    new Capitals(),
    { sentences: corpus, scheme: 'BIO' },
    { mode: 'conlleval', f1: 1 },
  )
  const { gold, predicted, correct } = raw.exact.micro
  assert.deepEqual([gold, predicted, correct, raw.texts, raw.detokenized], [3, 2, 1, 2, 1])
  assert.equal(raw.difference, (2 * 1) / (3 + 2) - 1)
})

test('the score is that of tag on each text, compared as sets of ranges', async () => {
  const word = fc.constantFrom(
    'He',
    'saw',
    'Rome',
    'New-York',
    'Dr.',
    '.',
    '?',
    'U.S.',
    '(',
    ')',
    "Ada's",
    '20.',
  )
  const words = fc.array(word, { minLength: 1, maxLength: 9 }).map(list => list.join(' '))
  const corpora = fc.array(fc.tuple(words, fc.option(fc.nat(2), { nil: undefined })), { minLength: 1 })
  let found = 0
  await fc.assert(
    fc.asyncProperty(corpora, async list => {
      const sentences = list.map(([own, document]) => sentence(own, document))
      const tagger = new Capitals()
      const { exact } = await scoreRaw(tagger, { sentences, scheme: 'BIO' }, { mode: 'conlleval', f1: null })
      let [gold, predicted, correct] = [0, 0, 0]
      for (const { text, sentences: placed } of runningTexts(sentences)) {
        const wanted = new Set(
          placed.flatMap(({ sentence: { tags }, offsets }) =>
            offsets.flatMap(({ start, end }, i) => (tags[i] === 'O' ? [] : [`${start} ${end}`])),
          ),
        )
        const records = JSON.parse(JSON.stringify(await tagger.tag(text))) as { start: number; end: number }[]
        gold += wanted.size
        predicted += records.length
        correct += records.filter(({ start, end }) => wanted.has(`${start} ${end}`)).length
      }
      const { micro } = exact
      assert.deepEqual([micro.gold, micro.predicted, micro.correct], [gold, predicted, correct])
      found += correct
    }),
    { numRuns: 200 },
  )
  assert.ok(found > 500, `${found}`)
})

test('a tagger that needs columns cannot tag text', async () => {
  class Columns extends Capitals {
    override readonly info = untrainedInfo('rules', ['NAME'], { columns: ['pos'] })
  }
  const corpus = { sentences: [sentence('he saw Rome .')], scheme: 'BIO' } as const
  await assert.rejects(scoreRaw(new Columns(), corpus, { mode: 'conlleval', f1: 1 }), {
    code: 'evaluate/raw',
  })
})

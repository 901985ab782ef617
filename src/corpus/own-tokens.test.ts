import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeSpans } from '../tags/encode-spans.js'
import { segment } from '../text/sentences.js'
import { tokenize } from '../text/tokenize.js'
import { exactTokens } from './refine-tokens.js'
import { entitiesOfText, runningTexts } from './running-text.js'
import type { Sentence } from './sentence.js'
import { spansOf, textEntities, textOf } from './sentence-text.js'
import { readAll } from './testing/read-all.js'
import { agreementNotes, tokenAgreement } from './token-agreement.js'

const word = fc.constantFrom(
  'Ada',
  'New',
  '-',
  'York',
  'non-',
  'EU',
  '.',
  'He',
  "'s",
  '20.',
  '日本',
  '(',
  ')',
  'U.S',
)
const sentence = fc.array(word, { minLength: 1, maxLength: 8 }).chain(tokens =>
  fc
    .record({ length: fc.integer({ min: 1, max: 3 }), start: fc.nat(tokens.length - 1), document: fc.nat(2) })
    .map(
      ({ length, start, document }): Sentence => ({
        tokens,
        tags: encodeSpans(
          [{ start, end: Math.min(tokens.length, start + length), type: 'X' }],
          tokens.length,
          'BIO',
        ),
        document,
        lines: tokens.map((_, i) => 1 + i),
      }),
    ),
)

function conll(sentences: readonly Sentence[]): string {
  return sentences
    .map(({ tokens, tags }) => tokens.map((token, i) => `${token}\t${tags[i]}\n`).join(''))
    .join('\n')
}

test('a corpus of tokens in our own tokens: each text as tokenize cuts it, every entity at its place', async () => {
  let [entities, unfit] = [0, 0]
  await fc.assert(
    fc.asyncProperty(fc.array(sentence, { minLength: 1, maxLength: 6 }), async list => {
      const marked = list.map(({ document: _document, ...each }) => each)
      const { sentences } = await readAll(conll(marked), 'a.conll', { tokens: 'own' })
      const texts = [...runningTexts(marked)]
      assert.deepEqual(
        sentences.map(({ text }) => text),
        texts.map(({ text }) => text),
      )
      const rows = conll(marked).split('\n')
      for (const [i, each] of sentences.entries()) {
        const { tokens, text = '', lines } = each
        assert.deepEqual(
          tokens,
          tokenize(text).map(token => token.text),
        )
        assert.deepEqual(textEntities(each, textOf(each)), entitiesOfText(texts[i]))
        assert.equal(spansOf(exactTokens(each)).length, entitiesOfText(texts[i]).length)
        // The line of a token is one whose word begins the token, or holds its beginning.
        lines.forEach((line, k) => {
          const found = rows[line - 1].split('\t')[0]
          assert.ok(found.includes(tokens[k][0]), `${tokens[k]} on the line of ${found}`)
        })
        entities += entitiesOfText(texts[i]).length
        if (each.entities !== undefined) unfit++
      }
    }),
    { numRuns: 300, seed: 5 },
  )
  assert.ok(entities > 500 && unfit > 10, `${entities} entities, ${unfit} texts with entities inside tokens`)
})

/** The same counts by looking at every place. */
function slowAgreement(sentences: readonly Sentence[]) {
  const counts = { cutOtherwise: 0, otherTokens: 0, missedEdges: 0, unfit: 0 }
  for (const running of runningTexts(sentences)) {
    const own = segment(running.text).sentences
    const covers = new Array<number>(running.text.length).fill(-1)
    const parts = new Array<number>(running.text.length).fill(-1)
    const tokens = own.flatMap(each => each.tokens)
    tokens.forEach(({ start, end }, t) => void covers.fill(t, start, end))
    own.forEach(({ start, end }, s) => void parts.fill(s, start, end))
    const isInside = (at: number) =>
      at > 0 && at < running.text.length && covers[at] >= 0 && covers[at] === covers[at - 1]
    for (const { offsets } of running.sentences) {
      const [from, to] = [offsets[0].start, offsets[offsets.length - 1].end]
      if (!own.some(({ start, end }) => start === from && end === to)) counts.cutOtherwise++
      const edges = new Set<number>()
      for (const { start, end } of offsets) {
        edges.add(start).add(end)
        if (!tokens.some(each => each.start === start && each.end === end)) counts.otherTokens++
      }
      for (const edge of edges) if (isInside(edge)) counts.missedEdges++
    }
    for (const { start, end } of entitiesOfText(running))
      if (isInside(start) || isInside(end) || parts[start] !== parts[end - 1]) counts.unfit++
  }
  return counts
}

test('how far tokens are from ours: the counts are those of looking at every place', () => {
  const total = { cutOtherwise: 0, otherTokens: 0, missedEdges: 0, unfit: 0 }
  fc.assert(
    fc.property(fc.array(sentence, { minLength: 1, maxLength: 6 }), sentences => {
      const found = tokenAgreement(sentences)
      assert.ok(found)
      const slow = slowAgreement(sentences)
      for (const name of Object.keys(total) as (keyof typeof total)[]) {
        assert.equal(found[name], slow[name], name)
        total[name] += slow[name]
      }
      assert.equal(found.sentences, sentences.length)
      assert.equal(found.detokenized, sentences.length)
    }),
    { numRuns: 500, seed: 6 },
  )
  for (const [name, count] of Object.entries(total)) assert.ok(count > 50, `${name}: ${count}`)
})

test('text in our tokens has nothing to compare; far tokens are noted, near ones are not', async () => {
  const ours = await readAll('[Ada](PER) left. He won.\n', 'a.markup')
  assert.equal(tokenAgreement(ours.sentences), undefined)
  const codes = (sentences: readonly Sentence[]) =>
    agreementNotes('a', tokenAgreement(sentences)).map(({ code }) => code)
  const near = await readAll('Ada B-PER\nleft O\n. O\n', 'a.conll')
  assert.deepEqual(codes(near.sentences), [])
  const far = await readAll(
    '{"tokens":["non","-","EU","law"],"tags":["O","O","B-LOC","O"],"text":"non-EU law","tokenOffsets":[[0,3],[3,4],[4,6],[7,10]]}\n',
    'a.jsonl',
  )
  assert.deepEqual(codes(far.sentences), ['other-tokens'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isInputError } from '../base/errors.js'
import type { FilePlace, Note } from '../base/fault.js'
import type { Sentence } from '../corpus/sentence.js'
import { encodeSpans } from '../tags/encode-spans.js'
import { lenientSpans } from '../tags/lenient-spans.js'
import type { TokenSpan } from '../tags/span.js'
import { type AlignedSentence, alignLabels } from './align-labels.js'
import { LabelTally } from './label-tally.js'

async function* stream(sentences: readonly Sentence[]) {
  yield* sentences
}

const source = (path: string, sentences: readonly Sentence[]) => ({
  path,
  sentences: stream(sentences),
  read: lenientSpans,
})

async function align(gold: readonly Sentence[], predicted: readonly Sentence[]) {
  const pairs: AlignedSentence[] = []
  const notes: Note[] = []
  const all = alignLabels(source('gold', gold), source('predicted', predicted), note => notes.push(note))
  for await (const pair of all) pairs.push(pair)
  return { pairs, notes }
}

async function scoresOf(gold: readonly Sentence[], predicted: readonly Sentence[]) {
  const tally = new LabelTally({ mode: 'conlleval', scheme: 'BIO', keep: { counts: true } })
  for (const { line, ...pair } of (await align(gold, predicted)).pairs)
    tally.add({ ...pair, where: String(line) })
  return tally.result()
}

/** A text with entities, as its author means it: ranges of the text. */
interface Labeled {
  readonly text: string
  readonly entities: readonly TokenSpan[]
}

const LETTERS = ['a', 'b', '.', ' ', '  ', '\n', 'é', '𝔸', '語', '\u00a0']

/** Ranges without white space at their edges and without overlaps. */
function entitiesOf(text: string, edges: readonly number[], types: readonly string[]): TokenSpan[] {
  const places = [...new Set(edges.map(edge => edge % (text.length + 1)))]
    .filter(place => !/^[\udc00-\udfff]/.test(text.slice(place)))
    .sort((a, b) => a - b)
  const spans: TokenSpan[] = []
  for (let i = 0; i + 1 < places.length; i += 2) {
    const inner = text.slice(places[i], places[i + 1])
    const start = places[i] + (inner.length - inner.trimStart().length)
    if (inner.trim() !== '')
      spans.push({ start, end: start + inner.trim().length, type: types[i % types.length] })
  }
  return spans
}

/** The text cut into tokens and sentences of tokens: at white space, at the edges of entities and at `cuts`. */
function tokenized(
  { text, entities }: Labeled,
  cuts: readonly number[],
  sentences: readonly number[],
): Sentence[] {
  const within = (place: number) => entities.some(({ start, end }) => place > start && place < end)
  const places = new Set([
    ...entities.flatMap(({ start, end }) => [start, end]),
    ...cuts.map(cut => cut % (text.length + 1)).filter(at => !/^[\udc00-\udfff]/.test(text.slice(at))),
  ])
  const ranges: { start: number; end: number }[] = []
  let start = -1
  for (let i = 0; i <= text.length; i++) {
    const isSpace = i === text.length || /\s/.test(text[i])
    if (start >= 0 && (isSpace || places.has(i))) {
      ranges.push({ start, end: i })
      start = -1
    }
    if (!isSpace && start < 0) start = i
  }
  const ends = new Set(sentences.map(place => place % (ranges.length + 1)))
  const found: Sentence[] = []
  let from = 0
  for (let t = 1; t <= ranges.length; t++) {
    const isEnd = t === ranges.length || (ends.has(t) && !within(ranges[t].start))
    if (!isEnd) continue
    const own = ranges.slice(from, t)
    const spans = entities.flatMap(({ start, end, type }) => {
      const first = own.findIndex(range => range.start === start)
      const last = own.findIndex(range => range.end === end)
      return first >= 0 ? [{ start: first, end: last + 1, type }] : []
    })
    found.push({
      tokens: own.map(range => text.slice(range.start, range.end)),
      tags: encodeSpans(spans, own.length, 'BIO'),
      lines: own.map((_, i) => from + i + 1),
    })
    from = t
  }
  return found
}

/** The text as one record: its own tokens, with offsets. */
function record(labeled: Labeled): Sentence[] {
  const [sentence] = tokenized(labeled, [], [])
  if (!sentence) return []
  let at = 0
  const offsets = sentence.tokens.map(token => {
    const start = labeled.text.indexOf(token, at)
    at = start + token.length
    return { start, end: at }
  })
  return [{ ...sentence, text: labeled.text, offsets, lines: [1] }]
}

const places = fc.array(fc.nat(200), { maxLength: 8 })
const cutting = fc.record({ cuts: places, sentences: places, isRecord: fc.boolean() })
const labels = fc.array(fc.constantFrom('A', 'B'), { minLength: 1, maxLength: 4 })
const drawn = fc.record({
  text: fc.array(fc.constantFrom(...LETTERS), { maxLength: 40 }).map(parts => parts.join('')),
  gold: fc.tuple(places, labels),
  predicted: fc.tuple(places, labels),
  isClose: fc.boolean(),
  cut: fc.tuple(cutting, cutting),
})

const cutAs = (
  labeled: Labeled,
  { cuts, sentences, isRecord }: { cuts: number[]; sentences: number[]; isRecord: boolean },
) => (isRecord ? record(labeled) : tokenized(labeled, cuts, sentences))

/** The slow way: sets of start, end and type, white space left out. */
function comparedAsSets(gold: Labeled, predicted: Labeled) {
  const keys = ({ text, entities }: Labeled) =>
    new Set(
      entities.map(({ start, end, type }) =>
        [...[start, end].map(place => text.slice(0, place).replace(/\s/g, '').length), type].join(),
      ),
    )
  const [a, b] = [keys(gold), keys(predicted)]
  return { gold: a.size, predicted: b.size, correct: [...a].filter(key => b.has(key)).length }
}

test('scores by offsets are those of comparing sets of ranges, however both sides are cut', async () => {
  let cases = 0
  let correct = 0
  await fc.assert(
    fc.asyncProperty(drawn, async ({ text, gold, predicted, isClose, cut }) => {
      // Of some predictions, most edges are those of gold.
      const edges = isClose ? [...gold[0], ...predicted[0].slice(0, 1)] : predicted[0]
      const a = { text, entities: entitiesOf(text, ...gold) }
      const b = { text, entities: entitiesOf(text, edges, predicted[1]) }
      const { scores, counts } = await scoresOf(cutAs(a, cut[0]), cutAs(b, cut[1]))
      const { micro } = scores.exact
      const expected = comparedAsSets(a, b)
      assert.deepEqual({ gold: micro.gold, predicted: micro.predicted, correct: micro.correct }, expected)
      for (const key of ['gold', 'predicted', 'correct'] as const)
        assert.equal(
          counts.reduce((sum, each) => sum + each[key], 0),
          expected[key],
          'by gold sentence',
        )
      assert.equal(counts.length, cutAs(a, cut[0]).length)
      const swapped = await scoresOf(cutAs(b, cut[1]), cutAs(a, cut[0]))
      assert.equal(swapped.scores.exact.micro.f1, micro.f1)
      cases++
      correct += expected.correct
    }),
    { numRuns: 1500 },
  )
  assert.ok(cases >= 1500 && correct > 200, `${cases} cases, ${correct} correct`)
})

test('one labeling against itself in other tokens scores 100', async () => {
  let cases = 0
  await fc.assert(
    fc.asyncProperty(drawn, async ({ text, gold: [edges, types], cut }) => {
      const labeled = { text, entities: entitiesOf(text, edges, types) }
      const { scores } = await scoresOf(cutAs(labeled, cut[0]), cutAs(labeled, cut[1]))
      const { exact, relaxed, semeval } = scores
      const f1 = labeled.entities.length > 0 ? 1 : null
      for (const found of [exact.micro, relaxed.type, relaxed.boundary, semeval.partial, semeval.strict])
        assert.equal(found.f1, f1)
      assert.equal(scores.accuracy, scores.tokens > 0 ? 1 : null)
      cases++
    }),
    { numRuns: 1000 },
  )
  assert.equal(cases, 1000)
})

test('one other character is found, with its line on both sides', async () => {
  let cases = 0
  await fc.assert(
    fc.asyncProperty(drawn, fc.nat(), async ({ text, cut }, at) => {
      const visible = [...text].flatMap((character, i) => (character.trim() === '' ? [] : [i]))
      if (visible.length === 0) return
      const changed = visible[at % visible.length]
      const other = [...text].map((character, i) => (i === changed ? 'X' : character)).join('')
      const [gold, predicted] = [
        tokenized({ text, entities: [] }, cut[0].cuts, cut[0].sentences),
        tokenized({ text: other, entities: [] }, cut[1].cuts, cut[1].sentences),
      ]
      await assert.rejects(align(gold, predicted), (error: unknown) => {
        assert.ok(isInputError(error) && error.code === 'score/text')
        const [{ where, expected, got }] = error.faults
        // Tokens are numbered as lines, so the line is that of the token with the X.
        const tokens = predicted.flatMap(sentence => sentence.tokens)
        assert.equal((where as FilePlace).line, tokens.findIndex(token => token.includes('X')) + 1)
        assert.ok(String(expected).startsWith(JSON.stringify([...text][changed])))
        assert.match(String(got), /^"X" in /)
        let before = [...text].slice(0, changed).filter(character => character.trim() !== '').length
        const line = gold
          .flatMap(({ tokens: own }) => own)
          .findIndex(token => {
            before -= [...token].length
            return before < 0
          })
        assert.match(String(expected), new RegExp(`at gold:${line + 1}$`))
        return true
      })
      cases++
    }),
    { numRuns: 500 },
  )
  assert.ok(cases > 300, `${cases} cases`)
})

const plain = (text: string, line = 1): Sentence => {
  const tokens = text.split(' ')
  return { tokens, tags: tokens.map(() => 'O'), lines: tokens.map((_, i) => line + i) }
}

async function refusal(gold: readonly Sentence[], predicted: readonly Sentence[]) {
  const error = await align(gold, predicted).catch((error: unknown) => error)
  assert.ok(isInputError(error), String(error))
  return { code: error.code, ...error.faults[0] }
}

test('a text that goes on after the other one has ended', async () => {
  const [a, b] = [plain('Ada wrote'), plain('She left', 4)]
  const short = await refusal([a, b], [a])
  assert.deepEqual(
    [short.code, short.where],
    ['score/lengths', { file: 'predicted', line: 2, field: 'sentence 1' }],
  )
  assert.equal(short.expected, '"She left" to follow, as at gold:4')
  const long = await refusal([a], [a, b])
  assert.deepEqual([long.code, long.where], ['score/lengths', { file: 'gold', line: 2, field: 'sentence 1' }])
  const half = await refusal([a], [plain('Ada wr')])
  assert.equal(half.expected, '"wrote" to follow, as at gold:2')
})

test('a reason is given if it can be told', async () => {
  const cases = [
    ['Ada wrote', 'ADA WROTE', /case/],
    ['caf\u00e9 open', 'cafe\u0301 open', /NFC/],
    ['he ( left )', 'he -LRB- left -RRB-', /Penn Treebank/],
    ['Ada wrote', 'Ada writes', /only white space may differ/],
  ] as const
  for (const [gold, predicted, reason] of cases) {
    const { code, remedy } = await refusal([plain(gold)], [plain(predicted)])
    assert.equal(code, 'score/text')
    assert.match(String(remedy), reason)
  }
  const three = ['The first one here', 'A second sentence', 'And then a third'].map((text, i) =>
    plain(text, 10 * i),
  )
  const missing = await refusal(three, [three[0], three[2]])
  assert.match(String(missing.remedy), /missing in predicted: it goes on as gold:20 does/)
  const surplus = await refusal([three[0], three[2]], three)
  assert.match(String(surplus.remedy), /missing in gold: it goes on as predicted:20 does/)
  assert.equal(cases.length, 4)
})

test('documents and records are named, records that differ in white space are noted', async () => {
  const text = (own: string): Sentence => ({
    ...record({ text: own, entities: [] })[0],
    document: 0,
    documentName: 'x',
  })
  const { where } = await refusal([text('a b')], [text('a c')])
  assert.deepEqual(where, { file: 'predicted', line: 1, field: 'record 1 of document "x"' })
  const { notes } = await align([text('a b'), text('c  d')], [text('a b'), text('c d')])
  assert.deepEqual(
    notes.map(note => [note.code, note.where]),
    [['white-space', { file: 'predicted', line: 1 }]],
  )
  assert.deepEqual((await align([text('a b')], [plain('a b')])).notes, [])
})

test('labels that are missing, or on white space alone, are refused', async () => {
  assert.equal((await refusal([plain('a')], [{ ...plain('a'), tags: [] }])).code, 'score/unlabeled')
  const blank: Sentence = { tokens: ['a', ' '], tags: ['O', 'B-X'], lines: [1, 2] }
  const { code, where } = await refusal([blank], [plain('a')])
  assert.deepEqual([code, where], ['score/empty-entity', { file: 'gold', line: 2 }])
})

test('an entity that crosses the end of a gold sentence joins it with the next one', async () => {
  const gold = [plain('Ada Love'), plain('lace wrote')]
  const predicted: Sentence = {
    tokens: ['Ada', 'Lovelace', 'wrote'],
    tags: ['B-P', 'I-P', 'O'],
    lines: [1, 2, 3],
  }
  const { pairs } = await align(gold, [predicted])
  assert.equal(pairs.length, 1)
  assert.deepEqual(pairs[0].predicted, [{ start: 0, end: 3, type: 'P' }])
  assert.deepEqual(pairs[0].firsts, [0, 2])
})

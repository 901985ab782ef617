import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Format } from '../base/format-names.js'
import { lenientSpans } from '../tags/lenient-spans.js'
import { segment } from '../text/sentences.js'
import { tokenize } from '../text/tokenize.js'
import { createWriter } from './create-writer.js'
import { EntityFitCounter, entityFit, fitNotes, type UnfitEntity } from './entity-fit.js'
import { exactTokens } from './refine-tokens.js'
import type { Sentence, TextSpan } from './sentence.js'
import { textEntities, textOf } from './sentence-text.js'
import { readAll } from './testing/read-all.js'

const jsonl = (records: readonly { text: string; entities: readonly TextSpan[] }[]) =>
  records.map(record => `${JSON.stringify({ ...record, offsets: 'utf16' })}\n`).join('')

async function read(records: readonly { text: string; entities: readonly TextSpan[] }[]) {
  return (await readAll(jsonl(records), 'a.jsonl')).sentences
}

/** The range of a name in a text. */
function at(text: string, name: string, type: string, shorter = 0): TextSpan {
  const start = text.indexOf(name)
  return { start, end: start + name.length - shorter, type }
}

const TOKYO = 'A Tokyo-based firm hired Ada.'
const NATO = 'Die Nato-Truppen und der Deutschland-Chef.'

test('an entity inside a token keeps its range; it is tagged only if most of the tokens is its own', async () => {
  const sentences = await read([
    { text: TOKYO, entities: [at(TOKYO, 'Tokyo', 'LOC'), at(TOKYO, 'Ada', 'PER')] },
    { text: NATO, entities: [at(NATO, 'Nato', 'ORG'), at(NATO, 'Deutschland', 'LOC')] },
  ])
  assert.deepEqual(
    sentences.map(({ tokens }) => tokens),
    [TOKYO, NATO].map(text => tokenize(text).map(token => token.text)),
  )
  assert.deepEqual(
    sentences.map(({ tags }) => tags.join(' ')),
    ['O O O O B-PER O', 'O O O O B-LOC O'],
  )
  const listed: UnfitEntity[] = []
  const counter = new EntityFitCounter('a.jsonl', entity => listed.push(entity))
  for (const sentence of sentences) counter.add(sentence)
  assert.deepEqual(
    listed.map(({ where, text, tokens, isTagged }) => [where.line, text, tokens.join(' '), isTagged]),
    [
      [1, 'Tokyo', 'Tokyo-based', false],
      [2, 'Nato', 'Nato-Truppen', false],
      [2, 'Deutschland', 'Deutschland-Chef', true],
    ],
  )
  const { entities, inToken, tagged, endsAreInclusive } = counter.result()
  assert.deepEqual([entities, inToken, tagged, endsAreInclusive], [4, 3, 1, false])
  assert.deepEqual(
    fitNotes('a.jsonl', counter.result(), 'training').map(({ code }) => code),
    ['entities-in-tokens'],
  )
})

test('ends that are all one short are named as such, and learned as the whole words', async () => {
  const texts = ['Ada Byron wrote from Rome.', 'Bo Lund left Oslo.']
  const names = [
    [at(texts[0], 'Ada Byron', 'PER', 1), at(texts[0], 'Rome', 'LOC', 1)],
    [at(texts[1], 'Bo Lund', 'PER', 1), at(texts[1], 'Oslo', 'LOC', 1)],
  ]
  const sentences = await read(texts.map((text, i) => ({ text, entities: names[i] })))
  assert.deepEqual(
    sentences.map(({ tags }) => tags.join(' ')),
    ['B-PER I-PER O O B-LOC O', 'B-PER I-PER O B-LOC O'],
  )
  const fit = entityFit('a.jsonl', sentences)
  assert.deepEqual([fit.entities, fit.oneShort, fit.endsAreInclusive], [4, 4, true])
  for (const purpose of ['training', 'scoring'] as const)
    assert.deepEqual(
      fitNotes('a.jsonl', fit, purpose).map(({ code }) => code),
      ['inclusive-ends'],
    )
  const half = entityFit('a.jsonl', await read([{ text: texts[0], entities: names[0] }]))
  assert.equal(half.endsAreInclusive, false)
})

test('an entity over the end of a sentence is counted; what fits is not', async () => {
  const text = 'He read Go. Now and Rome. It rained.'
  const sentences = await read([{ text, entities: [at(text, 'Go. Now', 'WORK'), at(text, 'Rome', 'LOC')] }])
  const fit = entityFit('a.jsonl', sentences)
  assert.deepEqual([fit.entities, fit.inToken, fit.acrossSentences], [2, 0, 1])
  assert.deepEqual(entityFit('b.conll', [{ tokens: ['Rome'], tags: ['B-LOC'], lines: [1] }]), {
    ...fit,
    entities: 0,
    acrossSentences: 0,
    unfit: [],
  })
})

const piece = fc.constantFrom(
  'Tokyo-based',
  'Ada',
  "Ada's",
  ' ',
  ' ',
  '. He',
  'é',
  '日本',
  '😀',
  'U.S.',
  '[x]',
  '\n',
  '-',
)
const marked = fc.array(piece, { minLength: 1, maxLength: 14 }).chain(pieces => {
  const text = pieces.join('')
  return fc.array(fc.nat(text.length), { maxLength: 8 }).map(edges => {
    // Ranges between sorted edges, without halves of characters and without blanks alone.
    const places = [...new Set(edges)]
      .filter(place => !/[\ud800-\udbff]$/.test(text.slice(0, place)))
      .sort((a, b) => a - b)
    const entities = places.flatMap((start, i): TextSpan[] =>
      i % 2 === 0 && i + 1 < places.length && /\S/.test(text.slice(start, places[i + 1]))
        ? [{ start, end: places[i + 1], type: i % 3 === 0 ? 'A' : 'B' }]
        : [],
    )
    return { text, entities }
  })
})

/** White space at the edges of an entity is not part of it. */
function trimmed(text: string, { start, end, type }: TextSpan): TextSpan {
  while (/\s/.test(text[start])) start++
  while (/\s/.test(text[end - 1])) end--
  return { start, end, type }
}

test('random spans in random texts: each is said exactly by the tags or listed, and none is lost in any format', async () => {
  let [exact, unfit, across] = [0, 0, 0]
  await fc.assert(
    fc.asyncProperty(marked, async ({ text, entities }) => {
      if (!/\S/.test(text)) return
      const [sentence] = await read([{ text, entities }])
      const wanted = entities.map(each => trimmed(text, each))
      assert.deepEqual(textEntities(sentence, textOf(sentence)), wanted)
      const listed = new Map<string, UnfitEntity['kind']>()
      const counter = new EntityFitCounter('a', each => listed.set(`${each.text} ${each.type}`, each.kind))
      counter.add(sentence)
      // What a tagger could say at best: entities whose edges are edges of tokens, in one sentence.
      const { sentences } = segment(text)
      const [starts, ends] = [new Set<number>(), new Set<number>()]
      for (const { tokens } of sentences)
        for (const { start, end } of tokens) {
          starts.add(start)
          ends.add(end)
        }
      let count = 0
      for (const { start, end, type } of wanted) {
        const fits = starts.has(start) && ends.has(end)
        const isInOne = sentences.some(each => each.start <= start && end <= each.end)
        const kind = listed.get(`${text.slice(start, end)} ${type}`)
        if (fits && isInOne) exact++
        else {
          assert.ok(kind !== undefined, 'an entity that no tagger can find is not listed')
          count++
          if (fits) across++
          else unfit++
        }
      }
      const { inToken, acrossSentences } = counter.result()
      assert.equal(inToken + acrossSentences, count)
      for (const format of ['jsonl', 'markup'] as const) {
        const [back] = await rewritten(sentence, format)
        const { tokens, tags, entities } = back
        assert.deepEqual(
          [tokens, tags, entities],
          [sentence.tokens, sentence.tags, sentence.entities],
          format,
        )
      }
      for (const format of ['conll', 'csv'] as const) {
        const cut = exactTokens(sentence)
        const { tokens, tags, text, offsets } = cut
        assert.ok(text !== undefined && offsets !== undefined)
        assert.deepEqual(
          lenientSpans(tags).map(({ start, end, type }) => ({
            start: offsets[start].start,
            end: offsets[end - 1].end,
            type,
          })),
          wanted,
        )
        const [back] = await rewritten(sentence, format)
        assert.deepEqual([back.tokens, back.tags], [tokens, tags], format)
      }
    }),
    { numRuns: 1500 },
  )
  assert.ok(exact > 300 && unfit > 300 && across > 10, `${exact} exact, ${unfit} in tokens, ${across} across`)
})

async function rewritten(sentence: Sentence, format: Format): Promise<readonly Sentence[]> {
  return (await readAll(createWriter(format).write(sentence), `a.${format}`)).sentences
}

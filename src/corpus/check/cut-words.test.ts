import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatMessage } from '../../base/fault.js'
import { Random } from '../../base/random.js'
import type { Finding } from './finding.js'
import { findingsOf } from './testing/find.js'
import { sample } from './testing/sample.js'

interface Entity {
  start: number
  end: number
  type: string
}
interface RawRecord {
  text: string
  entities: Entity[]
}

/** The sample as text with ranges: entities are where markup had brackets. */
async function records(): Promise<RawRecord[]> {
  const sentences = await sample()
  return sentences.map(({ text = '', offsets = [], tags }) => {
    const entities: Entity[] = []
    for (const [i, tag] of tags.entries()) {
      const { start, end } = offsets[i]
      const last = entities.at(-1)
      if (tag.startsWith('B-')) entities.push({ start, end, type: tag.slice(2) })
      else if (tag.startsWith('I-') && last) last.end = end
    }
    return { text, entities }
  })
}

const toJsonl = (all: readonly RawRecord[]) =>
  all.map(record => `${JSON.stringify({ ...record, offsets: 'utf16' })}\n`).join('')
const check = (all: readonly RawRecord[]) => findingsOf(toJsonl(all), 'train.jsonl')
const moved = (all: readonly RawRecord[], start: number, end: number) =>
  all.map(({ text, entities }) => ({
    text,
    entities: entities
      .map(each => ({ ...each, start: each.start + start, end: each.end + end }))
      .filter(each => each.start >= 0 && each.end <= text.length && each.start < each.end),
  }))
const told = (finding: Finding | undefined) => formatMessage(finding?.examples[0].text ?? '')

test('entities that are whole words are not reported', async () => {
  const all = await records()
  assert.ok(all.flatMap(({ entities }) => entities).length > 1000)
  const found = await check(all)
  assert.deepEqual([found.get('cut-words'), found.get('shifted-offsets')], [undefined, undefined])
})

test('offsets that are all wrong in one way are found, with what to do', async () => {
  const all = await records()
  const cases = [
    [0, -1, /the ends are inclusive: add 1 to each end$/],
    [1, 1, /the offsets count from 1: subtract 1 /],
    [1, 0, /the offsets count from 1: subtract 1 /],
  ] as const
  for (const [start, end, advice] of cases) {
    const faulty = moved(all, start, end)
    const found = await check(faulty)
    const finding = found.get('shifted-offsets')
    assert.equal(found.get('cut-words'), undefined)
    assert.match(told(finding), advice, `${start} ${end}`)
    const share = (finding?.count ?? 0) / (finding?.total ?? 1)
    assert.ok(share > 0.8, `${start} ${end}: ${share}`)
    assert.equal(finding?.total, faulty.flatMap(({ entities }) => entities).length)
  }
})

test('single entities that cut words are found at their lines', async () => {
  const all = await records()
  let cases = 0
  for (const seed of [1, 2, 3, 4, 5]) {
    const random = Random.fromSeed(seed)
    const copy = structuredClone(all)
    const long = copy.flatMap(({ text, entities }, i) =>
      entities
        .filter(({ start, end }) => /^\p{L}{4,}$/u.test(text.slice(start, end)))
        .map(entity => ({ entity, line: i + 1 })),
    )
    const chosen = random.shuffle(long).slice(0, 3)
    for (const { entity } of chosen) entity.end--
    const finding = (await check(copy)).get('cut-words')
    assert.equal(finding?.count, 3)
    const lines = finding.examples.slice(1).map(({ where }) => (where as { line: number }).line)
    assert.deepEqual(
      lines,
      chosen.map(({ line }) => line).sort((a, b) => a - b),
    )
    cases++
  }
  assert.equal(cases, 5)
})

test('parts of words are fair where words have no spaces between them, beside digits and after hyphens', async () => {
  const fair: readonly (readonly [text: string, entity: string])[] = [
    ['昨日東京都で会った', '東京'],
    ['トヨタの車', 'トヨ'],
    ['서울에서 만났다', '서울'],
    ['ผมอยู่กรุงเทพครับ', 'กรุงเทพ'],
    ['a Tokyo-based firm', 'Tokyo'],
    ['it was 5km away', '5'],
    ["Ada's letter", 'Ada'],
    ['JR東日本', 'JR'],
  ]
  for (const [text, entity] of fair) {
    const start = text.indexOf(entity)
    const record = { text, entities: [{ start, end: start + entity.length, type: 'X' }] }
    assert.equal((await check([record])).get('cut-words'), undefined, text)
  }
})

test('a text that contradicts its span is an error with a code of its own', async () => {
  const record = (end: number) => ({
    text: 'Siemens AG said so',
    entities: [{ start: 0, end, type: 'ORG', text: 'Siemens AG' }],
  })
  const lines = [record(10), record(9), record(7)].map(each => `${JSON.stringify(each)}\n`)
  const finding = (await findingsOf(lines.join(''), 'train.jsonl')).get('span-text')
  assert.deepEqual([finding?.severity, finding?.count], ['error', 2])
  assert.deepEqual(
    finding?.examples.map(({ where }) => (where as { line: number }).line),
    [2, 3],
  )
})

test('an entity inside a token is reported once: as a cut word, or as a part of a token', async () => {
  const text = 'The Tokyo-based Siemens office.'
  const find = async (name: string) => {
    const start = text.indexOf(name)
    const record = { text, entities: [{ start, end: start + name.length, label: 'ORG' }] }
    const found = await findingsOf(`${JSON.stringify(record)}\n`, 'train.jsonl')
    return ['cut-words', 'entities-in-tokens'].map(code => found.get(code)?.count)
  }
  assert.deepEqual(await find('Siemen'), [1, undefined])
  assert.deepEqual(await find('Tokyo'), [undefined, 1])
  assert.deepEqual(await find('Siemens'), [undefined, undefined])
})

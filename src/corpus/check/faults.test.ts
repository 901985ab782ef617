/** Faults are put into a corpus that has none, at places that a seed chooses, and must be found there. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import type { Finding } from './finding.js'
import { findingsOf } from './testing/find.js'
import { lineIn, type Row, sampleRows, toConll } from './testing/sample.js'

const SEEDS = [1, 2, 3, 4, 5]
const CLEAN = await sampleRows()

/** A copy of the sample, and a generator. */
const start = (seed: number) => ({
  rows: CLEAN.map(sentence => sentence.map(([token, tag]): Row => [token, tag])),
  random: Random.fromSeed(seed),
})

const linesOf = (finding: Finding | undefined) =>
  finding?.examples.map(({ where }) =>
    typeof where === 'object' && 'line' in where ? where.line : undefined,
  )

test('a corpus without faults has no errors and no warnings', async () => {
  const found = await findingsOf(toConll(CLEAN))
  assert.deepEqual([...found.keys()], ['sentences-without-entities'])
})

test('tokens that are no words are found at their lines', async () => {
  const FAULTY: readonly (readonly [code: string, tokens: readonly string[]])[] = [
    [
      'html-remains',
      ['&amp;', '&nbsp;', 'R&amp;D', '&#39;', '<br>', '<br/>', '</p>', '<a href="x">', '<b>Ada</b>'],
    ],
    ['markup-remains', ['[[Rome]]', '{{cite', "'''Ada", '[Ada](PER)', '\\n', 'caf\\u00e9', 'caf\\xe9']],
    ['tags-as-tokens', ['B-PER', 'I-LOC', 'S-ORG', 'E-DATE']],
    ['sentence-in-token', ['She met him in Rome .', 'Ada wrote to Charles about it']],
    ['space-in-token', ['New York', 'Rio de Janeiro', '10\u00A0000']],
    ['long-token', ['x'.repeat(101), 'http://x.org/'.padEnd(2001, 'x'), 'ab'.repeat(500_000)]],
    ['mojibake', ['CafÃ©', 'donâ€™t', 'MÃ¼ller']],
    ['replacement-character', ['Caf\uFFFD', '\uFFFD']],
    ['invisible-character', ['Ro\u200Bme', 'Rome\uFEFF']],
  ]
  let found = 0
  for (const seed of SEEDS)
    for (const [code, tokens] of FAULTY) {
      const { rows, random } = start(seed)
      const places = random.shuffle(Array.from(rows.keys())).slice(0, tokens.length)
      for (const [i, sentence] of places.entries()) rows[sentence].splice(1, 0, [tokens[i], 'O'])
      const finding = (await findingsOf(toConll(rows))).get(code)
      assert.equal(finding?.count, tokens.length, `${code}, seed ${seed}`)
      const lines = places.map(sentence => lineIn(rows, sentence, 1))
      // Tags are reported by tag, in order of their first place, as all others are.
      assert.deepEqual(linesOf(finding), lines.sort((a, b) => a - b).slice(0, 5), code)
      found += tokens.length
    }
  assert.equal(found, SEEDS.length * (9 + 7 + 4 + 2 + 3 + 3 + 3 + 2 + 2))
})

test('markup that was split into tokens is found', async () => {
  const rests = [
    '& amp ; x',
    '& # 39 ;',
    '< br > x',
    '< / p > x',
    '</ div > x',
    '< a href = "x" >',
    '< br / >',
  ]
  for (const rest of rests) {
    const split = rest === '& # 39 ;' ? ['&', '#39', ';'] : rest.split(' ')
    const found = await findingsOf(toConll([split.map((token): Row => [token, 'O'])]))
    assert.equal(found.get('html-remains')?.count, 1, rest)
  }
})

test('signs that are no markup are left alone', async () => {
  const fair = [
    'AT&T',
    '&',
    'R&D',
    '<',
    '<3',
    '>',
    '<-',
    '[',
    ']',
    '(',
    'a<b',
    '<unk>',
    'B-52',
    'E-mail',
    'I-95',
    'U-Boot',
    'S-Bahn',
    'C:\\temp',
    '\\o/',
    "''",
    '**',
    'http://example.org/'.padEnd(300, 'x'),
    '@ada',
    'x_y',
    '{',
    '#',
  ]
  const found = await findingsOf(
    toConll([
      ...CLEAN,
      ...fair.map((token): Row[] => [
        ['so', 'O'],
        [token, 'O'],
      ]),
    ]),
  )
  for (const code of ['html-remains', 'markup-remains', 'tags-as-tokens', 'long-token'])
    assert.equal(found.get(code), undefined, code)
  const inequality = await findingsOf(
    toConll(['a', '<', 'b', '&', 'c', '>', ';'].map((token): Row[] => [[token, 'O']])),
  )
  assert.equal(inequality.get('html-remains'), undefined)
})

test('empty lines that are lost are found, at the line where their sentence begins', async () => {
  let cases = 0
  for (const seed of SEEDS)
    for (const [length, severity] of [
      [12, 'info'],
      [200, 'warning'],
    ] as const) {
      const { rows, random } = start(seed)
      const at = random.below(rows.length - length)
      const merged = rows.splice(at, length).flat()
      rows.splice(at, 0, merged)
      const finding = (await findingsOf(toConll(rows))).get('merged-sentences')
      assert.deepEqual([finding?.severity, finding?.count], [severity, 1], `seed ${seed}, ${length}`)
      assert.deepEqual(linesOf(finding), [lineIn(rows, at)])
      cases++
    }
  assert.equal(cases, 10)
  const one = await findingsOf(toConll([CLEAN.flat()]))
  assert.equal(one.get('merged-sentences')?.severity, 'warning')
  assert.equal(one.get('long-sentences')?.count, 1)
})

test('a record of running text may have several sentences', async () => {
  const text = 'Ada wrote to him. He did not answer. She went to Rome. '.repeat(40)
  const found = await findingsOf(`${JSON.stringify({ text, entities: [] })}\n`, 'train.jsonl')
  assert.deepEqual([found.get('merged-sentences'), found.get('long-sentences')], [undefined, undefined])
})

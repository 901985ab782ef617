import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatMessage, formatPlace, option } from '../../base/fault.js'
import { readText } from '../read-text.js'
import { unusualCharacters, visible } from './characters.js'
import { type CheckReport, CorpusChecker } from './check-corpus.js'
import { checkTexts as check } from './testing/find.js'

const find = ({ findings }: CheckReport, code: string) => findings.find(finding => finding.code === code)

/** Plain rows that nothing is wrong with, to stand beside the odd ones. */
function plain(count: number, type = 'PER', from = 0): string {
  return Array.from(
    { length: count },
    (_, i) => `word${from + i} O\nAda${from + i} B-${type}\nsaid O\n\nno${from + i} O\none O\n\n`,
  ).join('')
}

test('a sound corpus has no errors and no warnings', async () => {
  const report = await check(['train.conll', plain(60)])
  assert.deepEqual([report.errors, report.warnings], [0, 0])
  assert.deepEqual(report.files[0], {
    file: 'train.conll',
    sentences: 120,
    tokens: 300,
    entities: 60,
    scheme: 'BIO',
    illFormed: 0,
  })
})

test('each problem is found, with its place, its count and what to do', async () => {
  const odd = [
    `${plain(60)}${plain(60, 'LOC', 100)}`,
    'Ada O\nLovelace I-PER\n\n', // 601: ill-formed
    'the O\nsame O\nhere B-PER\n\nthe O\nsame O\nhere O\n\n', // a contradictory copy
    'x B-Loc\n\ny B-PERR\n\n', // misspelled types
    'CafÃ© O\nna\uFFFDve O\n\u200B O\nzero\u200Bwidth O\nc\u0085d O\n\n',
    `${'long O\n'.repeat(400)}\n`,
    `${'m B-LOC\n'}${'m I-LOC\n'.repeat(15)}\n`,
    'say O\n, B-LOC\nRome I-LOC\n\n',
  ].join('')
  const report = await check(
    ['train.conll', odd],
    ['dev.conll', 'word1 O\nAda1 B-PER\nsaid O\n\nnew B-DATE\n\n'],
  )
  const expected: readonly (readonly [
    code: string,
    severity: string,
    count: number,
    place: RegExp,
    text: RegExp,
  ])[] = [
    ['ill-formed-tags', 'warning', 1, /^train\.conll:842$/, /I-PER after O \(inside-without-begin in BIO\)/],
    ['duplicates', 'info', 1, /^train\.conll:848$/, /as line 844: the same here/],
    ['contradictory-duplicates', 'warning', 1, /^train\.conll:848$/, /the same here/],
    ['type-variants', 'warning', 1, /^train\.conll:85/, /Loc \(1\) beside LOC \(62\)/],
    ['label-typos', 'warning', 1, /^train\.conll:85/, /PERR \(1\) beside PER/],
    ['mojibake', 'warning', 1, /:856$/, /"CafÃ©"/],
    ['replacement-character', 'warning', 1, /:857$/, /na�ve/],
    ['invisible-token', 'warning', 1, /:858$/, /"\\u200B"/],
    ['invisible-character', 'info', 1, /:859$/, /zero\\u200Bwidth/],
    ['control-character', 'warning', 1, /:860$/, /c\\u0085d/],
    ['long-sentences', 'warning', 1, /:862$/, /400 tokens/],
    ['long-entities', 'info', 1, /:1263$/, /LOC, 16 tokens/],
    ['entity-punctuation', 'info', 1, /:1281$/, /LOC begins: , Rome/],
    ['overlap', 'warning', 1, /^dev\.conll:1$/, /as train\.conll:\d+: word1 Ada1 said/],
    ['unseen-types', 'warning', 1, /^dev\.conll:5$/, /DATE \(1\)/],
    ['missing-types', 'info', 3, /^dev\.conll$/, /LOC|Loc|PERR/],
    ['thin-types', 'warning', 2, /^train\.conll:85/, /: 1 example/],
  ]
  for (const [code, severity, count, place, text] of expected) {
    const finding = find(report, code)
    assert.ok(finding, `${code} was not found`)
    assert.deepEqual([finding.severity, finding.count], [severity, count], code)
    assert.match(formatPlace(finding.examples[0].where), place, code)
    assert.match(formatMessage(finding.examples[0].text), text, code)
    assert.ok(formatMessage(finding.remedy).length > 10)
  }
  assert.equal(report.errors, 0)
})

test('rows that cannot be read are errors, and the rest of the file is still checked', async () => {
  const report = await check(['a.conll', `${plain(10)}broken\n\nx Q-PER\n\n`])
  const rows = find(report, 'faulty-rows')
  assert.deepEqual(
    [rows?.severity, rows?.count, rows?.examples[0].where],
    ['error', 2, { file: 'a.conll', line: 71 }],
  )
  assert.equal(report.errors, 1)
  assert.equal(report.files[0].sentences, 20)
  assert.equal(find(await check(['a.csv', 'Word,POS,Tag\na,N,O\n,N,O\n']), 'empty-token')?.severity, 'error')
})

test('files in different schemes and files without entities or tags are reported', async () => {
  const report = await check(
    ['a.conll', plain(3)],
    ['b.conll', 'x S-PER\n\ny B-PER\nz E-PER\n'],
    ['c.conll', 'word\n\nword\n'],
  )
  assert.deepEqual(find(report, 'mixed-schemes')?.examples, [
    { where: { file: 'b.conll' }, text: 'IOBES, but a.conll is BIO' },
  ])
  assert.equal(find(report, 'unlabeled')?.count, 2)
  assert.equal(find(await check(['d.conll', 'a O\nb O\n']), 'no-entities')?.severity, 'warning')
})

test('a mention with a type that is rare for it is reported', async () => {
  const rows = `${'Rome B-LOC\nis O\n\n'.repeat(20)}Rome B-ORG\nwon O\n`
  const finding = find(await check(['a.conll', rows]), 'ambiguous-mentions')
  assert.deepEqual(finding?.examples, [
    { where: { file: 'a.conll', line: 61 }, text: 'Rome: ORG 1, but LOC 20' },
  ])
})

test('ordinary characters of many scripts are not reported', () => {
  const fair = [
    'naïve',
    'Ångström',
    'Ã',
    'Âge',
    'â',
    'São',
    '日本語',
    'Привет',
    '€5',
    '“',
    '…',
    'e\u0301',
    '😀',
    'ÂÃ',
    'Œuvre',
  ]
  for (const token of fair) assert.equal(unusualCharacters(token), undefined, token)
  const bad = ['Ã©', 'Ã¼ber', 'â€œ', 'Â£', 'ðŸ˜€', 'Å¡', 'donâ€™t', 'ï»¿The', 'Ãœber']
  for (const token of bad) assert.equal(unusualCharacters(token)?.code, 'mojibake', token)
  assert.equal(visible('a\u00A0b'), '"a\\u00A0b"')
})

test('what to do about a fault is not shortened', async () => {
  const report = await check(['train.conll', 'Ada B-PER\nwrote X-PER\n\nso O\n'])
  const text = find(report, 'faulty-rows')?.examples[0].text ?? ''
  assert.ok(formatMessage(text).length > 100)
  assert.deepEqual(text.at(-1), option('tagColumn', 'none'))
  const checker = new CorpusChecker(['a.conll'])
  checker.unreadable([{ where: 'a.conll:3', expected: 'UTF-8', got: 'byte 0xE9', remedy: 'fix it' }])
  assert.deepEqual(find(checker.report(), 'unreadable-file')?.examples, [
    { where: 'a.conll:3', text: 'expected UTF-8, got byte 0xE9; fix it' },
  ])
})

test('copies in another scheme or without tags are not contradictory', async () => {
  const same = await check(
    ['a.conll', 'Ada B-PER\nwrote O\n. O\n\n'],
    ['b.conll', 'Ada S-PER\nwrote O\n. O\n\n'],
    ['c.conll', 'Ada\nwrote\n.\n\nso\n'],
  )
  assert.equal(find(same, 'overlap')?.count, 2)
  assert.equal(find(same, 'contradictory-duplicates'), undefined)
  const other = await check(
    ['c.conll', 'Ada\nwrote\n.\n\nso\n'],
    ['a.conll', 'Ada B-PER\nwrote O\n. O\n\n'],
    ['b.conll', 'Ada S-LOC\nwrote O\n. O\n\n'],
  )
  assert.equal(find(other, 'contradictory-duplicates')?.count, 1)
})

test('if the training file cannot be read, nothing is reported as missing from it', async () => {
  const checker = new CorpusChecker(['train.conll', 'dev.conll'])
  checker.unreadable([{ where: 'train.conll', expected: 'a corpus file', got: 'no such file' }])
  await checker.read(1, readText(['Ada B-PER\nRome B-LOC\nAda B-Per\n'], 'dev.conll'))
  const report = checker.report()
  for (const code of ['unseen-types', 'missing-types', 'thin-types'])
    assert.equal(find(report, code), undefined)
  assert.equal(find(report, 'type-variants')?.count, 1)
})

test('copies are a warning from one sentence in a hundred on, in any of the files, and short ones are none', async () => {
  const copies = (count: number) => 'she O\nsaid O\nso O\n\n'.repeat(count)
  const severity = async (...files: (readonly [string, string])[]) => {
    const report = await check(...files)
    return [find(report, 'overlap')?.severity, find(report, 'overlap')?.count]
  }
  const train = ['train.conll', `${plain(200)}${copies(1)}`] as const
  const few = ['dev.conll', `${plain(150, 'PER', 1000)}${copies(2)}`] as const
  const many = ['test.conll', `${plain(150, 'PER', 2000)}${copies(4)}`] as const
  assert.deepEqual(await severity(train, few), ['info', 2])
  assert.deepEqual(await severity(train, many), ['warning', 4])
  assert.deepEqual(await severity(train, few, many), ['warning', 6])
  // plain(1) has a sentence of three tokens and one of two.
  assert.deepEqual(await severity(train, ['dev.conll', plain(1)]), ['warning', 1])
  const headings = await check(['train.conll', `${'Rome O\n1999 O\n\n'.repeat(9)}${plain(60)}`])
  assert.equal(find(headings, 'duplicates'), undefined)
})

test('characters of scripts without spaces count as half a token of a long entity', async () => {
  const long = async (tokens: readonly string[]) =>
    find(
      await check(['a.conll', `${tokens.map((token, i) => `${token} ${i ? 'I' : 'B'}-ORG\n`).join('')}\n`]),
      'long-entities',
    )?.count
  assert.equal(await long([...'東京特許許可局東京特許許可局']), undefined)
  assert.equal(await long([...'東京特許許可局'.repeat(4)]), 1)
  assert.equal(await long(Array.from({ length: 14 }, () => 'of')), 1)
})

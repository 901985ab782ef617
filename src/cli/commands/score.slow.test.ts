import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Scores } from '../../evaluate/scores.js'
import { CONLLEVAL_CASES, conllevalCases } from '../../evaluate/testing/conlleval-cases.js'
import { runCli } from '../testing/run-cli.js'

const folder = mkdtempSync(join(tmpdir(), 'nerite-score-'))
after(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const GOLD = 'Ada B-PER\nLovelace I-PER\nwrote O\n. O\n\nLondon B-LOC\n. O\n'
const PREDICTED = 'Ada B-PER\nLovelace O\nwrote O\n. O\n\nLondon B-LOC\n. O\n'
const gold = file('gold.conll', GOLD)
const predicted = file('predicted.conll', PREDICTED)

test('two files: JSON with the keys of the contract, and a table', async () => {
  const { code, stdout } = await runCli('score', gold, predicted, '--json')
  assert.equal(code, 0)
  const scores = JSON.parse(stdout) as Scores
  assert.deepEqual(scores.exact.micro, {
    precision: 0.5,
    recall: 0.5,
    f1: 0.5,
    gold: 2,
    predicted: 2,
    correct: 1,
  })
  assert.deepEqual(
    [scores.scheme, scores.mode, scores.sentences, scores.tokens, scores.accuracy],
    ['BIO', 'conlleval', 2, 6, 5 / 6],
  )
  for (const key of ['baseline', 'relaxed', 'tokenReport', 'confusion']) assert.ok(key in scores)
  assert.equal(scores.relaxed.type.f1, 1)
  const table = await runCli('score', gold, predicted, '--mode', 'strict')
  assert.match(table.stdout, /mode strict, scheme BIO/)
  assert.match(table.stdout, /LOC +100\.00 +100\.00 +100\.00 +1 +1 +1\n/)
  assert.match(table.stdout, /undefined values are null/)
  assert.doesNotMatch(table.stdout, / \n/)
})

test('files in different formats are compared by their tokens', async () => {
  const csv = file(
    'predicted.csv',
    'Sentence #,Word,Tag\nSentence: 1,Ada,B-PER\n,Lovelace,I-PER\n,wrote,O\n,.,O\nSentence: 2,London,O\n,.,O\n',
  )
  const { code, stdout, stderr } = await runCli('score', gold, csv, '--json')
  assert.equal(code, 0, stderr)
  const { micro } = (JSON.parse(stdout) as Scores).exact
  assert.deepEqual([micro.gold, micro.predicted, micro.correct], [2, 1, 1])
})

test('entities on the same text that cut its words in different places', async () => {
  const text = 'Ada Lovelace wrote from London-based office.'
  const record = (...entities: [number, number, string][]) =>
    `${JSON.stringify({ text, entities: entities.map(([start, end, type]) => ({ start, end, type })) })}\n`
  const one = file('one.jsonl', record([0, 12, 'PER'], [24, 30, 'LOC']))
  const other = file('other.jsonl', record([0, 12, 'PER'], [24, 36, 'LOC']))
  const { code, stdout, stderr } = await runCli('score', one, other, '--json', '--errors')
  assert.equal(code, 0, stderr)
  const { exact, errors } = JSON.parse(stdout) as Scores & {
    errors: { kind: string; gold: { text: string }; predicted: { text: string } }[]
  }
  assert.deepEqual([exact.micro.gold, exact.micro.predicted, exact.micro.correct], [2, 2, 1])
  assert.deepEqual(
    errors.map(({ kind, gold, predicted }) => [kind, gold.text, predicted.text]),
    [['boundary', 'London', 'London -based']],
  )
  const words = file(
    'words.jsonl',
    `${JSON.stringify({ tokens: text.split(' '), tags: text.split(' ').map(() => 'O') })}\n`,
  )
  // Words of another cut: entities are compared by their places.
  const wide = JSON.parse((await runCli('score', one, words, '--json')).stdout)
  assert.deepEqual([wide.by, wide.exact.micro.gold, wide.exact.micro.predicted], ['offsets', 2, 0])
})

test('analyses on demand: intervals, paired test, errors, breakdown, seen mentions', async () => {
  const options = ['--intervals', '--compare', gold, '--errors', '5', '--train', gold]
  const { code, stdout } = await runCli('score', gold, predicted, ...options)
  assert.equal(code, 0)
  assert.match(stdout, /95% interval/)
  assert.match(stdout, /p = \d/)
  assert.match(stdout, /gold\.conll:1 boundary: gold \[Ada Lovelace\]\(PER\), predicted \[Ada\]\(PER\)/)
  assert.match(stdout, /seen with this type/)
  const json = JSON.parse((await runCli('score', gold, predicted, ...options, '--json')).stdout) as {
    errors: { kind: string }[]
    comparison: { f1: number[] }
    breakdowns: unknown[]
  }
  assert.deepEqual(
    json.errors.map(error => error.kind),
    ['boundary'],
  )
  assert.deepEqual(json.comparison.f1, [0.5, 1])
  assert.equal(json.breakdowns.length, 4)
})

test('what does not fit together is refused with file and line, exit code 2', async () => {
  const shorter = file('shorter.conll', 'Ada B-PER\nLovelace O\nwrote O\n. O\n')
  const brief = file('brief.conll', 'Ada B-PER\nLovelace O\nwrote O\n\nLondon B-LOC\n. O\n')
  const renamed = file('renamed.conll', PREDICTED.replace('wrote', 'writes'))
  const words = file('words.conll', PREDICTED.replace(/ \S+/g, ''))
  const none = join(folder, 'none.conll')
  const cases: [string[], string, ...string[]][] = [
    [[gold, shorter], 'score/lengths', `${shorter}:4: sentence 1`],
    [[shorter, gold], 'score/lengths', `${shorter}:4: sentence 1`],
    [[gold, brief], 'score/text', `${brief}:5: sentence 2`],
    [[gold, renamed], 'score/text', `${renamed}:3: sentence 1`],
    [[gold, shorter, '--by', 'tokens'], 'score/lengths', `${shorter}:4`],
    [[gold, brief, '--by', 'tokens'], 'score/lengths', `${brief}:3`],
    [[gold, renamed, '--by', 'tokens'], 'score/tokens', `${renamed}:3`],
    [[gold, renamed, '--conlleval'], 'score/tokens', `${renamed}:3`],
    [[gold, predicted, '--conlleval', '--by', 'offsets'], 'cli/options', '--conlleval'],
    [[gold, predicted, '--map', 'PERSN=PER'], 'score/map', '--map'],
    [[gold, predicted, '--map', 'PER=HUMAN'], 'score/map', '--map'],
    [[gold, predicted, '--map', 'PER=LOC,PER=O'], 'score/map', '--map'],
    [[gold, predicted, '--map', 'PER'], 'score/map', '--map'],
    [[gold, words], 'score/unlabeled', `${words}:1`],
    [[gold, none], 'corpus/file', none],
    [[gold, predicted, '--scheme', 'brackets'], 'tags/scheme', '--scheme'],
    [[gold, predicted, '--conlleval', '--json'], 'cli/options', '--conlleval'],
    [[gold, '--compare', predicted], 'score/options', '--compare'],
    [[gold, predicted, '--errors', '-1'], 'cli/options', '--errors'],
  ]
  for (const [args, expected, ...expectedPlaces] of cases) {
    const { code, stdout, stderr, errorCode, places } = await runCli('score', ...args)
    assert.deepEqual([code, errorCode, places, stdout], [2, expected, expectedPlaces, ''], stderr)
    assert.doesNotMatch(stderr, /\n\s+at /)
  }
  assert.equal(cases.length, 19)
  const { faults } = await runCli('score', gold, renamed, '--by', 'tokens')
  assert.deepEqual([faults[0].expected, faults[0].got], [`token "wrote", as at ${gold}:3`, '"writes"'])
})

test('tags with single and last letters: a note names the option that reads them', async () => {
  const singles = file('singles.conll', 'Ada S-PER\nBob S-PER\nwrote O\n')
  const { stdout, stderr } = await runCli('score', singles, singles, '--json')
  assert.equal((JSON.parse(stdout) as Scores).exact.micro.gold, 1)
  assert.match(stderr, /--scheme IOBES/)
  const stated = await runCli('score', singles, singles, '--json', '--scheme', 'IOBES')
  assert.equal((JSON.parse(stated.stdout) as Scores).exact.micro.gold, 2)
  assert.equal(stated.stderr, '')
  const lasts = file('lasts.conll', 'Ada U-PER\nBob U-PER\nwrote O\n')
  assert.match((await runCli('score', lasts, lasts)).stderr, /--scheme BILOU/)
})

test('one file as conlleval.pl takes it: its printed text, on all 400 cases', async () => {
  const cases = conllevalCases()
  assert.equal(cases.length, CONLLEVAL_CASES)
  for (const { gold, predicted, conlleval } of cases) {
    const rows = gold.map((tags, s) => tags.map((tag, i) => `w${i} x ${tag} ${predicted[s][i]}\n`).join(''))
    const { code, stdout, stderr } = await runCli('score', file('both.txt', rows.join('\n')), '--conlleval')
    assert.equal(code, 0, stderr)
    assert.equal(stdout, conlleval)
  }
})

test('one kind of labels is never compared with itself', async () => {
  const text = 'Ada wrote'
  const record = JSON.stringify({ text, entities: [{ start: 0, end: 3, type: 'PER' }] })
  const tokens = JSON.stringify({ tokens: ['Ada', 'wrote'], tags: ['B-PER', 'O'] })
  const three = file('three.conll', 'Ada O B-PER\nwrote O O\n')
  const cases: string[][] = [
    [file('alone.jsonl', record)],
    [file('words-alone.jsonl', tokens)],
    [file('array.txt', `[${record}]`)],
    [file('alone.markup', '[Ada](PER) wrote\n')],
    [file('alone.csv', 'Word,Tag\nAda,B-PER\nwrote,O\n')],
    [file('alone.conll', GOLD)],
    [three, '--gold-column', '3'],
    [three, '--gold-column', '2', '--tag-column', '-2'],
    [three, three, '--gold-column', '-1'],
  ]
  for (const args of cases) {
    const { code, stdout, errorCode } = await runCli('score', ...args)
    assert.deepEqual([code, errorCode, stdout], [2, 'score/options', ''], args.join(' '))
  }
  assert.equal(cases.length, 9)
  const lists = file('lists.csv', `Sentence,Tag\nAda wrote,"['B-PER', 'O']"\n`)
  assert.equal((await runCli('score', lists)).errorCode, 'corpus/columns')
  assert.equal((await runCli('score', three)).code, 0)
  assert.equal((await runCli('score', three, three, '--gold-column', '2')).code, 0)
  const words = file('table.csv', 'Word,Gold,Tag\nAda,B-PER,O\nwrote,O,O\n')
  assert.equal((await runCli('score', words, '--gold-column', 'Gold')).code, 0)
})

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Scores } from '../../evaluate/scores.js'
import { conllevalCases } from '../../evaluate/testing/conlleval-cases.js'
import type { LabelScores } from '../../workflows/node/score-labels.js'
import { runCli } from '../testing/run-cli.js'

const folder = mkdtempSync(join(tmpdir(), 'nerite-offsets-'))
after(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

type Entity = readonly [start: number, end: number, type: string]
const record = (text: string, ...entities: Entity[]) =>
  `${JSON.stringify({ text, entities: entities.map(([start, end, type]) => ({ start, end, type })) })}\n`

const jsonl = file(
  'gold.jsonl',
  record('Ada wrote from London-based rooms. She left.', [0, 3, 'PER'], [15, 21, 'LOC']) +
    record('Paris  is far.', [0, 5, 'LOC']),
)
/** The same labels in other tokens, sentences and formats. */
const conll = file(
  'same.conll',
  'Ada B-PER\nwrote O\nfrom O\nLondon B-LOC\n-based O\nrooms. O\n\nShe O\nleft O\n. O\n\nParis B-LOC\nis O\nfar O\n. O\n',
)
const markup = file(
  'same.markup',
  '[Ada](PER) wrote from [London](LOC)-based rooms.\nShe left. [Paris](LOC) is far.\n',
)
const csv = file(
  'same.csv',
  'Sentence #,Word,Tag\nSentence: 1,Ada,B-PER\n,wrote,O\n,from,O\n,London,B-LOC\n,-,O\n,based,O\n,rooms.,O\n,She,O\n,left.,O\n,Paris,B-LOC\n,is,O\n,far.,O\n',
)
const tokens = file(
  'same-tokens.jsonl',
  `${JSON.stringify({ tokens: ['Ada', 'wrote', 'from', 'London', '-based', 'rooms', '.', 'She', 'left', '.', 'Paris', 'is', 'far', '.'], tags: ['S-PER', 'O', 'O', 'S-LOC', 'O', 'O', 'O', 'O', 'O', 'O', 'S-LOC', 'O', 'O', 'O'] })}\n`,
)

type Printed = Scores & Pick<LabelScores, 'by' | 'relaxedTypes'>

async function scoresOf(...args: readonly string[]): Promise<Printed> {
  const { code, stdout, stderr } = await runCli('score', ...args, '--json')
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout)
}

test('the same labels in any two formats score 100', async () => {
  const files = [jsonl, conll, markup, csv, tokens]
  let pairs = 0
  for (const gold of files)
    for (const predicted of files) {
      const { by, exact, relaxed } = await scoresOf(gold, predicted)
      assert.deepEqual(
        [exact.micro.gold, exact.micro.correct, exact.micro.f1],
        [3, 3, 1],
        `${gold} ${predicted}`,
      )
      assert.equal(relaxed.partial.f1, 1)
      if (gold !== predicted) assert.equal(by, 'offsets', `${gold} ${predicted}`)
      pairs++
    }
  assert.equal(pairs, 25)
})

test('an entity that the other tokens cannot say is wrong, and overlaps', async () => {
  const words = file(
    'words.conll',
    'Ada B-PER\nwrote O\nfrom O\nLondon-based B-LOC\nrooms. O\nShe O\nleft. O\nParis B-LOC\nis O\nfar. O\n',
  )
  const { exact, relaxed, relaxedTypes, tokens: count } = await scoresOf(jsonl, words)
  assert.deepEqual([exact.types.LOC.gold, exact.types.LOC.predicted, exact.types.LOC.correct], [2, 2, 1])
  assert.deepEqual([relaxed.type.f1, relaxed.partial.correct, relaxed.partial.partial], [1, 2, 1])
  assert.deepEqual(
    Object.entries(relaxedTypes).map(([type, { overlap, partial }]) => [type, overlap.f1, partial.f1]),
    [
      ['LOC', 1, 0.75],
      ['PER', 1, 1],
    ],
  )
  assert.ok(count > 0)
  const { stderr, stdout } = await runCli('score', jsonl, words, '--errors', '--breakdown', '--intervals')
  assert.match(stderr, /note \S*words\.conll:4: /)
  assert.match(stdout, /gold \[London\]\(LOC\), predicted \[London -based\]\(LOC\)/)
  assert.match(stdout, /95% interval/)
  const page = join(folder, 'page.html')
  assert.equal((await runCli('score', jsonl, words, '--html', page)).code, 0)
  const strict = await scoresOf(jsonl, words, '--mode', 'strict')
  assert.deepEqual(strict.exact, exact)
})

test('mentions inside tokens of the training corpus are seen', async () => {
  const { stdout } = await runCli('score', jsonl, conll, '--train', jsonl, '--json')
  const { breakdowns } = JSON.parse(stdout) as Pick<LabelScores['analyses'], 'breakdowns'>
  const seen = breakdowns?.flatMap(({ rows }) => rows).filter(({ label }) => label === 'seen with this type')
  assert.deepEqual(
    seen?.map(({ gold }) => gold),
    [3],
  )
})

test('a test against a file in other tokens has the same gold sentences', async () => {
  const { code, stdout, stderr } = await runCli('score', jsonl, conll, '--compare', csv, '--json')
  assert.equal(code, 0, stderr)
  const { comparison } = JSON.parse(stdout)
  assert.deepEqual([comparison.f1, comparison.pValue], [[1, 1], 1])
})

test('by tokens and by offsets, the same tokens have the same entity scores, on the cases of conlleval.pl', async () => {
  let cases = 0
  for (const { gold, predicted } of conllevalCases()) {
    // conlleval.pl has no rules for single and last tags.
    if (cases === 60 || [...gold, ...predicted].flat().some(tag => /^[ESLU]/.test(tag))) continue
    const rows = (tags: readonly (readonly string[])[]) =>
      tags.map(own => own.map((tag, i) => `w${i} ${tag}\n`).join('')).join('\n')
    const files = [file('case-gold.conll', rows(gold)), file('case.conll', rows(predicted))]
    const byTokens = await scoresOf(...files, '--by', 'tokens')
    const byOffsets = await scoresOf(...files, '--by', 'offsets')
    assert.deepEqual([byTokens.by, byOffsets.by], ['tokens', 'offsets'])
    assert.deepEqual(byOffsets.exact, byTokens.exact)
    assert.deepEqual([byOffsets.sentences, byOffsets.tokens], [byTokens.sentences, byTokens.tokens])
    cases++
  }
  assert.ok(cases > 20, `${cases} cases`)
})

test('other names of types are suggested, and mapped on either side', async () => {
  const named = file(
    'named.conll',
    'Ada B-PERSON\nwrote O\nfrom O\nLondon B-GPE\n-based O\nrooms. O\nShe O\nleft. O\nParis B-GPE\nis O\nfar. O\n',
  )
  const plain = await runCli('score', jsonl, named)
  assert.match(plain.stderr, /--map GPE=LOC,PERSON=PER /)
  const mapped = await runCli('score', jsonl, named, '--map', 'PERSON=PER', '--map', 'GPE=LOC', '--json')
  assert.doesNotMatch(mapped.stderr, /--map/)
  assert.equal((JSON.parse(mapped.stdout) as Scores).exact.micro.f1, 1)
  const other = await scoresOf(jsonl, named, '--map', 'PER=PERSON,LOC=GPE')
  assert.deepEqual(Object.keys(other.exact.types), ['GPE', 'PERSON'])
  assert.equal(other.exact.micro.f1, 1)
  const merged = await scoresOf(jsonl, named, '--map', 'PER=NAME,PERSON=NAME,LOC=O,GPE=O')
  assert.deepEqual([Object.keys(merged.exact.types), merged.exact.micro.gold], [['NAME'], 1])
})

test('mapped neighbors stay two entities, in every scheme', async () => {
  const gold = file('neighbors.conll', 'Oslo I-LOC\nNorway I-GPE\nwins O\n')
  for (const mode of ['conlleval', 'strict']) {
    const { exact, by } = await scoresOf(gold, gold, '--map', 'GPE=LOC', '--mode', mode)
    assert.deepEqual([by, exact.micro.gold, exact.micro.correct], ['tokens', 2, 2])
  }
})

test('the gold file can be read in another way', async () => {
  const text = 'Ada 😀 left Rome'
  const span = (start: number, end: number) =>
    `${JSON.stringify({ text, entities: [{ start, end, type: 'LOC' }] })}\n`
  const gold = file('gold-points.txt', span(11, 15))
  const units = file('units.jsonl', span(12, 16))
  assert.equal((await scoresOf(gold, units, '--offsets', 'utf16')).exact.micro.f1, 0)
  const options = ['--gold-format', 'jsonl', '--gold-offsets', 'codepoint', '--offsets', 'utf16']
  assert.equal((await scoresOf(gold, units, ...options)).exact.micro.f1, 1)
  const wrong = await runCli('score', gold, units, '--gold-format', 'jsonlines')
  assert.deepEqual(wrong.places, ['--gold-format'])
})

test('what is noted while reading is noted once', async () => {
  const comments = file('comments.conll', `# one\n# two\n${'Ada B-PER\nwrote. O\n'}`)
  const other = file('other.conll', 'Ada B-PER\nwrote O\n. O\n')
  const alone = await runCli('score', comments, comments)
  const { stderr } = await runCli('score', comments, other)
  const notes = (text: string) => text.split('\n').filter(line => line.includes('comment')).length
  assert.ok(notes(alone.stderr) > 0, alone.stderr)
  assert.equal(notes(stderr), notes(alone.stderr))
})

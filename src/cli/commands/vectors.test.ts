import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readWordVectors } from '../../run/node/read-word-vectors.js'
import { runCli } from '../testing/run-cli.js'

const root = mkdtempSync(join(tmpdir(), 'nerite-vectors-cli-'))
after(() => rmSync(root, { recursive: true, force: true }))
const at = (name: string) => join(root, name)

/** Ten words, the first as often as they like. */
const WORDS = ['the', 'of', 'and', 'ship', 'harbor', 'quay', 'anchor', 'lisbon', 'mira', 'keel']
writeFileSync(
  at('vectors.txt'),
  WORDS.map((word, i) => `${word} ${[i + 1, -i, 0.5, Math.sin(i)].join(' ')}\n`).join(''),
)
writeFileSync(at('corpus.conll'), 'Mira B-PER\nleft O\nLisbon B-LOC\n\nMira B-PER\nwaits O\n\n')

async function wordsOf(name: string) {
  return [...(await readWordVectors(at(name))).rows.keys()]
}

test('compact keeps the words of corpora, then the first of the file', async () => {
  const made = await runCli(
    ...['vectors', 'compact', at('vectors.txt'), '--out', at('a.nvec'), '--words', '4', '--json'],
    ...['--keep-words-of', at('corpus.conll')],
  )
  assert.equal(made.code, 0, made.stderr)
  assert.deepEqual(await wordsOf('a.nvec'), ['the', 'of', 'lisbon', 'mira'])
  const report = JSON.parse(made.stdout)
  assert.deepEqual(
    [report.words, report.sourceWords, report.dim, report.bytes],
    [4, 10, 4, readFileSync(at('a.nvec')).length],
  )
  assert.deepEqual(report.corpora, { kept: 2, leftOut: 0 })
  const fewer = await runCli(
    ...['vectors', 'compact', at('vectors.txt'), '--out', at('b.nvec'), '--words', '1'],
    ...['--keep-words-of', at('corpus.conll')],
  )
  assert.deepEqual([fewer.code, await wordsOf('b.nvec')], [0, ['mira']])
  assert.match(fewer.stderr, /warning 1 .*--words/)
  const twice = await runCli(
    ...['vectors', 'compact', at('vectors.txt'), '--out', at('c.nvec'), '--words', '3'],
    ...['--keep-words-of', at('corpus.conll'), '--min-count', '2'],
  )
  assert.deepEqual([twice.code, await wordsOf('c.nvec')], [0, ['the', 'of', 'mira']])
})

test('compact of a compact file has the same bytes; all words without --words', async () => {
  const names = ['vectors.txt', 'd.nvec', 'e.nvec']
  for (const [i, out] of names.slice(1).entries()) {
    const made = await runCli('vectors', 'compact', at(names[i]), '--out', at(out))
    assert.equal(made.code, 0, made.stderr)
  }
  assert.deepEqual(await wordsOf('e.nvec'), WORDS)
  assert.deepEqual(readFileSync(at('e.nvec')), readFileSync(at('d.nvec')))
})

test('frequent words that are missing are filled in, and come first', async () => {
  // Twenty words with vectors, each often enough to learn from, and one without.
  const words = Array.from({ length: 20 }, (_, i) => `w${String.fromCharCode(97 + i)}`)
  writeFileSync(
    at('table.txt'),
    words.map((word, i) => `${word} ${[1, 2, 3, 4].map(d => Math.sin(i * d + d)).join(' ')}\n`).join(''),
  )
  const sentences = Array.from({ length: 40 }, (_, n) =>
    words.flatMap((word, i) => ((i + n) % 5 === 0 ? [word, "Isn't"] : [word])),
  )
  writeFileSync(
    at('texts.conll'),
    sentences.map(tokens => `${tokens.map(token => `${token} O\n`).join('')}\n`).join(''),
  )
  const made = await runCli(
    ...['vectors', 'compact', at('table.txt'), '--out', at('f.nvec'), '--words', '4', '--json'],
    ...['--fill-from', at('texts.conll'), '--fill-count', '30'],
  )
  assert.equal(made.code, 0, made.stderr)
  assert.deepEqual(await wordsOf('f.nvec'), ["isn't", 'wa', 'wb', 'wc'])
  const { filled, words: count } = JSON.parse(made.stdout)
  assert.deepEqual([filled.filled, filled.heldOut.words, count], [[{ word: "isn't", count: 160 }], 20, 4])
  const small = await runCli(
    ...['vectors', 'compact', at('table.txt'), '--out', at('g.nvec'), '--fill-from', at('corpus.conll')],
  )
  assert.deepEqual([small.code, small.errorCode, small.places], [2, 'encode/vectors', ['--fill-from']])
  assert.ok(!existsSync(at('g.nvec')))
})

test('nearest lists the neighbors of each word, by the form that has a vector', async () => {
  writeFileSync(at('plane.txt'), 'east 1 0\nnortheast 1 1\nnorth 0 2\nwest -1 0\n')
  const plain = await runCli('vectors', 'nearest', at('plane.txt'), 'East', 'west', '--count', '2')
  assert.equal(plain.code, 0, plain.stderr)
  assert.match(
    plain.stdout,
    /East \(as east\)[\s\S]*northeast +0\.707[\s\S]*north +0\.000[\s\S]*west[\s\S]*north +0\.000/,
  )
  const json = await runCli('vectors', 'nearest', at('plane.txt'), 'north', '--count', '1', '--json')
  const [{ word, form, neighbors }] = JSON.parse(json.stdout)
  assert.deepEqual(
    [word, form, neighbors.map((each: { word: string }) => each.word)],
    ['north', 'north', ['northeast']],
  )
  const missing = await runCli('vectors', 'nearest', at('plane.txt'), 'south', 'up')
  assert.deepEqual([missing.code, missing.errorCode, missing.faults.length], [2, 'encode/vectors', 2])
})

test('bad input is one message, exit 2, and leaves no file', async () => {
  writeFileSync(at('there.nvec'), 'x')
  writeFileSync(at('bad.txt'), 'ada 1 2\nbob 1\n')
  const cases: readonly (readonly [readonly string[], string])[] = [
    [['nowhere.txt', '--out', at('x.nvec')], 'encode/vectors'],
    [[at('bad.txt'), '--out', at('x.nvec')], 'encode/vectors'],
    [[at('vectors.txt'), '--out', at('there.nvec')], 'output/place'],
    [[at('vectors.txt'), '--out', join(root, 'no', 'x.nvec')], 'output/place'],
    [[at('vectors.txt'), '--out', at('x.nvec'), '--words', '0'], 'cli/options'],
    [[at('vectors.txt'), '--out', at('x.nvec'), '--min-count', '2'], 'cli/options'],
    [[at('vectors.txt'), '--out', at('x.nvec'), '--keep-words-of', at('none.conll')], 'corpus/file'],
    [[at('vectors.txt'), '--out', at('x.nvec'), '--fill-count', '2'], 'cli/options'],
    [[at('vectors.txt')], 'commander.missingMandatoryOptionValue'],
  ]
  for (const [args, code] of cases) {
    const failed = await runCli('vectors', 'compact', ...args)
    assert.deepEqual([failed.code, failed.errorCode, failed.stdout], [2, code, ''], failed.stderr)
    assert.ok(!existsSync(at('x.nvec')))
  }
  assert.equal(readFileSync(at('there.nvec'), 'utf8'), 'x')
  assert.deepEqual(
    readdirSync(root).filter(name => /tmp|x\.nvec/.test(name)),
    [],
  )
  assert.equal(cases.length, 9)
})

test('train: text in, vectors out, in every form that is read again; analogies', async () => {
  const pairs = ['man king', 'woman queen', 'boy prince', 'girl princess']
  const text = Array.from({ length: 400 }, (_, i) => `the ${pairs[i % 4]} sat on a throne .`).join('\n')
  writeFileSync(at('kings.txt'), text)
  const settings = ['--dim', '10', '--epochs', '2', '--threads', '1', '--min-count', '2']
  for (const name of ['k.txt', 'k.bin', 'k.nvec']) {
    const made = await runCli('vectors', 'train', at('kings.txt'), '--out', at(name), ...settings, '--json')
    assert.equal(made.code, 0, made.stderr)
    const report = JSON.parse(made.stdout)
    assert.deepEqual([report.words, report.tokens, report.sentences], [14, 3200, 400])
    assert.equal((await wordsOf(name)).length, 14)
  }
  const [text1, binary] = await Promise.all(['k.txt', 'k.bin'].map(name => readWordVectors(at(name))))
  assert.deepEqual(text1.matrix, binary.matrix)
  const stdin = await runCli(
    'vectors',
    'train',
    at('corpus.conll'),
    '--out',
    at('l.txt'),
    '--min-count',
    '1',
    ...settings.slice(0, 6),
  )
  assert.deepEqual(
    [stdin.code, await wordsOf('l.txt')],
    [0, ['Mira', 'left', 'Lisbon', 'waits']],
    stdin.stderr,
  )
  writeFileSync(at('square.txt'), 'man 1 0\nking 1 1\nwoman -1 0.2\nqueen -1 1.3\nfish 0 -1\n')
  const asked = await runCli('vectors', 'analogy', at('square.txt'), 'man', 'king', 'Woman', '--json')
  const { forms, answers } = JSON.parse(asked.stdout)
  assert.deepEqual([forms, answers[0].word], [['man', 'king', 'woman'], 'queen'])
  assert.match((await runCli('vectors', 'analogy', at('square.txt'), 'man', 'king', 'woman')).stdout, /queen/)
})

test('train: what is wrong is said, and no file is left', async () => {
  writeFileSync(at('few.txt'), 'one two three')
  const cases: readonly (readonly [readonly string[], string])[] = [
    [[at('few.txt')], 'vectors/text'],
    [[at('nowhere.txt')], 'vectors/text'],
    [[at('few.txt'), '--rate', 'x'], 'vectors/settings'],
    [[at('few.txt'), '--shortest', '2'], 'cli/options'],
    [[at('few.txt'), '--normalize', 'upper'], 'cli/options'],
    [[at('few.txt'), '--method', 'glove'], 'cli/options'],
    [[at('few.txt'), '--dim', '0'], 'cli/options'],
    [[at('none.conll')], 'corpus/file'],
  ]
  for (const [args, code] of cases) {
    const failed = await runCli('vectors', 'train', ...args, '--out', at('y.nvec'))
    assert.deepEqual([failed.code, failed.errorCode, failed.stdout], [2, code, ''], failed.stderr)
    assert.ok(!existsSync(at('y.nvec')))
  }
  assert.deepEqual(
    readdirSync(root).filter(name => name.includes('tmp')),
    [],
  )
  assert.equal(cases.length, 8)
})

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runReport } from '../../report/node/run-report.js'
import { temporaryFolder } from '../../train/testing/tiny-run.js'
import { runCli } from '../testing/run-cli.js'

const folder = temporaryFolder()
after(folder.remove)

/** Records with tokens that are not ours: hyphens are apart. A word that begins with `~` follows without a space. */
function record(words: string, names: readonly string[]): string {
  const tokens: string[] = []
  const tokenOffsets: [number, number][] = []
  let text = ''
  for (const word of words.split(' ')) {
    const token = word.replace('~', '')
    if (text !== '' && token === word) text += ' '
    tokenOffsets.push([text.length, text.length + token.length])
    tokens.push(token)
    text += token
  }
  const tags = tokens.map(token => (names.includes(token) ? 'B-PER' : 'O'))
  return `${JSON.stringify({ tokens, tags, text, tokenOffsets, offsets: 'utf16' })}\n`
}

function corpus(names: readonly string[]): string {
  return names
    .flatMap((name, i) => [
      record(`Then ${name} met Dr ~. ${names[(i + 1) % names.length]} ~.`, names),
      record(`The pro ~- ~${name} side won in London ~.`, names),
    ])
    .join('')
}

const names = ['Ada', 'Bo', 'Carl', 'Dora', 'Emmy', 'Finn']
const path = join(folder.path, 'names.jsonl')
writeFileSync(path, corpus(names))

async function train(out: string, ...settings: string[]) {
  const small = [
    '--input.words.dim',
    '6',
    '--encoder.0.hidden',
    '6',
    '--training.epochs',
    '30',
    '--no-report',
  ]
  const rest = ['--training.learningRate', '0.03', '--training.batchSize', '4', '--training.threads', '1']
  const files = ['--corpus.train', path, '--corpus.dev', path]
  return runCli('train', '--preset', 'bilstm-crf', '--out', out, ...files, ...small, ...rest, ...settings)
}

async function evaluate(out: string) {
  const { code, stdout } = await runCli('evaluate', out, path, '--raw', '--json')
  assert.equal(code, 0)
  return JSON.parse(stdout)
}

test('tokens that are not ours: training warns, --raw shows the loss, and with our own tokens training measures raw text', async () => {
  const [given, own] = [join(folder.path, 'given'), join(folder.path, 'own')]
  const trained = await train(given)
  assert.match(trained.stderr, /in raw text, .* of its tokens .* are cut otherwise/)
  assert.match(readFileSync(join(given, 'README.md'), 'utf8'), /It learned the tokens of its corpus/)
  const onGiven = await evaluate(given)
  assert.ok(onGiven.exact.micro.f1 > 0.9, `${onGiven.exact.micro.f1}`)
  // The names in pro-Ada cannot be found in raw text.
  assert.ok(onGiven.raw.exact.micro.recall <= 2 / 3 && onGiven.raw.difference < -0.1)
  assert.deepEqual([onGiven.raw.detokenized, onGiven.raw.texts], [0, 12])

  const again = await train(own, '--corpus.tokens', 'own')
  assert.match(again.stderr, /begin or end inside a token/)
  const onOwn = await evaluate(own)
  // What training measured is what the raw text gives.
  const metrics = JSON.parse(readFileSync(join(own, 'metrics.json'), 'utf8'))
  assert.deepEqual(metrics.dev.exact, onOwn.raw.exact)

  const { rawText } = (await runReport(given)).evaluation
  assert.deepEqual(rawText, {
    precision: onGiven.raw.exact.micro.precision,
    recall: onGiven.raw.exact.micro.recall,
    f1: onGiven.raw.exact.micro.f1,
    difference: onGiven.raw.difference,
    isEstimated: false,
  })
  // What was read in our tokens is raw text already.
  assert.equal((await runReport(own)).evaluation.rawText, undefined)
})

test('own tokens have no columns', async () => {
  const { code, errorCode } = await train(
    join(folder.path, 'columns'),
    '--corpus.tokens',
    'own',
    '--input.columns.0.column',
    '2',
  )
  assert.deepEqual([code, errorCode], [2, 'train/corpus'])
})

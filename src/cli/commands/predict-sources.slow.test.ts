import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { temporaryFolder, tinyConfig } from '../../train/testing/tiny-run.js'
import { runCli } from '../testing/run-cli.js'

const folder = temporaryFolder()
const at = (name: string) => join(folder.path, name)
const run = at('run')
const coarse = { PER: 'NAME', ORG: 'NAME', LOC: 'PLACE', PRODUCT: 'O' }
const config = tinyConfig({
  encoder: [{ kind: 'bilstm', hidden: 24 }],
  training: { epochs: 12, patience: null },
  tags: { coarse },
})
const gold = config.corpus.train[0].file

before(async () => {
  writeFileSync(at('config.json'), JSON.stringify(config))
  const trained = await runCli('train', at('config.json'), '--no-report', '--out', run)
  assert.equal(trained.code, 0, trained.stderr)
})
after(folder.remove)

interface Found {
  readonly file?: string
  readonly text: string
  readonly entities: readonly { readonly type: string; readonly text: string; readonly score: number }[]
}

async function predict(...args: readonly string[]): Promise<{ records: Found[]; stderr: string }> {
  const { code, stdout, stderr } = await runCli('predict', run, ...args)
  assert.equal(code, 0, stderr)
  const lines = stdout.split('\n').filter(line => line !== '')
  return { records: lines.map(line => JSON.parse(line)), stderr }
}

test('a .txt file is one text, lines of other files are, and a folder stands for its texts', async () => {
  const text = 'Ada Lovelace wrote to Charles\nBabbage from London.\n'
  mkdirSync(at('letters/sub'), { recursive: true })
  for (const name of ['letters/b.txt', 'letters/sub/a.MD', 'letters/c.log', 'one.txt', 'one.log'])
    writeFileSync(at(name), text)
  writeFileSync(at('letters/.hidden.txt'), 'no')
  writeFileSync(at('letters/none.txt'), '')
  symlinkSync(at('letters'), at('letters/loop'))
  const texts = async (...args: string[]) => (await predict(...args)).records.map(record => record.text)
  const lines = text.trim().split('\n')
  assert.deepEqual(await texts(at('one.txt')), [text])
  assert.deepEqual(await texts(at('one.log')), lines)
  assert.deepEqual(await texts(at('one.txt'), '--lines'), lines)
  assert.deepEqual(await texts(at('one.log'), '--whole'), [text])
  const { records, stderr } = await predict(at('letters'))
  assert.deepEqual(
    records.map(record => [record.file, record.text]),
    [
      [at('letters/b.txt'), text],
      [at('letters/sub/a.MD'), text],
    ],
  )
  // The log and the link.
  assert.match(stderr, /2 other files left out/)
  assert.match(stderr, /none\.txt is empty/)
  const two = await predict(at('one.txt'), at('one.log'))
  assert.deepEqual(
    two.records.map(record => record.file),
    [at('one.txt'), at('one.log'), at('one.log')],
  )
  // One file needs no name.
  assert.equal((await predict(at('one.txt'))).records[0].file, undefined)
})

test('what cannot be tagged is refused before the model is loaded', async () => {
  mkdirSync(at('empty'))
  mkdirSync(at('logs'))
  writeFileSync(at('logs/a.log'), 'x')
  let cases = 0
  for (const [args, errorCode, place] of [
    [[at('empty')], 'text/folder', at('empty')],
    [[at('logs')], 'text/folder', at('logs')],
    [[at('absent.txt')], 'cli/arguments', at('absent.txt')],
    [['Ada wrote'], 'cli/arguments', 'Ada wrote'],
    [['-', '-'], 'cli/arguments', '-'],
    [[at('logs/a.log'), '--whole', '--lines'], 'cli/options', '--whole'],
    [['--text', 'Ada', '--lines'], 'cli/options', '--lines'],
  ] as const) {
    const refused = await runCli('predict', at('no-model'), ...args)
    assert.deepEqual([refused.errorCode, refused.places], [errorCode, [place]])
    cases++
  }
  assert.equal(cases, 7)
})

test('types are shown as a map or the coarse view says, with the scores of the finer ones', async () => {
  const plain = (await predict(gold, '--tokens')).records.flatMap(({ entities }) => entities)
  const expected = (map: Readonly<Record<string, string>>) =>
    plain.flatMap(entity => {
      const type = map[entity.type] ?? entity.type
      return type === 'O' ? [] : [{ ...entity, type }]
    })
  assert.ok(new Set(plain.map(({ type }) => type)).size >= 4)
  const pairs = Object.entries(coarse).map(pair => pair.join('='))
  const maps = [
    [['--coarse'], coarse],
    [['--map', pairs.join(',')], coarse],
    [['--map', pairs[0], '--map', pairs[3]], { PER: 'NAME', PRODUCT: 'O' }],
  ] as const
  for (const [args, map] of maps) {
    const { records } = await predict(gold, '--tokens', ...args)
    assert.deepEqual(
      records.flatMap(({ entities }) => entities),
      expected(map),
    )
  }
  await using tagger = await loadTagger(run)
  assert.equal(tagger.info.coarse?.get('LOC'), 'PLACE')
  const text = 'Ada Lovelace wrote to Charles Babbage from London.'
  const [fine, own] = [await tagger.tag(text), await tagger.tag(text, { coarse: true })]
  assert.ok(fine.length > 0)
  assert.deepEqual(
    own,
    fine.flatMap(entity => {
      const type = (coarse as Record<string, string>)[entity.type] ?? entity.type
      return type === 'O' ? [] : [{ ...entity, type }]
    }),
  )
})

test('evaluate with a map agrees with score on mapped files', async () => {
  const pairs = 'PER=NAME,ORG=NAME,PRODUCT=O'
  const { code, stdout } = await runCli('evaluate', run, gold, '--map', pairs, '--json')
  assert.equal(code, 0)
  writeFileSync(
    at('predicted.conll'),
    (await runCli('predict', run, gold, '--tokens', '--to', 'conll')).stdout,
  )
  assert.equal((await runCli('corpus', 'convert', gold, at('gold.conll'))).code, 0)
  const files = [at('gold.conll'), at('predicted.conll')]
  const scored = JSON.parse((await runCli('score', ...files, '--map', pairs, '--json')).stdout)
  const evaluated = JSON.parse(stdout)
  assert.deepEqual(evaluated.exact, scored.exact)
  assert.ok(evaluated.exact.types.NAME.gold > 50)
  const unknown = await runCli('evaluate', run, gold, '--map', 'PRE=NAME,ORG=NAME')
  assert.equal(unknown.errorCode, 'score/map')
})

test('a model without a coarse view says so, and pack gives it one', async () => {
  const bare = at('bare')
  writeFileSync(at('bare.json'), JSON.stringify({ ...config, tags: { scheme: 'BIO' } }))
  const epochs = ['--training.epochs', '1']
  assert.equal((await runCli('train', at('bare.json'), '--no-report', '--out', bare, ...epochs)).code, 0)
  assert.equal((await runCli('predict', bare, '--coarse', '--text', 'Ada')).errorCode, 'predict/coarse')
  assert.equal((await runCli('evaluate', bare, gold, '--coarse')).errorCode, 'predict/coarse')
  const packed = await runCli('pack', bare, '--out', at('packed'), '--coarse', 'PER=NAME,ORG=NAME')
  assert.equal(packed.code, 0, packed.stderr)
  await using tagger = await loadTagger(at('packed'))
  assert.deepEqual([tagger.info.coarse?.get('ORG'), tagger.info.coarse?.get('LOC')], ['NAME', 'LOC'])
})

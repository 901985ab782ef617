import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { referenceRuntime } from '../engine/runtime/reference/reference.js'
import { loadTagger as loadInPage } from '../recognize/load-recognizer.js'
import { loadTagger } from '../recognize/node/load-tagger.js'
import { type PageServer, servePages } from '../test/testing/page-server.js'
import { temporaryFolder, tinyConfig } from '../train/testing/tiny-run.js'
import { runCli } from './testing/run-cli.js'

const folder = temporaryFolder()
const home = process.cwd()
const config = tinyConfig({ training: { epochs: 6, patience: null } })
const gold = config.corpus.train[0].file
const NAME = 'test-model'
let server: PageServer
let address = ''

before(async () => {
  process.chdir(folder.path)
  writeFileSync('config.json', JSON.stringify(config))
  const trained = await runCli('train', 'config.json', '--no-report', '--out', 'runs/a')
  assert.equal(trained.code, 0, trained.stderr)
  const installed = join('node_modules', '@nerite', NAME)
  mkdirSync(installed, { recursive: true })
  cpSync('runs/a', join(installed, 'model'), { recursive: true })
  writeFileSync(join(installed, 'package.json'), JSON.stringify({ nerite: { model: 'model' } }))
  server = await servePages(false, { a: 'runs/a' })
  address = `${server.url}runs/a`
})
after(async () => {
  await server.close()
  process.chdir(home)
  folder.remove()
})

/** What a command prints, with each way to name the model. */
async function withEach(command: string, ...args: readonly string[]): Promise<string[]> {
  const printed: string[] = []
  for (const model of ['runs/a', NAME, `@nerite/${NAME}`, address, `${address}/?key=1`]) {
    const { code, stdout, stderr } = await runCli(command, model, ...args)
    assert.equal(code, 0, `${model}: ${stderr}`)
    printed.push(stdout)
  }
  return printed
}

test('predict and evaluate say the same of a model however it is named', async () => {
  for (const [command, ...args] of [
    ['predict', '--text', 'Ada Lovelace wrote to Charles Babbage from London.'],
    ['evaluate', gold, '--json'],
  ]) {
    const [first, ...others] = await withEach(command, ...args)
    assert.ok(first.length > 50)
    assert.deepEqual(
      others,
      others.map(() => first),
    )
  }
})

test('evaluate says where a corpus names types otherwise, and no longer so when they are mapped', async () => {
  const text = readFileSync(gold, 'utf8')
  writeFileSync('renamed.markup', text.replaceAll('](PER)', '](PERSON)'))
  const other = await runCli('evaluate', NAME, 'renamed.markup', '--json')
  assert.equal(other.code, 0, other.stderr)
  assert.match(other.stderr, /renamed\.markup: .*PERSON.*--map/)
  const mapped = await runCli('evaluate', NAME, 'renamed.markup', '--map', 'PERSON=PER', '--json')
  assert.equal(mapped.code, 0, mapped.stderr)
  assert.doesNotMatch(mapped.stderr, /PERSON/)
})

test('a report on a model from elsewhere is written here and reads nothing that its settings name', async () => {
  const inPackage = readdirSync(join('node_modules', '@nerite', NAME, 'model')).sort()
  for (const model of [NAME, address]) {
    // Its own corpora are there, on this machine, but it does not say so.
    const refused = await runCli('report', model)
    assert.equal(refused.errorCode, 'report/corpus')
    const { code, stdout, stderr } = await runCli('report', model, gold, '--json')
    assert.equal(code, 0, stderr)
    const { corpora, title } = JSON.parse(stdout)
    assert.deepEqual(
      corpora.map(({ role }: { role: string }) => role),
      ['evaluated'],
    )
    assert.equal(title, model)
    const folds = await runCli('report', model, gold, '--folds', '2')
    assert.equal(folds.errorCode, 'report/folds')
  }
  assert.ok(existsSync('report-dev.markup.html'))
  assert.deepEqual(readdirSync(join('node_modules', '@nerite', NAME, 'model')).sort(), inPackage)
})

test('compare scores models from anywhere on a named corpus', async () => {
  const models = ['runs/a', NAME, address]
  assert.equal((await runCli('compare', ...models)).errorCode, 'compare/corpus')
  const { code, stdout, stderr } = await runCli('compare', ...models, '--corpus', gold, '--json')
  assert.equal(code, 0, stderr)
  const { runs } = JSON.parse(stdout)
  assert.equal(runs.length, 3)
  assert.equal(new Set(runs.map(({ exact }: { exact: unknown }) => JSON.stringify(exact))).size, 1)
  // The same folder under two names is one run.
  const twice = await runCli('compare', NAME, `@nerite/${NAME}`, '--corpus', gold)
  assert.equal(twice.errorCode, 'compare/runs')
})

test('a server without the model, and one that cannot be reached, are said in one line that names the file', async () => {
  const gone = await servePages(false)
  await gone.close()
  let cases = 0
  for (const [model, file] of [
    [`${server.url}runs/b`, `${server.url}runs/b/manifest.json`],
    [gone.url, `${gone.url}manifest.json`],
    ['http://[', 'http://['],
  ]) {
    const { code, errorCode, places } = await runCli('predict', model, '--text', 'Ada')
    assert.deepEqual([code, errorCode, places], [2, 'model/file', [file]])
    cases++
  }
  assert.equal(cases, 3)
})

test('in a page a model is loaded from its address or its files, each of which is asked for once', async () => {
  const text = 'Ada Lovelace wrote to Charles Babbage from London.'
  await using own = await loadTagger('runs/a')
  const expected = await own.tag(text)
  const places = (entities: typeof expected) => entities.map(({ start, end, type }) => [start, end, type])
  const asked: string[] = []
  class Files extends Map<string, Uint8Array> {
    override get(name: string) {
      asked.push(name)
      return super.get(name)
    }
  }
  const names = readdirSync('runs/a').filter(name => name.includes('.'))
  const files = new Files(names.map(name => [name, new Uint8Array(readFileSync(join('runs/a', name)))]))
  for (const model of [address, `${address}/`, files]) {
    await using tagger = await loadInPage(model, { runtime: referenceRuntime() })
    assert.deepEqual(places(await tagger.tag(text)), places(expected))
  }
  assert.equal(new Set(asked).size, 5)
  assert.equal(asked.length, 5)
  files.delete('vocab.json')
  await assert.rejects(loadInPage(files, { runtime: referenceRuntime() }), { code: 'model/file' })
  for (const model of [7, undefined, new Map([['manifest.json', 'text']])] as never[])
    await assert.rejects(loadInPage(model), { code: 'predict/argument' })
})

test('a folder and a package of one name: loadTagger says which it took', async () => {
  mkdirSync(NAME)
  try {
    const notices: string[] = []
    await using _tagger = await loadTagger(NAME, { onNotice: notice => notices.push(notice) })
    assert.equal(notices.length, 1)
    assert.match(notices[0], /@nerite\/test-model/)
  } finally {
    rmSync(NAME, { recursive: true })
  }
})

import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { PartialConfig } from '../../config/schema.js'
import { parseSafetensors } from '../../engine/optim/safetensors.js'
import { webInNode } from '../../engine/runtime/node/choose-runtime.js'
import { loadTaggerFrom } from '../../recognize/load-recognizer.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { packRun } from '../../run/node/pack-run.js'
import { temporaryFolder, tinyConfig, trainHere } from '../../train/testing/tiny-run.js'
import { runCli } from '../testing/run-cli.js'

const folder = temporaryFolder()
const at = (name: string) => join(folder.path, name)
const SAMPLE = new URL('../../../samples/dev.markup', import.meta.url).pathname
const textsOf = (file: string) =>
  readFileSync(file, 'utf8')
    .replaceAll(/\[([^\]]*)\]\([A-Z]+\)/g, '$1')
    .split('\n')
    .filter(text => text !== '')
const TEXTS = textsOf(SAMPLE).slice(0, 150)

const train = (name: string, more: PartialConfig = {}) =>
  trainHere({
    config: tinyConfig({ ...more, training: { epochs: 15, batchSize: 4, patience: null, ...more.training } }),
    out: at(name),
  })

before(() =>
  train('run', { encoder: [{ kind: 'bilstm', hidden: 40, layers: 2 }], input: { words: { dim: 60 } } }),
)
after(folder.remove)

test('a rounded tagger is a quarter as large, finds nearly the same, and is measured', async () => {
  const args = ['export', at('run'), '--quantize', 'int8', '--corpus', SAMPLE, '--out', at('rounded')]
  const { code, stdout, stderr } = await runCli(...args, '--max-loss', '5', '--json')
  assert.equal(code, 0, stderr)
  const { before, after } = JSON.parse(stdout)
  assert.ok(before > 0.5 && Math.abs(before - after) < 0.05, stdout)
  const { tensors } = parseSafetensors(readFileSync(join(at('rounded'), 'model.safetensors')), 'file')
  assert.ok([...tensors.values()].filter(({ dtype }) => dtype === 'I8').length >= 4)
  const share =
    statSync(join(at('rounded'), 'model.safetensors')).size /
    statSync(join(at('run'), 'model.safetensors')).size
  assert.ok(share < 0.4, `${share}`)
  const [run, rounded] = await Promise.all([loadTagger(at('run')), loadTagger(at('rounded'))])
  const [expected, found] = [await run.tag(TEXTS), await rounded.tag(TEXTS)]
  const keys = (all: typeof found) =>
    new Set(all.flatMap((own, i) => own.map(({ start, end, type }) => `${i} ${start} ${end} ${type}`)))
  const [a, b] = [keys(expected), keys(found)]
  const shared = [...a].filter(key => b.has(key)).length
  assert.ok(a.size > 100 && shared > 0.97 * Math.max(a.size, b.size), `${shared} of ${a.size} and ${b.size}`)
  assert.notDeepEqual(found, expected)
  await Promise.all([run.release(), rounded.release()])
})

test('it runs on WebAssembly too, and rounding what was rounded changes nothing', async () => {
  const names = ['manifest.json', 'config.json', 'vocab.json', 'model.safetensors']
  const files = new Map(names.map(name => [name, new Uint8Array(readFileSync(join(at('rounded'), name)))]))
  const web = await loadTaggerFrom(
    { read: async name => files.get(name) },
    { runtime: webInNode(), onNotice: () => {} },
  )
  const node = await loadTagger(at('rounded'))
  const [expected, found] = [await node.tag(TEXTS), await web.tag(TEXTS)]
  assert.equal(web.info.runtime, 'web')
  const flat = (all: typeof found) => all.flat().map(({ score, ...entity }) => entity)
  const agree = flat(found).filter(
    (entity, i) => JSON.stringify(entity) === JSON.stringify(flat(expected)[i]),
  )
  assert.ok(agree.length > 0.97 * expected.flat().length && agree.length > 100, `${agree.length} agree`)
  await Promise.all([web.release(), node.release()])
  await packRun(at('rounded'), at('again'), { int8: true })
  await packRun(at('run'), at('half'), { half: true })
  await packRun(at('half'), at('half-rounded'), { int8: true })
  const half = await loadTagger(at('half-rounded'))
  const same = flat(await half.tag(TEXTS)).filter(
    (entity, i) => JSON.stringify(entity) === JSON.stringify(flat(expected)[i]),
  )
  assert.ok(same.length > 0.97 * expected.flat().length, `${same.length} agree`)
  await half.release()
  const tensors = (dir: string) => parseSafetensors(readFileSync(join(dir, 'model.safetensors')), dir).tensors
  const [one, two] = [tensors(at('rounded')), tensors(at('again'))]
  for (const [name, { dtype, data }] of one)
    if (dtype === 'I8') assert.deepEqual(two.get(name)?.data, data, name)
})

test('what there is to say of the corpus is said once', async () => {
  writeFileSync(at('more.markup'), `${readFileSync(SAMPLE, 'utf8')}\n[Nobody](ELSE) came.\n`)
  const args = ['export', at('run'), '--quantize', 'int8', '--corpus', at('more.markup'), '--out', at('said')]
  const { code, stderr } = await runCli(...args, '--max-loss', '100')
  assert.equal(code, 0, stderr)
  assert.equal(stderr.match(/\bELSE\b/g)?.length, 1, stderr)
})

test('what costs too much is refused and not written, and so is what cannot be rounded', async () => {
  const args = ['export', at('run'), '--quantize', 'int8', '--corpus', SAMPLE, '--out', at('none')]
  // A corpus of what the run finds where rounding changes it: any loss is too much.
  const texts = ['train', 'dev', 'test'].flatMap(name => textsOf(SAMPLE.replace('dev', name)))
  const tagger = await loadTagger(at('run'))
  const rounded = await loadTagger(at('rounded'))
  const differing = (
    await Promise.all(
      texts.map(async text => ({ text, a: await tagger.tag(text), b: await rounded.tag(text) })),
    )
  ).filter(
    ({ a, b }) =>
      JSON.stringify(a.map(e => [e.start, e.end, e.type])) !==
      JSON.stringify(b.map(e => [e.start, e.end, e.type])),
  )
  await Promise.all([tagger.release(), rounded.release()])
  assert.ok(differing.length > 0)
  const lines = differing.map(({ text, a }) =>
    JSON.stringify({ text, entities: a.map(({ start, end, type }) => ({ start, end, type })) }),
  )
  writeFileSync(at('gold.jsonl'), `${lines.join('\n')}\n`)
  const { errorCode } = await runCli(...args.with(5, at('gold.jsonl')), '--max-loss', '0')
  assert.equal(errorCode, 'export/loss')
  assert.ok(!existsSync(at('none')))
  assert.equal((await runCli(...args, '--max-loss', '-1')).errorCode, 'cli/options')
  assert.equal((await runCli(...args.with(3, 'int4'))).errorCode, 'cli/options')
  assert.equal((await runCli(...args.with(1, at('nothing')))).code, 2)
})

test('tables alone are rounded where there is no LSTM', async () => {
  await train('cnn', { encoder: [{ kind: 'cnn', filters: 20, layers: 1, dilations: [1] }] })
  await packRun(at('cnn'), at('cnn-rounded'), { int8: true })
  const [run, rounded] = await Promise.all([loadTagger(at('cnn')), loadTagger(at('cnn-rounded'))])
  const [expected, found] = [await run.tag(TEXTS), await rounded.tag(TEXTS)]
  assert.ok(Math.abs(expected.flat().length - found.flat().length) < 0.05 * expected.flat().length)
  assert.ok(expected.flat().length > 50)
  await Promise.all([run.release(), rounded.release()])
})

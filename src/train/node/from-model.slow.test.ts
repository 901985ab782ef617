import assert from 'node:assert/strict'
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isInputError } from '../../base/errors.js'
import type { PartialConfig } from '../../config/schema.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { packRun } from '../../run/node/pack-run.js'
import { modelBytes, temporaryFolder, tinyConfig, trainHere } from '../testing/tiny-run.js'
import { configFrom } from './config-from.js'

const LINES = Array.from(
  { length: 40 },
  (_, i) => `[Grace ${'abcdefgh'[i % 8]}](PER) bought [Wid-${i % 5}](PRODUCT) .`,
)

async function withBase(work: (at: (name: string) => string) => Promise<void>): Promise<void> {
  const folder = temporaryFolder()
  const at = (name: string) => join(folder.path, name)
  try {
    writeFileSync(at('new.markup'), LINES.join('\n'))
    writeFileSync(at('dev.markup'), LINES.slice(0, 9).join('\n'))
    await trainHere({ config: tinyConfig({ training: { epochs: 1 } }), out: at('base') })
    await work(at)
  } finally {
    folder.remove()
  }
}

const given = (at: (name: string) => string, more: PartialConfig = {}): PartialConfig => ({
  from: { model: at('base'), keepTypes: true },
  corpus: { train: at('new.markup'), dev: at('dev.markup') },
  training: { epochs: 3, batchSize: 4, threads: 1 },
  ...more,
})

const hasCode = (code: string) => (error: unknown) => isInputError(error) && error.code === code

test('a run that starts from a model resumes to the same bytes, and with no other model', () =>
  withBase(async at => {
    const config = await configFrom({ file: given(at) })
    await trainHere({ config, out: at('whole') })
    await trainHere({ config, out: at('halved') }, 13)
    assert.ok(!existsSync(join(at('halved'), 'model.onnx')))
    const resume = { config, out: at('halved'), resume: true }
    renameSync(at('base'), at('kept'))
    await assert.rejects(trainHere(resume), hasCode('model/file'))
    await trainHere({ config: tinyConfig({ training: { epochs: 1, seed: 8 } }), out: at('base') })
    await assert.rejects(trainHere(resume), hasCode('train/resume'))
    rmSync(at('base'), { recursive: true })
    // The model may be in another place.
    const moved = await configFrom({ file: given(at, { from: { model: at('kept'), keepTypes: true } }) })
    await trainHere({ ...resume, config: moved })
    assert.ok(modelBytes(at('whole')).equals(modelBytes(at('halved'))))
    // What the run has of the model is in it.
    rmSync(at('kept'), { recursive: true })
    const tagger = await loadTagger(at('halved'))
    assert.deepEqual(tagger.info.types, ['DATE', 'LOC', 'ORG', 'PER', 'PRODUCT'])
    await tagger.release()
    const stored = JSON.parse(readFileSync(join(at('whole'), 'config.json'), 'utf8')) as typeof config
    assert.match(stored.from?.sha256 ?? '', /^[0-9a-f]{64}$/)
    assert.ok(readFileSync(join(at('whole'), 'README.md'), 'utf8').includes(stored.from?.sha256 ?? 'no hash'))
  }))

test('a packed model is as good to start from', () =>
  withBase(async at => {
    await packRun(at('base'), at('packed'))
    const trained: Buffer[] = []
    for (const model of ['base', 'packed']) {
      const config = await configFrom({ file: given(at, { from: { model: at(model), keepTypes: true } }) })
      await trainHere({ config, out: at(`from-${model}`) })
      trained.push(modelBytes(at(`from-${model}`)))
    }
    assert.ok(trained[0].equals(trained[1]))
  }))

test('a damaged model, a foreign folder and the place of the new run are refused, and leave nothing', () =>
  withBase(async at => {
    cpSync(at('base'), at('damaged'), { recursive: true })
    const bytes = modelBytes(at('damaged'))
    bytes[bytes.length - 1] ^= 1
    writeFileSync(join(at('damaged'), 'model.safetensors'), bytes)
    const from = (model: string) => given(at, { from: model })
    const config = await configFrom({ file: from(at('damaged')) })
    await assert.rejects(trainHere({ config, out: at('out') }), hasCode('model/file'))
    await assert.rejects(configFrom({ file: from(at('nowhere')) }), hasCode('model/file'))
    await assert.rejects(configFrom({ file: from(at('new.markup')) }), hasCode('model/file'))
    const same = await configFrom({ file: from(at('base')) })
    const before = modelBytes(at('base'))
    await assert.rejects(trainHere({ config: same, out: at('base'), force: true }), hasCode('train/from'))
    assert.ok(modelBytes(at('base')).equals(before))
    // Settings of another network, as a caller may have made them without the model.
    const other = tinyConfig({ encoder: [{ kind: 'bilstm', hidden: 9 }] })
    const mixed = { ...other, from: same.from }
    await assert.rejects(trainHere({ config: mixed, out: at('out') }), hasCode('train/from'))
    assert.ok(!existsSync(at('out')))
  }))

test('types that are kept are scored only where a corpus marks them', () =>
  withBase(async at => {
    const config = await configFrom({ file: given(at) })
    const events = await trainHere({ config, out: at('run') })
    const codes = events.flatMap(event => (event.kind === 'warning' ? [event.code] : []))
    for (const code of ['types-recalled', 'kept-types-not-scored']) assert.ok(codes.includes(code), code)
    const last = events.findLast(event => event.kind === 'epoch')
    const names = Object.keys(last?.types ?? {})
    assert.deepEqual(
      names.filter(name => ['DATE', 'LOC', 'ORG'].includes(name)),
      [],
    )
    assert.ok(names.includes('PER') && names.includes('PRODUCT'))
    const metrics = JSON.parse(readFileSync(join(at('run'), 'metrics.json'), 'utf8'))
    const done = events.at(-1)
    assert.equal(done?.kind === 'done' && done.best?.f1, metrics.dev.exact.micro.f1)
    const dropped = await configFrom({ file: given(at, { from: at('base') }) })
    const more = await trainHere({ config: dropped, out: at('dropped') })
    const warning = more.find(event => event.kind === 'warning' && event.code === 'types-dropped')
    assert.ok(warning?.kind === 'warning' && warning.message.includes('DATE, LOC, ORG'))
  }))

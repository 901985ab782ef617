import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadTagger } from '../recognize/node/load-tagger.js'
import { importCheckpoint } from '../run/node/import-checkpoint.js'
import { packRun } from '../run/node/pack-run.js'
import { createServer } from '../server/create-server.js'
import { configFrom } from '../train/node/config-from.js'
import { temporaryFolder, trainHere } from '../train/testing/tiny-run.js'

const TEXT = 'Ada Lovelace wrote to Charles Babbage from London. Zürich is naïve 😀.'
const LINES = '[Ada](PER) wrote to [London](LOC).\n[Charles Babbage](PER) slept.\n'

function folderOf(at: string, form: string): string {
  mkdirSync(join(at, 'onnx'), { recursive: true })
  for (const file of ['config.json', 'tokenizer.json'])
    copyFileSync(`oracles/encoders/ner-bert/${file}`, join(at, file))
  const name = form.includes('quantized') ? 'model_quantized.onnx' : 'model.onnx'
  copyFileSync(`oracles/onnx-classifiers/${form}.onnx`, join(at, 'onnx', name))
  return at
}

test('an imported graph tags in worker threads, is packed, evaluated and reported; floats are trained further', async () => {
  const folder = temporaryFolder()
  const at = (name: string) => join(folder.path, name)
  const nerite = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/nerite.js', ...args], {
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
    return stdout
  }
  let forms = 0
  try {
    writeFileSync(at('some.markup'), LINES)
    for (const form of ['fused', 'fused-quantized', 'quantized']) {
      const run = at(form)
      await importCheckpoint(folderOf(at(`${form}-folder`), form), run)
      await using one = await loadTagger(run, { threads: 1 })
      const found = await one.tag(TEXT)
      await using pool = await loadTagger(run, { workers: 2 })
      assert.deepEqual(await pool.tag([TEXT, '', TEXT]), [found, [], found])
      // Packed again, with floats of full precision, it is the same.
      await packRun(run, at(`${form}-packed`))
      await using packed = await loadTagger(at(`${form}-packed`), { threads: 1 })
      assert.deepEqual(await packed.tag(TEXT), found)
      const scores = JSON.parse(nerite('evaluate', run, at('some.markup'), '--json'))
      assert.equal(scores.sentences, 2)
      nerite('report', run, at('some.markup'), '--out', at(`${form}.html`))
      assert.match(readFileSync(at(`${form}.html`), 'utf8'), /<html/)
      const config = await configFrom({
        file: {
          ...{ from: run, corpus: { train: at('some.markup'), dev: at('some.markup') } },
          training: { epochs: 2, batchSize: 2, threads: 1 },
        },
      })
      const training = trainHere({ config, out: at(`${form}-further`) })
      if (form === 'fused') {
        await training
        await using further = await loadTagger(at(`${form}-further`), { threads: 1 })
        assert.deepEqual(further.info.types, ['LOC', 'PER'])
      } else await assert.rejects(training, { code: 'train/pretrained' })
      forms++
    }
  } finally {
    folder.remove()
  }
  assert.equal(forms, 3)
})

test('an imported graph and a span model are served', async () => {
  const folder = temporaryFolder()
  try {
    const run = join(folder.path, 'run')
    await importCheckpoint(folderOf(join(folder.path, 'own'), 'quantized'), run)
    const spans = 'oracles/span-model?types=person,city'
    for (const model of [run, spans]) {
      await using tagger = await loadTagger(model, { threads: 1 })
      const server = createServer({ models: { own: tagger } })
      const answer = await server.fetch(
        new Request('http://127.0.0.1:8080/v1/entities', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ text: TEXT }),
        }),
      )
      assert.equal(answer.status, 200)
      const { results } = (await answer.json()) as {
        results: { entities: { start: number; end: number }[] }[]
      }
      const expected = await tagger.tag(TEXT)
      assert.deepEqual(
        results[0].entities.map(({ start, end }) => [start, end]),
        expected.map(({ start, end }) => [start, end]),
      )
    }
  } finally {
    folder.remove()
  }
})

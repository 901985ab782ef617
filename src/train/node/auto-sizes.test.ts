import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { resolveConfig } from '../../config/resolve.js'
import { plainCorpus } from '../../config/schema.js'
import { readModel } from '../../run/node/open-model.js'
import { modelBytes, temporaryFolder, tinyConfig, trainHere } from '../testing/tiny-run.js'

const SENTENCES = Array.from(
  { length: 110 },
  (_, i) => `[Ann ${'abcdef'[i % 6]}](PER) met number ${i} today .`,
)

test('a run keeps the numbers that auto became, and resumes with them to the same bytes', async () => {
  const folder = temporaryFolder()
  try {
    const at = (name: string) => join(folder.path, name)
    writeFileSync(at('train.markup'), SENTENCES.join('\n'))
    writeFileSync(at('dev.markup'), SENTENCES.slice(0, 9).join('\n'))
    const tiny = tinyConfig({ training: { epochs: 'auto', batchSize: 'auto', maxSteps: 60 } })
    const corpus = { ...tiny.corpus, train: [plainCorpus(at('train.markup'))], dev: at('dev.markup') }
    const config = { ...tiny, corpus }
    const events = await trainHere({ config, out: at('whole') })
    const [start] = events.filter(event => event.kind === 'start')
    // 55 updates in an epoch, and 28 epochs for 1,500.
    assert.deepEqual([start.epochs, start.stepsPerEpoch], [28, 55])
    assert.deepEqual(start.chosen, {
      'input.words.dropout': 0.25,
      'training.batchSize': 2,
      'training.epochs': 28,
      'training.averaging': 'ema',
    })
    const kept = (await readModel(at('whole'))).config()
    const { training, input } = config
    assert.deepEqual(kept, {
      ...config,
      text: { segmentation: 'characters' as const },
      input: { ...input, words: { ...input.words, dropout: 0.25 } },
      training: { ...training, batchSize: 2, epochs: 28, averaging: { kind: 'ema', decay: 0.99 } },
    })
    assert.ok(!readFileSync(join(at('whole'), 'config.json'), 'utf8').includes('"epochs": "auto"'))
    // Resumed with the settings as they were given, and with those of the run.
    let cases = 0
    for (const again of [config, resolveConfig({ file: kept })]) {
      const out = at(`halved-${cases}`)
      await trainHere({ config, out }, 20)
      await trainHere({ config: again, out, resume: true })
      assert.ok(modelBytes(out).equals(modelBytes(at('whole'))), out)
      cases++
    }
    assert.equal(cases, 2)
  } finally {
    folder.remove()
  }
})

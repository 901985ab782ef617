import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { resolveConfig } from '../../config/resolve.js'
import { parseSafetensors } from '../../engine/optim/safetensors.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { packRun } from '../../run/node/pack-run.js'
import { openRunFolder } from '../../run/node/run-folder.js'
import { PARAMETERS } from '../../run/run-files.js'
import { temporaryFolder, tinyConfig, trainHere } from '../../train/testing/tiny-run.js'
import { SENTENCES } from '../inputs/testing/sample.js'

const FAMILIES = ['bert', 'distilbert', 'electra', 'roberta', 'deberta-v3', 'modernbert']

test('an encoder rounded to 8 bits: a quarter of the bytes, nearly the same probabilities, and packing again changes none', async () => {
  let numbers = 0
  for (const name of FAMILIES) {
    const folder = temporaryFolder()
    try {
      const { corpus } = tinyConfig()
      const config = resolveConfig({
        preset: 'encoder-softmax',
        file: {
          corpus: { train: corpus.train, dev: corpus.dev },
          pretrained: { folder: `oracles/encoders/${name}`, learningRate: 0.001 },
          training: { epochs: 1, batchSize: 16, threads: 1 },
        },
      })
      const at = (file: string) => join(folder.path, file)
      await trainHere({ config, out: at('run') })
      await packRun(at('run'), at('small'), { int8: true })
      await packRun(at('small'), at('again'), { int8: true })
      const stored = async (dir: string) => {
        const run = await openRunFolder(at(dir))
        await run.load([PARAMETERS])
        return parseSafetensors(run.bytes(PARAMETERS), dir).tensors
      }
      const [before, after, twice] = [await stored('run'), await stored('small'), await stored('again')]
      const rounded = [...after].filter(([, { dtype }]) => dtype === 'I8').map(([tensor]) => tensor)
      assert.ok(rounded.includes('pretrained.pieces'), name)
      assert.ok(rounded.length >= 1 + 2 * 2, `${name}: ${rounded}`)
      for (const tensor of rounded) {
        assert.deepEqual(after.get(tensor)?.shape, before.get(tensor)?.shape)
        assert.deepEqual(twice.get(tensor), after.get(tensor), `${name} ${tensor}`)
      }
      const size = (dir: string) => statSync(join(at(dir), PARAMETERS)).size
      assert.ok(size('small') < 0.55 * size('run'), `${name}: ${size('small')} of ${size('run')}`)
      await using whole = await loadTagger(at('run'), { threads: 1 })
      await using small = await loadTagger(at('small'), { threads: 1 })
      const wanted = await whole.tagProbabilities(SENTENCES)
      const found = await small.tagProbabilities(SENTENCES)
      let [far, most] = [0, 0]
      found.forEach((own, i) => {
        own.forEach((probability, k) => {
          const distance = Math.abs(probability - wanted[i][k])
          most = Math.max(most, distance)
          if (distance > 0.02) far++
          numbers++
        })
      })
      assert.ok(most > 0 && most < 0.2 && far < 0.05 * found.length * 100, `${name}: ${most}, ${far}`)
    } finally {
      folder.remove()
    }
  }
  assert.ok(numbers > FAMILIES.length * 300, String(numbers))
})

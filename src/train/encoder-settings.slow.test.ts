import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { resolveConfig } from '../config/resolve.js'
import type { PartialConfig } from '../config/schema.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { SENTENCES } from '../model/inputs/testing/sample.js'
import { readEncoderFolder } from '../run/node/read-encoder-folder.js'
import { readTrainedModel } from '../run/read-trained-model.js'
import { trained } from '../test/testing/same-run.js'
import type { LabeledCorpus } from './prepare/corpora.js'
import { temporaryFolder, trainHere } from './testing/tiny-run.js'
import { trainInMemory } from './train-in-memory.js'
import { Training } from './training.js'

const runtime = nodeRuntime()
const CORPUS: LabeledCorpus = { path: 'own', scheme: 'BIO', sentences: SENTENCES }

function configOf(family: string, pretrained: object, training: NonNullable<PartialConfig['training']> = {}) {
  return resolveConfig({
    preset: 'encoder-softmax',
    file: {
      pretrained: { folder: `oracles/encoders/${family}`, ...pretrained },
      training: { epochs: 1, threads: 1, ...training },
    },
  })
}

test('each layer has a rate of its own, and everything beside the encoder that of training', async () => {
  // Adam's first update moves each number by its rate, up to epsilon.
  const only: NonNullable<PartialConfig['training']> = {
    ...{ batchSize: 16, learningRate: 0.01, clipNorm: null, schedule: 'constant' },
    optimizer: 'adam',
  }
  const settings = { learningRate: 0.002, layerDecay: 0.5, dropout: 0, mixing: true }
  const expected: readonly (readonly [family: string, rates: readonly (readonly [RegExp, number])[]])[] = [
    [
      'bert',
      [
        [/^pretrained\.mix\./, 0.01],
        [/^pretrained\.layers\.1\./, 0.002],
        [/^pretrained\.layers\.0\./, 0.001],
        [/^pretrained\./, 0.0005],
        [/^decoder\./, 0.01],
      ],
    ],
    [
      'modernbert',
      [
        [/^pretrained\.mix\./, 0.01],
        [/^pretrained\.(finalScale|layers\.2\.)/, 0.002],
        [/^pretrained\.layers\.1\./, 0.001],
        [/^pretrained\.layers\.0\./, 0.0005],
        [/^pretrained\./, 0.00025],
        [/^decoder\./, 0.01],
      ],
    ],
    ['deberta-v3', [[/^pretrained\.(pieces|distances|distanceNorm|norm)\b/, 0.0005]]],
  ]
  let compared = 0
  for (const [family, rates] of expected) {
    const pretrained = await readEncoderFolder(`oracles/encoders/${family}`)
    const input = { config: configOf(family, settings, only), train: CORPUS, dev: null, pretrained, runtime }
    const before = Training.prepare(input).parameters
    const after = (await trained(input)).parameters
    for (const { name, value } of after.parameters) {
      const rate = rates.find(([pattern]) => pattern.test(name))?.[1]
      if (rate === undefined) continue
      const start = before.get(name).value
      const moved = value.reduce((most, x, i) => Math.max(most, Math.abs(x - start[i])), 0)
      assert.ok(Math.abs(moved - rate) < 0.01 * rate, `${family} ${name}: ${moved}, expected ${rate}`)
      compared++
    }
  }
  assert.ok(compared > 60, String(compared))
})

test('training from a tagger with an encoder may recompute, and is refused more frozen layers than there are', async () => {
  const pretrained = await readEncoderFolder('oracles/encoders/bert')
  const run = trainInMemory({
    ...{ config: configOf('bert', {}, { batchSize: 4 }), train: CORPUS, pretrained, runtime },
  })
  let next = await run.next()
  while (!next.done) next = await run.next()
  const files = next.value
  const base = await readTrainedModel({ name: 'base', read: async name => files.get(name) })
  const further = (own: { readonly frozen?: number; readonly recompute?: boolean }) => {
    const config = resolveConfig({
      model: base.config,
      file: {
        from: { model: 'base' },
        pretrained: { folder: 'oracles/encoders/bert', ...own },
        training: { epochs: 1, batchSize: 4, threads: 1, learningRate: 0.01 },
      },
    })
    return { config, train: CORPUS, dev: null, base, runtime }
  }
  const [kept, again] = [
    (await trained(further({}))).parameters,
    (await trained(further({ recompute: true }))).parameters,
  ]
  for (const { name, value } of kept.parameters)
    again.get(name).value.forEach((x, i) => {
      assert.ok(Math.abs(x - value[i]) < 1e-4, name)
    })
  assert.throws(() => Training.prepare(further({ frozen: 3 })), { code: 'train/pretrained' })
  Training.prepare(further({ frozen: 2 }))
})

test('a run that reads documents resumes only where they begin as they did', async () => {
  const folder = temporaryFolder()
  try {
    const [train, out] = ['train.conll', 'run'].map(name => join(folder.path, name))
    const sentences = SENTENCES.map(({ tokens, tags }) =>
      tokens.map((token, i) => `${token} ${tags[i]}\n`).join(''),
    )
    const write = (first: number) => {
      const parts = [sentences.slice(0, first), sentences.slice(first)]
      writeFileSync(train, parts.map(part => `-DOCSTART- O\n\n${part.join('\n')}`).join('\n'))
    }
    write(4)
    const config = resolveConfig({
      preset: 'encoder-crf-document',
      file: {
        corpus: { train, dev: null },
        pretrained: { folder: 'oracles/encoders/bert', context: 8 },
        training: { epochs: 2, batchSize: 4, threads: 1 },
      },
    })
    await trainHere({ config, out }, 3)
    const before = readFileSync(join(out, 'log.jsonl'), 'utf8')
    write(6)
    await assert.rejects(trainHere({ config, out, resume: true }), { code: 'train/resume' })
    assert.equal(readFileSync(join(out, 'log.jsonl'), 'utf8'), before)
    write(4)
    await trainHere({ config, out, resume: true })
  } finally {
    folder.remove()
  }
})

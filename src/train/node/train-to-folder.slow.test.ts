import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { resolveConfig } from '../../config/resolve.js'
import { plainCorpus } from '../../config/schema.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import type { TrainEvent } from '../../run/events.js'
import { modelBytes, temporaryFolder, tinyConfig, trainHere } from '../testing/tiny-run.js'
import { train } from './train.js'

test('the same seed gives the same bytes, another seed others', async () => {
  const folder = temporaryFolder()
  try {
    const [a, b, c] = ['a', 'b', 'c'].map(name => join(folder.path, name))
    await trainHere({ config: tinyConfig(), out: a })
    await trainHere({ config: tinyConfig(), out: b })
    await trainHere({ config: tinyConfig({ training: { seed: 2 } }), out: c })
    assert.ok(modelBytes(a).equals(modelBytes(b)))
    assert.ok(!modelBytes(a).equals(modelBytes(c)))
  } finally {
    folder.remove()
  }
})

test('what was saved tags as what was trained, for decoders, schemes and units', async () => {
  const folder = temporaryFolder()
  try {
    let cases = 0
    for (const [kind, scheme, unit] of [
      ['crf', 'IOBES', 'word'],
      ['softmax', 'BIO', 'word'],
      ['softmax', 'IO', 'character'],
      ['crf', 'BILOU', 'piece'],
      ['softmax', 'BIO', 'piece'],
    ] as const) {
      const out = join(folder.path, `${kind}-${scheme}-${unit}`)
      const config = tinyConfig({
        decoder: { kind },
        tags: { scheme },
        input: { unit: unit === 'piece' ? { kind: unit, size: 500 } : unit },
        training: { epochs: 4 },
      })
      const events = await trainHere({ config, out })
      const done = events.at(-1)
      const metrics = JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8')) as {
        dev: { exact: { micro: { f1: number } } }
      }
      assert.ok(done?.kind === 'done' && done.best)
      const losses = events.flatMap(event => (event.kind === 'epoch' ? [event.loss] : []))
      assert.ok(losses[3] < losses[0])
      assert.ok(Math.abs((done.best.f1 ?? 0) - metrics.dev.exact.micro.f1) < 1e-12)
      const tagger = await loadTagger(out)
      const text = 'Ada Lovelace wrote to Charles Babbage from London on 5 May 1843. It rained.'
      for (const entity of await tagger.tag(text)) {
        assert.equal(entity.text, text.slice(entity.start, entity.end))
        assert.ok(entity.score > 0 && entity.score <= 1)
      }
      await tagger.release()
      assert.deepEqual(readdirSync(out).sort(), [
        'README.md',
        'checkpoints',
        'config.json',
        'log.jsonl',
        'manifest.json',
        'metrics.json',
        'model.onnx',
        'model.safetensors',
        'vocab.json',
      ])
      cases++
    }
    assert.equal(cases, 5)
  } finally {
    folder.remove()
  }
})

test('training in a worker leaves the caller free, and an abort stops it with a checkpoint', async () => {
  const folder = temporaryFolder()
  try {
    const out = join(folder.path, 'run')
    const controller = new AbortController()
    let ticks = 0
    const timer = setInterval(() => ticks++, 5)
    const events: TrainEvent[] = []
    const config = tinyConfig({ training: { epochs: 500, patience: null } })
    for await (const event of train({ config, out, signal: controller.signal })) {
      events.push(event)
      if (event.kind === 'epoch' && event.epoch === 2) controller.abort()
    }
    clearInterval(timer)
    const done = events.at(-1)
    assert.ok(done?.kind === 'done' && done.reason === 'interrupted')
    assert.ok(ticks > 10, `the caller's timers ran ${ticks} times`)
    assert.ok(existsSync(join(out, 'checkpoints', 'last.safetensors')))
  } finally {
    folder.remove()
  }
})

test('class weights and focal loss show their effect', async () => {
  const folder = temporaryFolder()
  try {
    const out = join(folder.path, 'weighted')
    const decoder = { kind: 'softmax', classWeights: 'balanced', focalGamma: 2 } as const
    await trainHere({ config: tinyConfig({ decoder, tags: { scheme: 'BIO' } }), out })
    const { lossShares } = JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8')) as {
      lossShares: {
        tag: string
        weight: number
        tokenShare: number
        plainLossShare: number
        trainedLossShare: number
      }[]
    }
    const outside = lossShares[0]
    assert.equal(outside.tag, 'O')
    assert.ok(outside.weight < 1 && lossShares[1].weight > 1)
    assert.ok(
      outside.trainedLossShare < outside.plainLossShare,
      'O weighs less in the loss than without weights',
    )
    for (const field of ['tokenShare', 'plainLossShare', 'trainedLossShare'] as const)
      assert.ok(Math.abs(lossShares.reduce((sum, row) => sum + row[field], 0) - 1) < 1e-9)
    assert.match(readFileSync(join(out, 'README.md'), 'utf8'), /## Class weights and focal loss/)
  } finally {
    folder.remove()
  }
})

test('where characters are labeled, it is characters that the loss is shared among', async () => {
  const folder = temporaryFolder()
  try {
    const train = join(folder.path, 'train.conll')
    writeFileSync(train, 'Ada B-PER\nLovelace I-PER\nwrote O\n. O\n\nRome B-LOC\nfell O\n')
    const config = resolveConfig({
      file: {
        corpus: { train, dev: train },
        tags: { scheme: 'BIO' },
        input: { unit: 'character', words: { dim: 6 } },
        encoder: [{ kind: 'bilstm', hidden: 6 }],
        decoder: { kind: 'softmax', classWeights: 'balanced' },
        training: { epochs: 1, threads: 1, patience: null },
      },
    })
    const out = join(folder.path, 'run')
    await trainHere({ config, out })
    const { lossShares } = JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8'))
    // 'Ada Lovelace wrote .' and 'Rome fell' with their spaces, that within the name inside of it
    const counts = lossShares.map((row: { tag: string; tokens: number; unit: string }) => [
      row.unit,
      row.tag,
      row.tokens,
    ])
    assert.deepEqual(counts, [
      ['character', 'O', 13],
      ['character', 'I-PER', 9],
      ['character', 'B-LOC', 4],
      ['character', 'B-PER', 3],
    ])
    assert.match(
      readFileSync(join(out, 'README.md'), 'utf8'),
      /\| tag \| characters \| weight \| share of characters/,
    )
  } finally {
    folder.remove()
  }
})

test('training that fails before its first checkpoint leaves no folder', async () => {
  const folder = temporaryFolder()
  try {
    const out = join(folder.path, 'run')
    const config = tinyConfig({ training: { learningRate: 1e30, clipNorm: null } })
    await assert.rejects(trainHere({ config, out }), /expected a loss and gradients that stay finite/)
    assert.deepEqual(readdirSync(folder.path), [])
  } finally {
    folder.remove()
  }
})

test('empty tokens are trained on and tagged, whatever the unit', async () => {
  const folder = temporaryFolder()
  try {
    const train = join(folder.path, 'train.jsonl')
    writeFileSync(
      train,
      [
        { tokens: ['Ada', 'wrote', ''], tags: ['B-PER', 'O', 'O'] },
        { tokens: [''], tags: ['O'] },
        { tokens: ['', 'Rome', ''], tags: ['O', 'B-LOC', 'O'] },
      ]
        .map(record => `${JSON.stringify(record)}\n`)
        .join(''),
    )
    for (const unit of ['word', 'character', 'piece'] as const) {
      const out = join(folder.path, unit)
      const kind = unit === 'character' ? 'softmax' : 'crf'
      const { corpus, ...rest } = tinyConfig({ decoder: kind, input: { unit }, training: { batchSize: 1 } })
      const config = { ...rest, corpus: { ...corpus, train: [plainCorpus(train)], dev: null } }
      await trainHere({ config, out })
      await using tagger = await loadTagger(out, { threads: 1 })
      const [[alone], [between]] = [await tagger.tagTokens([['']]), await tagger.tagTokens([['Ada', '', '']])]
      assert.equal(alone.tags.length, 1)
      assert.equal(between.tags.length, 3)
    }
  } finally {
    folder.remove()
  }
})

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { resolveConfig } from '../../config/resolve.js'
import type { PartialConfig } from '../../config/schema.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import type { TrainEvent } from '../../run/events.js'
import { modelBytes, temporaryFolder, tinyConfig } from '../testing/tiny-run.js'
import { train } from './train.js'
import { trainToFolder } from './train-to-folder.js'
import type { TrainOptions } from './training-options.js'

async function run(options: TrainOptions, stopAfter = Number.POSITIVE_INFINITY): Promise<TrainEvent[]> {
  const events: TrainEvent[] = []
  let asked = 0
  for await (const event of trainToFolder(options, () => asked++ >= stopAfter)) events.push(event)
  return events
}

test('the same seed gives the same bytes, another seed others', async () => {
  const folder = temporaryFolder()
  try {
    const [a, b, c] = ['a', 'b', 'c'].map(name => join(folder.path, name))
    await run({ config: tinyConfig(), out: a })
    await run({ config: tinyConfig(), out: b })
    await run({ config: tinyConfig({ training: { seed: 2 } }), out: c })
    assert.ok(modelBytes(a).equals(modelBytes(b)))
    assert.ok(!modelBytes(a).equals(modelBytes(c)))
  } finally {
    folder.remove()
  }
})

test('a run stopped in the middle of an epoch and resumed ends with the bytes of one that was not', async () => {
  const folder = temporaryFolder()
  try {
    const [whole, halved] = ['whole', 'halved'].map(name => join(folder.path, name))
    const config = tinyConfig({ training: { epochs: 3 } })
    const events = await run({ config, out: whole })
    const start = events.find(event => event.kind === 'start')
    assert.ok(start && start.stepsPerEpoch > 5)
    const first = await run({ config, out: halved }, start.stepsPerEpoch + 4)
    const stopped = first.at(-1)
    assert.ok(stopped?.kind === 'done' && stopped.reason === 'interrupted')
    assert.ok(!existsSync(join(halved, 'model.onnx')), 'an unfinished run has no model')
    await assert.rejects(loadTagger(halved), /one whose training has not ended/)
    const second = await run({ config, out: halved, resume: true })
    const restart = second.find(event => event.kind === 'start')
    assert.deepEqual(restart?.kind === 'start' && restart.resumedFrom, { epoch: 2, step: 4 })
    assert.ok(modelBytes(whole).equals(modelBytes(halved)))
    const epochs = readFileSync(join(halved, 'log.jsonl'), 'utf8')
      .split('\n')
      .filter(line => line.includes('"kind":"epoch"'))
    assert.equal(epochs.length, 3)
  } finally {
    folder.remove()
  }
})

test('so does a resumed run with averaged weights, accumulated gradients and a plateau schedule', async () => {
  const folder = temporaryFolder()
  try {
    let cases = 0
    for (const averaging of [{ kind: 'ema', decay: 0.9 }, { kind: 'swa' }] as const) {
      const { kind } = averaging
      const config = tinyConfig({
        training: {
          epochs: 3,
          accumulate: 3,
          averaging,
          schedule: { kind: 'plateau', patience: 0 },
          optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true },
        },
      })
      const [whole, halved] = ['whole', 'halved'].map(name => join(folder.path, `${kind}-${name}`))
      await run({ config, out: whole })
      await run({ config, out: halved }, 6)
      await run({ config, out: halved, resume: true })
      assert.ok(modelBytes(whole).equals(modelBytes(halved)), kind)
      cases++
    }
    assert.equal(cases, 2)
  } finally {
    folder.remove()
  }
})

test('so does a run whose sentences are sampled again every epoch', async () => {
  const folder = temporaryFolder()
  try {
    const bytes: Buffer[] = []
    for (const sampling of [
      { kind: 'none' },
      { kind: 'oversample', threshold: 0.5, maxRepeat: 3 },
      { kind: 'undersample', keepEmpty: 0.6, thinAbove: 0.2 },
    ] as const) {
      const config = tinyConfig({ training: { epochs: 3, sampling } })
      const [whole, halved] = ['whole', 'halved'].map(name => join(folder.path, `${sampling.kind}-${name}`))
      const events = await run({ config, out: whole })
      const start = events.find(event => event.kind === 'start')
      assert.ok(start && start.stepsPerEpoch > 5)
      const [more, fewer] = [sampling.kind === 'oversample', sampling.kind === 'undersample']
      assert.equal(start.epochSentences > start.sentences, more)
      assert.equal(start.epochSentences < start.sentences, fewer)
      await run({ config, out: halved }, start.stepsPerEpoch + 4)
      await run({ config, out: halved, resume: true })
      assert.ok(modelBytes(whole).equals(modelBytes(halved)), sampling.kind)
      const card = readFileSync(join(whole, 'README.md'), 'utf8')
      assert.equal(/an epoch had about \d+ sentences, of \d+ in/.test(card), sampling.kind !== 'none')
      bytes.push(modelBytes(whole))
    }
    assert.equal(bytes.length, 3)
    assert.ok(!bytes[0].equals(bytes[1]) && !bytes[0].equals(bytes[2]))
  } finally {
    folder.remove()
  }
})

test('a run killed at any moment and resumed ends with the same bytes', async () => {
  const folder = temporaryFolder()
  try {
    const config = tinyConfig({ training: { epochs: 25, patience: null } })
    const whole = join(folder.path, 'whole')
    await run({ config, out: whole })
    let kills = 0
    for (const delay of [0, 150, 400]) {
      const out = join(folder.path, `killed-${delay}`)
      const script = `
        import { train } from ${JSON.stringify(new URL('./train.js', import.meta.url).href)}
        for await (const event of train(${JSON.stringify({ config, out })})) {
          if (event.kind === 'checkpoint') process.stdout.write('checkpoint\\n')
        }`
      const file = join(folder.path, `train-${delay}.mjs`)
      writeFileSync(file, script)
      const child = spawn(process.execPath, [file])
      await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
      await new Promise(resolve => setTimeout(resolve, delay))
      const exited = once(child, 'exit')
      if (child.exitCode === null) {
        child.kill('SIGKILL')
        await exited
      }
      if (!existsSync(join(out, 'model.safetensors'))) {
        kills++
        await run({ config, out, resume: true })
      }
      assert.ok(modelBytes(whole).equals(modelBytes(out)), `killed ${delay} ms after the first checkpoint`)
    }
    assert.ok(kills > 0, 'no run was killed before its end')
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
      const events = await run({ config, out })
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
    await run({ config: tinyConfig({ decoder, tags: { scheme: 'BIO' } }), out })
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
    await run({ config, out })
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

test('a run killed before its first checkpoint begins again', async () => {
  const folder = temporaryFolder()
  try {
    const [whole, killed] = ['whole', 'killed'].map(name => join(folder.path, name))
    const config = tinyConfig()
    await run({ config, out: whole })
    // What such a kill leaves: the first events were yielded, and no step was taken.
    const events = trainToFolder({ config, out: killed }, () => false)
    while ((await events.next()).value?.kind !== 'start');
    await events.return(undefined)
    assert.deepEqual(readdirSync(join(killed, 'checkpoints')), [])
    const [told] = await run({ config, out: killed, resume: true })
    assert.ok(
      told.kind === 'warning' && /no checkpoint yet: training starts from the beginning/.test(told.message),
    )
    assert.ok(modelBytes(whole).equals(modelBytes(killed)))
    // A finished run without checkpoints is not started again, and stays as it is.
    rmSync(join(killed, 'checkpoints'), { recursive: true })
    await assert.rejects(
      run({ config, out: killed, resume: true }),
      /expected a checkpoint, got no such file/,
    )
    assert.ok(modelBytes(whole).equals(modelBytes(killed)))
  } finally {
    folder.remove()
  }
})

test('training that fails before its first checkpoint leaves no folder', async () => {
  const folder = temporaryFolder()
  try {
    const out = join(folder.path, 'run')
    const config = tinyConfig({ training: { learningRate: 1e30, clipNorm: null } })
    await assert.rejects(run({ config, out }), /expected a loss and gradients that stay finite/)
    assert.deepEqual(readdirSync(folder.path), [])
  } finally {
    folder.remove()
  }
})

test('a run resumes only with its own settings and its own parts of the data', async () => {
  const folder = temporaryFolder()
  try {
    const out = join(folder.path, 'run')
    await run({ config: tinyConfig(), out })
    const before = modelBytes(out)
    const others: readonly (readonly [PartialConfig, RegExp])[] = [
      [
        { training: { learningRate: 0.02 } },
        /training\.learningRate: expected 0\.01, as the run in .*, got 0\.02; /,
      ],
      [
        { training: { optimizer: { kind: 'adamw', weightDecay: 0.1 } } },
        /training\.optimizer\.kind: expected "adam"/,
      ],
      [{ input: { dropout: 0.9 } }, /input\.dropout: expected /],
      [{ encoder: [{ kind: 'bilstm', hidden: 9 }] }, /encoder\.0\.hidden: expected 8, /],
    ]
    for (const [more, message] of others)
      await assert.rejects(run({ config: tinyConfig(more), out, resume: true }), message)
    // The first sentences of the one part are the last of the other: all sentences in a row are the same.
    const { corpus } = tinyConfig()
    const [train, dev] = [corpus.train, corpus.dev].map(path => readFileSync(path ?? '', 'utf8'))
    const lines = dev.split('\n').filter(line => line !== '' && line !== '-DOCSTART-')
    const moved = { train: join(folder.path, 'train.markup'), dev: join(folder.path, 'dev.markup') }
    writeFileSync(moved.train, `${train.trimEnd()}\n${lines[0]}\n`)
    writeFileSync(moved.dev, lines.slice(1).join('\n'))
    const config = { ...tinyConfig(), corpus: { ...corpus, ...moved } }
    await assert.rejects(run({ config, out, resume: true }), /got other content/)
    assert.ok(modelBytes(out).equals(before))
    await (await loadTagger(out)).release()
    // The same data elsewhere is the same run.
    writeFileSync(moved.train, train)
    writeFileSync(moved.dev, dev)
    await run({ config, out, resume: true })
  } finally {
    folder.remove()
  }
})

test('a finished run that is trained further is unfinished until it ends again', async () => {
  const folder = temporaryFolder()
  try {
    const out = join(folder.path, 'run')
    await run({ config: tinyConfig(), out })
    await run({ config: tinyConfig({ training: { epochs: 4 } }), out, resume: true }, 5)
    await assert.rejects(loadTagger(out), /one whose training has not ended/)
    await run({ config: tinyConfig({ training: { epochs: 4 } }), out, resume: true })
    await (await loadTagger(out)).release()
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
      const config = { ...rest, corpus: { ...corpus, train, dev: null } }
      await run({ config, out })
      await using tagger = await loadTagger(out, { threads: 1 })
      const [[alone], [between]] = [await tagger.tagTokens([['']]), await tagger.tagTokens([['Ada', '', '']])]
      assert.equal(alone.tags.length, 1)
      assert.equal(between.tags.length, 3)
    }
  } finally {
    folder.remove()
  }
})

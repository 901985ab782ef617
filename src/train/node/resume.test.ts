import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { PartialConfig } from '../../config/schema.js'
import { plainCorpus } from '../../config/schema.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { modelBytes, temporaryFolder, tinyConfig, trainHere } from '../testing/tiny-run.js'
import { trainToFolder } from './train-to-folder.js'

test('a run stopped in the middle of an epoch and resumed ends with the bytes of one that was not', async () => {
  const folder = temporaryFolder()
  try {
    const [whole, halved] = ['whole', 'halved'].map(name => join(folder.path, name))
    const config = tinyConfig({ training: { epochs: 3 } })
    const events = await trainHere({ config, out: whole })
    const start = events.find(event => event.kind === 'start')
    assert.ok(start && start.stepsPerEpoch > 5)
    const first = await trainHere({ config, out: halved }, start.stepsPerEpoch + 4)
    const stopped = first.at(-1)
    assert.ok(stopped?.kind === 'done' && stopped.reason === 'interrupted')
    assert.ok(!existsSync(join(halved, 'model.onnx')), 'an unfinished run has no model')
    await assert.rejects(loadTagger(halved), /one whose training has not ended/)
    const second = await trainHere({ config, out: halved, resume: true })
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
      await trainHere({ config, out: whole })
      await trainHere({ config, out: halved }, 6)
      await trainHere({ config, out: halved, resume: true })
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
      const events = await trainHere({ config, out: whole })
      const start = events.find(event => event.kind === 'start')
      assert.ok(start && start.stepsPerEpoch > 5)
      const [more, fewer] = [sampling.kind === 'oversample', sampling.kind === 'undersample']
      assert.equal(start.epochSentences > start.sentences, more)
      assert.equal(start.epochSentences < start.sentences, fewer)
      await trainHere({ config, out: halved }, start.stepsPerEpoch + 4)
      await trainHere({ config, out: halved, resume: true })
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
    await trainHere({ config, out: whole })
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
        await trainHere({ config, out, resume: true })
      }
      assert.ok(modelBytes(whole).equals(modelBytes(out)), `killed ${delay} ms after the first checkpoint`)
    }
    assert.ok(kills > 0, 'no run was killed before its end')
  } finally {
    folder.remove()
  }
})

test('a run killed before its first checkpoint begins again', async () => {
  const folder = temporaryFolder()
  try {
    const [whole, killed] = ['whole', 'killed'].map(name => join(folder.path, name))
    const config = tinyConfig()
    await trainHere({ config, out: whole })
    // What such a kill leaves: the first events were yielded, and no step was taken.
    const events = trainToFolder({ config, out: killed }, () => false)
    while ((await events.next()).value?.kind !== 'start');
    await events.return(undefined)
    assert.deepEqual(readdirSync(join(killed, 'checkpoints')), [])
    const [first] = await trainHere({ config, out: killed, resume: true })
    assert.ok(first.kind === 'warning' && first.code === 'no-checkpoint')
    assert.ok(modelBytes(whole).equals(modelBytes(killed)))
    // A finished run without checkpoints is not started again, and stays as it is.
    rmSync(join(killed, 'checkpoints'), { recursive: true })
    await assert.rejects(
      trainHere({ config, out: killed, resume: true }),
      /expected a run folder with checkpoints, got a folder without/,
    )
    assert.ok(modelBytes(whole).equals(modelBytes(killed)))
  } finally {
    folder.remove()
  }
})

test('a run resumes only with its own settings and its own parts of the data', async () => {
  const folder = temporaryFolder()
  try {
    const out = join(folder.path, 'run')
    await trainHere({ config: tinyConfig(), out })
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
      await assert.rejects(trainHere({ config: tinyConfig(more), out, resume: true }), message)
    // The first sentences of the one part are the last of the other: all sentences in a row are the same.
    const { corpus } = tinyConfig()
    const [train, dev] = [corpus.train[0].file, corpus.dev].map(path => readFileSync(path ?? '', 'utf8'))
    const lines = dev.split('\n').filter(line => line !== '' && line !== '-DOCSTART-')
    const moved = { train: join(folder.path, 'train.markup'), dev: join(folder.path, 'dev.markup') }
    writeFileSync(moved.train, `${train.trimEnd()}\n${lines[0]}\n`)
    writeFileSync(moved.dev, lines.slice(1).join('\n'))
    const config = {
      ...tinyConfig(),
      corpus: { ...corpus, train: [plainCorpus(moved.train)], dev: moved.dev },
    }
    await assert.rejects(trainHere({ config, out, resume: true }), /got other content/)
    assert.ok(modelBytes(out).equals(before))
    await (await loadTagger(out)).release()
    // The same data elsewhere is the same run.
    writeFileSync(moved.train, train)
    writeFileSync(moved.dev, dev)
    await trainHere({ config, out, resume: true })
  } finally {
    folder.remove()
  }
})

test('a finished run that is trained further is unfinished until it ends again', async () => {
  const folder = temporaryFolder()
  try {
    const out = join(folder.path, 'run')
    await trainHere({ config: tinyConfig(), out })
    await trainHere({ config: tinyConfig({ training: { epochs: 4 } }), out, resume: true }, 5)
    await assert.rejects(loadTagger(out), /one whose training has not ended/)
    await trainHere({ config: tinyConfig({ training: { epochs: 4 } }), out, resume: true })
    await (await loadTagger(out)).release()
  } finally {
    folder.remove()
  }
})

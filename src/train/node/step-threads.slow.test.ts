import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import type { PartialConfig } from '../../config/schema.js'
import { nodeRuntime } from '../../engine/runtime/node/ort-node.js'
import { readEncoderFolder } from '../../run/node/read-encoder-folder.js'
import type { RunStore } from '../../run/run-store.js'
import type { GradientJob, Helpers } from '../loop/side-by-side.js'
import type { UpdateGradients } from '../loop/updates.js'
import { Replica, type ReplicaData } from '../step/replica.js'
import { modelBytes, temporaryFolder, tinyConfig, trainHere } from '../testing/tiny-run.js'
import { Training } from '../training.js'
import { loadCorpora } from './load-corpora.js'
import { startStepThreads } from './step-threads.js'

const ENCODER = 'oracles/encoders/bert'

/** An encoder under a layer for each token, as in the presets `encoder-softmax` and `encoder-crf`. */
const FINE_TUNING = { pretrained: { folder: ENCODER }, encoder: [], input: { dropout: 0 } } as const

async function prepared(
  more: PartialConfig,
  startHelpers: Parameters<typeof Training.prepare>[0]['startHelpers'],
) {
  const config = tinyConfig(more)
  const { corpora } = await loadCorpora(config.corpus, config.input.columns)
  // An even number, so that the halves of an epoch are of the same size.
  const train = corpora.train.map(one => ({ ...one, sentences: one.sentences.slice(0, 50) }))
  const pretrained = config.pretrained ? { pretrained: await readEncoderFolder(ENCODER) } : {}
  return Training.prepare({
    config,
    ...corpora,
    train,
    ...pretrained,
    dev: null,
    runtime: nodeRuntime(),
    startHelpers,
  })
}

/** Keeps nothing. */
const NO_STORE = {
  append: () => {},
  save: async () => {},
  saveBest: async () => {},
  finish: async () => {},
} as unknown as RunStore

async function valuesAfter(training: Training): Promise<Float32Array> {
  for await (const _ of training.run(NO_STORE));
  return Float32Array.from(training.parameters.parameters.flatMap(({ value }) => [...value]))
}

/** Gradients whose arrays are their own. */
function ownGradients(gradients: UpdateGradients): UpdateGradients {
  const rowGradients = gradients.rowGradients.map(({ name, rows, gradient }) => ({
    name,
    rows: rows.slice(),
    gradient: gradient.slice(),
  }))
  return { ...gradients, rowGradients }
}

/** What the threads do, in this thread, one after another. */
class Twin implements Helpers {
  private jobs: readonly GradientJob[] = []
  private dense: (readonly Float32Array[])[] = []

  constructor(
    private readonly replicas: readonly Replica[],
    private readonly parameters: Training['parameters'],
  ) {}

  get count(): number {
    return this.replicas.length
  }

  private copied(from: Training['parameters']): Float32Array[] {
    return from.dense.map(({ slots }) => Float32Array.from(slots.gradient ?? []))
  }

  private put(to: Training['parameters'], gradients: readonly Float32Array[]): void {
    to.dense.forEach(({ slots }, i) => void slots.gradient?.set(gradients[i]))
  }

  begin(jobs: readonly GradientJob[], clipNorm: number | null): void {
    this.jobs = jobs
    this.clipNorm = clipNorm
  }
  private clipNorm: number | null = null

  async finish(own: UpdateGradients): Promise<readonly UpdateGradients[]> {
    const all = [ownGradients(own)]
    this.dense = [this.copied(this.parameters)]
    for (const [i, job] of this.jobs.slice(1).entries()) {
      all.push(ownGradients(await this.replicas[i].gradients(job)))
      this.dense.push(this.copied(this.replicas[i].parameters))
    }
    for (const replica of this.replicas)
      for (const [i, each] of all.entries()) {
        this.put(replica.parameters, this.dense[i])
        replica.apply(each, { learningRate: this.jobs[i].learningRate, clipNorm: this.clipNorm })
      }
    return all
  }

  load(job: number): void {
    this.put(this.parameters, this.dense[job])
  }

  async release(): Promise<void> {
    for (const replica of this.replicas) await replica.release()
  }
}

const startTwin = async (data: ReplicaData, count: number, parameters: Training['parameters']) => {
  const replicas: Replica[] = []
  for (let i = 0; i < count; i++) replicas.push(await Replica.create(structuredClone(data), nodeRuntime()))
  return new Twin(replicas, parameters)
}

test('threads compute what one thread computes one after another, to the last bit, and end with the same parameters', async () => {
  let cases = 0
  for (const [workers, more, network = {}] of [
    [2, {}],
    [3, { accumulate: 2, averaging: { kind: 'ema' } }],
    [2, { optimizer: { kind: 'sgd', momentum: 0.9, rowUpdates: 'lazy' }, maxSteps: 5 }],
    [2, { maxSteps: 7 }, { ...FINE_TUNING, decoder: 'softmax' }],
    [2, { maxSteps: 6, optimizer: { rowUpdates: 'dense' } }, { ...FINE_TUNING, decoder: 'crf' }],
  ] as const) {
    const all = { ...network, training: { workers, epochs: 2, ...more } }
    const values = await valuesAfter(await prepared(all, startStepThreads))
    assert.deepEqual(values, await valuesAfter(await prepared(all, startTwin)))
    assert.ok(values.every(Number.isFinite))
    cases++
  }
  assert.equal(cases, 5)
})

test('side by side, two updates of plain gradient descent are one of the sum of their gradients', async () => {
  const calm = { input: { dropout: 0, words: { dim: 12, dropout: 0 } } }
  const encoder = [{ kind: 'bilstm', hidden: 8, dropout: 0 }] as const
  const common = {
    epochs: 1,
    optimizer: { kind: 'sgd' },
    schedule: { kind: 'constant' },
    clipNorm: null,
    averaging: { kind: 'none' },
  } as const
  const { sentences } = (await prepared({}, undefined)).prepared
  assert.equal(sentences.length % 2, 0)
  // An epoch of two batches, which are the same ones with any number of workers.
  const batchSize = Math.ceil(sentences.length / 2)
  const at = (training: object) => ({
    ...calm,
    encoder,
    training: { ...common, batchSize, ...training },
  })
  const one = await valuesAfter(
    await prepared(at({ learningRate: 0.02, accumulate: 2, maxSteps: 1 }), undefined),
  )
  const two = await valuesAfter(
    await prepared(at({ learningRate: 0.01, workers: 2, maxSteps: 2 }), startStepThreads),
  )
  const start = (await prepared(at({ learningRate: 0.01 }), undefined)).parameters.parameters
  const before = Float32Array.from(start.flatMap(({ value }) => [...value]))
  let [gap, moved] = [0, 0]
  for (let i = 0; i < one.length; i++) {
    gap = Math.max(gap, Math.abs(one[i] - two[i]))
    moved = Math.max(moved, Math.abs(one[i] - before[i]))
  }
  assert.ok(moved > 0.1 && gap < 1e-6, `moved by ${moved}, ${gap} apart`)
})

test('a replica has the gradients of the training, whatever its inputs', async () => {
  const folder = temporaryFolder()
  try {
    const vectors = join(folder.path, 'vectors.txt')
    const words = ['the', 'to', 'london', 'ada', ...Array.from({ length: 50 }, (_, i) => `w${i}`)]
    const line = (word: string, i: number) =>
      `${word} ${Array.from({ length: 12 }, (_, d) => Math.sin(i + d).toFixed(4)).join(' ')}`
    writeFileSync(vectors, `${words.map(line).join('\n')}\n`)
    const { readWordVectors } = await import('../../run/node/read-word-vectors.js')
    // The same encoder as a graph.
    const graph = join(folder.path, 'graph')
    mkdirSync(graph)
    for (const file of ['config.json', 'tokenizer.json'])
      copyFileSync(`${ENCODER}/${file}`, join(graph, file))
    copyFileSync('oracles/onnx-encoders/bert-18-dynamo.onnx', join(graph, 'model.onnx'))
    const cases: readonly PartialConfig[] = [
      {},
      { input: { charCnn: null, charLstm: { dim: 5, hidden: 4 } }, decoder: 'softmax' },
      { input: { unit: { kind: 'piece', size: 400 } } },
      { input: { words: { dim: 12, vectors: { file: vectors, fineTune: false } } } },
      { pretrained: { folder: ENCODER }, encoder: [] },
      { pretrained: { folder: ENCODER, frozen: 1 }, encoder: [] },
      { pretrained: { folder: graph }, encoder: [] },
    ]
    let compared = 0
    for (const more of cases) {
      const config = tinyConfig(more)
      const { corpora } = await loadCorpora(config.corpus, config.input.columns)
      const given = config.input.words.vectors && (await readWordVectors(vectors, { dim: 12 }))
      let data: ReplicaData | undefined
      const training = Training.prepare({
        config: { ...config, training: { ...config.training, workers: 2 } },
        ...corpora,
        ...(given && { vectors: given }),
        ...(config.pretrained && { pretrained: await readEncoderFolder(config.pretrained.folder) }),
        runtime: nodeRuntime(),
        startHelpers: async (own: ReplicaData) => {
          data = structuredClone(own)
          throw new Error('enough')
        },
      })
      const step = await training.createStep()
      await assert.rejects(valuesAfter(training), /enough/)
      assert.ok(data)
      const replica = await Replica.create(data, nodeRuntime())
      const batch = [0, 5, 9, 3]
      const { rowGradients, loss } = await step.run(
        batch.map(i => training.prepared.sentences[i]),
        Random.fromSeed(3),
      )
      const own = await replica.gradients({
        batches: [batch],
        learningRate: 1,
        random: Random.fromSeed(3).state(),
      })
      assert.equal(own.loss, loss)
      assert.deepEqual(own.rowGradients, rowGradients)
      for (const [i, { slots }] of training.parameters.dense.entries())
        assert.deepEqual(replica.parameters.dense[i].slots.gradient, slots.gradient)
      await Promise.all([replica.release(), step.release()])
      compared++
    }
    assert.equal(compared, cases.length)
  } finally {
    folder.remove()
  }
})

test('a run with threads that was stopped and resumed ends with the bytes of one that was not', async () => {
  const folder = temporaryFolder()
  try {
    const [whole, again, halved] = ['whole', 'again', 'halved'].map(name => join(folder.path, name))
    const config = tinyConfig({ training: { epochs: 3, workers: 2 } })
    await trainHere({ config, out: whole })
    await trainHere({ config, out: again })
    assert.ok(modelBytes(whole).equals(modelBytes(again)))
    const first = await trainHere({ config, out: halved }, 9)
    const stopped = first.at(-1)
    assert.ok(stopped?.kind === 'done' && stopped.reason === 'interrupted')
    await trainHere({ config, out: halved, resume: true })
    assert.ok(modelBytes(whole).equals(modelBytes(halved)))
  } finally {
    folder.remove()
  }
})

test('where there are no threads, workers are refused', async () => {
  await assert.rejects(prepared({ training: { workers: 2 } }, undefined), { code: 'train/workers' })
})

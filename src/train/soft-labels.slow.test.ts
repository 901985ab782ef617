import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import { resolveConfig } from '../config/resolve.js'
import type { PartialConfig } from '../config/schema.js'
import { loadCorpus } from '../corpus/node/read-corpus.js'
import type { Sentence } from '../corpus/sentence.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { SENTENCES } from '../model/inputs/testing/sample.js'
import { softLabels } from '../recognize/soft-labels.js'
import { randomTagger } from '../recognize/testing/random-tagger.js'
import { transitions } from '../tags/transitions.js'
import { probabilitiesInMemory, trained, trainingLoss } from '../test/testing/same-run.js'
import { expectedSteps } from './step/soft-labels.js'
import { modelBytes, temporaryFolder, tinyConfig, trainHere } from './testing/tiny-run.js'
import { Training } from './training.js'

const runtime = nodeRuntime()
const decoders = [
  { kind: 'crf' },
  { kind: 'softmax' },
  { kind: 'softmax', classWeights: { 'S-PER': 2, O: 0.5 }, labelSmoothing: 0.1 },
] as const

const configOf = (more: PartialConfig) =>
  resolveConfig({
    file: {
      tags: { scheme: 'IOBES' },
      input: { dropout: 0, words: { dim: 4, dropout: 0 } },
      encoder: [{ kind: 'bilstm', hidden: 3, dropout: 0 }],
      training: { threads: 1 },
      ...more,
    },
  })

/** The sample with soft tags of a teacher with random weights, and of sharper ones. */
async function taught(): Promise<readonly Sentence[]> {
  const teacher = await randomTagger()
  try {
    return await softLabels([teacher], SENTENCES)
  } finally {
    await teacher.release()
  }
}

test('gradients of the loss on soft tags equal finite differences', async () => {
  const sentences = await taught()
  let numbers = 0
  for (const unit of ['word', 'piece'] as const)
    for (const decoder of decoders) {
      const config = configOf({ decoder, input: { unit, dropout: 0, words: { dim: 4, dropout: 0 } } })
      const train = { path: 'own', scheme: 'BIO', sentences } as const
      const training = Training.prepare({ config, train, dev: null, runtime })
      const batch = training.prepared.sentences
      assert.ok(batch.every(({ soft }) => soft))
      const step = await training.createStep()
      try {
        await step.run(batch, Random.fromSeed(1))
        const gradients = new Map(
          training.parameters.parameters.map(({ name, slots }) => [name, slots.gradient?.slice()]),
        )
        for (const name of [
          'decoder.weight',
          'decoder.bias',
          'decoder.transitions',
          'decoder.start',
          'decoder.end',
        ]) {
          const gradient = gradients.get(name)
          if (!gradient) continue
          const value = training.value(name)
          for (let k = 0; k < value.length; k += 3) {
            const before = value[k]
            const at = async (shift: number) => {
              value[k] = before + shift
              const { loss } = await step.run(batch, Random.fromSeed(1))
              value[k] = before
              return loss
            }
            const difference = ((await at(0.02)) - (await at(-0.02))) / 0.04
            assert.ok(
              Math.abs(difference - gradient[k]) < 2e-3 * (1 + Math.abs(gradient[k])),
              `${decoder.kind} ${name}[${k}]: ${difference}, ${gradient[k]}`,
            )
            numbers++
          }
        }
      } finally {
        await step.release()
      }
    }
  assert.ok(numbers > 150, String(numbers))
})

test('the loss of a CRF is the mean of −log p over all taggings, each as likely as the soft tags say', async () => {
  const sentences = (await taught()).map(({ tokens, tags, soft = [], lines }) => ({
    ...{ tokens: tokens.slice(0, 3), tags: tags.slice(0, 3), soft: soft.slice(0, 3), lines },
  }))
  const config = configOf({ decoder: 'crf' })
  const train = { path: 'own', scheme: 'BIO', sentences } as const
  const training = Training.prepare({ config, train, dev: null, runtime })
  const { definition, sentences: batch } = training.prepared
  const count = definition.tags.length
  const loss = await trainingLoss(training, batch)
  await using tagger = await training.createTagger()
  const logits = await tagger.unitLogits(batch)
  const value = (name: string) => training.value(`decoder.${name}`)
  const legal = transitions(definition.tags, 'IOBES').allowed.flat()
  let [sum, paths] = [0, 0]
  batch.forEach(({ soft, tags: { length } }, i) => {
    assert.ok(soft)
    const all = Array.from({ length: count ** length }, (_, n) =>
      Array.from({ length }, (_unused, t) => Math.floor(n / count ** t) % count),
    )
    const scoreOf = (path: readonly number[]) =>
      path.reduce(
        (score, tag, t) =>
          score +
          logits[i].logits[t * count + tag] +
          (t > 0 ? value('transitions')[path[t - 1] * count + tag] : value('start')[tag]),
        value('end')[path[length - 1]],
      )
    const logZ = Math.log(all.reduce((z, path) => z + Math.exp(scoreOf(path)), 0))
    // The chain whose pairs are those of the soft tags.
    const pairs = Array.from({ length: length - 1 }, () => new Float64Array(count * count))
    for (let t = 0; t + 1 < length; t++)
      expectedSteps(
        {
          starts: soft.starts.slice(t, t + 3).map(start => start - soft.starts[t]),
          tags: soft.tags.slice(soft.starts[t], soft.starts[t + 2]),
          probabilities: soft.probabilities.slice(soft.starts[t], soft.starts[t + 2]),
        },
        legal,
        count,
        (from, to, probability) => {
          pairs[t][from * count + to] += probability
        },
      )
    const single = (t: number, tag: number) => {
      for (let at = soft.starts[t]; at < soft.starts[t + 1]; at++)
        if (soft.tags[at] === tag) return soft.probabilities[at]
      return 0
    }
    for (const path of all) {
      let probability = length === 1 ? single(0, path[0]) : 1
      for (let t = 0; t + 1 < length; t++) {
        const given = t === 0 ? 1 : single(t, path[t])
        if (given === 0) probability = 0
        else probability *= pairs[t][path[t] * count + path[t + 1]] / given
      }
      sum += probability * (logZ - scoreOf(path))
      paths++
    }
  })
  assert.ok(paths > 100)
  assert.ok(Math.abs(loss - sum / batch.length) < 2e-3 * loss, `${loss}, ${sum / batch.length}`)
})

test('a student imitates a teacher of random weights, and the mean of two', async () => {
  const teachers = [await randomTagger(), await randomTagger()]
  try {
    // Held to the scheme, a softmax would have other probabilities than those that it learned.
    for (const decoder of [{ kind: 'crf' }, { kind: 'softmax', constrained: false }] as const) {
      const sentences = await softLabels(decoder.kind === 'crf' ? teachers.slice(0, 1) : teachers, SENTENCES)
      const config = configOf({
        decoder,
        input: { dropout: 0, words: { dim: 12, dropout: 0 } },
        encoder: [{ kind: 'bilstm', hidden: 12, dropout: 0 }],
        training: { epochs: 150, batchSize: 4, learningRate: 0.03, threads: 1, averaging: 'none' },
      })
      const train = { path: 'own', scheme: 'BIO', sentences } as const
      const student = await trained({ config, train, dev: null, runtime })
      const found = await probabilitiesInMemory(student, SENTENCES, runtime)
      const { tags } = student.prepared.definition
      let [far, most] = [0, 0]
      found.forEach((own, i) => {
        own.forEach((probability, at) => {
          const soft = sentences[i].soft?.[Math.floor(at / tags.length)] ?? {}
          const distance = Math.abs(probability - (soft[tags[at % tags.length]] ?? 0))
          most = Math.max(most, distance)
          if (distance > 0.02) far++
        })
      })
      assert.ok(most < 0.1 && far < 20, `${decoder.kind}: ${most}, ${far}`)
    }
  } finally {
    for (const teacher of teachers) await teacher.release()
  }
})

test('a file of soft tags: read, learned from beside labels, stopped and resumed to the same bytes', async () => {
  const folder = temporaryFolder()
  try {
    const file = join(folder.path, 'soft.jsonl')
    const sentences = await taught()
    writeFileSync(
      file,
      sentences.map(({ tokens, tags, soft }) => `${JSON.stringify({ tokens, tags, soft })}\n`).join(''),
    )
    const read = await loadCorpus(file)
    assert.deepEqual(
      read.sentences.map(({ soft }) => soft),
      sentences.map(({ soft }) => soft),
    )
    assert.deepEqual(read.notes, [])
    const { corpus } = tinyConfig()
    const types = ['LOC', 'ORG', 'PER', 'DATE', 'MISC']
    const all = new Set([
      ...types,
      ...sentences
        .flatMap(({ soft = [] }) => soft.flatMap(own => Object.keys(own)))
        .filter(tag => tag !== 'O')
        .map(tag => tag.slice(2)),
    ])
    const trainOn = (marked: readonly string[]) => ({
      ...tinyConfig(),
      corpus: {
        ...corpus,
        train: [...corpus.train, { ...corpus.train[0], file }].map(own => ({ ...own, types: [...marked] })),
      },
    })
    const [first] = corpus.train
    const labeled = await loadCorpus(first.file)
    for (const own of labeled.sentences) for (const tag of own.tags) if (tag !== 'O') all.add(tag.slice(2))
    const config = trainOn([...all])
    const [whole, parts] = ['whole', 'parts'].map(name => join(folder.path, name))
    await trainHere({ config, out: whole })
    await trainHere({ config, out: parts }, 4)
    await trainHere({ config, out: parts, resume: true })
    assert.ok(modelBytes(whole).equals(modelBytes(parts)))
    // Other probabilities are other data.
    await trainHere({ config, out: join(folder.path, 'other') }, 4)
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(/"soft":.*/, match => match.replace(/0\.\d+/, '0.1')),
    )
    const refused = trainHere({ config, out: join(folder.path, 'other'), resume: true })
    await assert.rejects(refused, (error: { code: string }) =>
      ['train/resume', 'corpus/rows'].includes(error.code),
    )
  } finally {
    folder.remove()
  }
})

test('soft tags that cannot be learned from are refused', async () => {
  const sentences = await taught()
  const soft = { path: 'soft', scheme: 'BIO', sentences } as const
  const prepare = (config: ReturnType<typeof configOf>, train: readonly object[]) =>
    Training.prepare({ config, train: train as never, dev: null, runtime })
  const refused = { code: 'train/soft' }
  assert.throws(() => prepare(configOf({ tags: { scheme: 'BIO' } }), [soft]), refused)
  assert.throws(
    () => prepare(configOf({ decoder: 'softmax', input: { unit: 'character' } }), [soft]),
    refused,
  )
  assert.throws(() => prepare(configOf({}), [{ ...soft, map: { PER: ['ORG'] } }]), refused)
  const partly = { path: 'part', scheme: 'BIO', types: ['PER'], sentences: SENTENCES }
  assert.throws(() => prepare(configOf({}), [soft, partly]), refused)
})

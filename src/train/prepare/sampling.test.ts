import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatMessage } from '../../base/fault.js'
import { Random } from '../../base/random.js'
import { resolveConfig } from '../../config/resolve.js'
import type { Sentence } from '../../corpus/sentence.js'
import { nodeRuntime } from '../../engine/runtime/node/ort-node.js'
import type { TrainEvent } from '../../run/events.js'
import type { TrainedFiles } from '../../run/memory-store.js'
import { trainInMemory } from '../train-in-memory.js'
import type { LabeledCorpus } from './corpora.js'
import { prepareTraining } from './prepare.js'
import { createSampler, stepsPerEpoch } from './sampling.js'

const { sampling } = resolveConfig({}).training
const OVERSAMPLE = { kind: 'oversample', threshold: 0.05, maxRepeat: 4 } as const
const UNDERSAMPLE = { kind: 'undersample', keepEmpty: 0.5, thinAbove: null } as const
const TAGS = ['O', 'B-A', 'I-A', 'B-B', 'B-C-D']

/** 1,000 sentences: 400 with A, 20 with B (10 of them with A too), 2 with C-D, the rest without any. */
const sentences = Array.from({ length: 1000 }, (_, i) => {
  const tags = [0, 0]
  if (i < 400) tags.push(1, 2)
  if (i >= 390 && i < 410) tags.push(3)
  if (i >= 500 && i < 502) tags.push(4, 4)
  return { tags: Int32Array.from(tags) }
})

test('repeat factors follow from how many sentences hold a type', () => {
  const sampler = createSampler({ ...OVERSAMPLE, maxRepeat: 4 }, sentences, TAGS)
  assert.ok(sampler)
  const b = Math.sqrt(0.05 / 0.02)
  // √(0.05 / 0.002) = 5, which is more than allowed.
  const expected = (i: number) => (i === 500 || i === 501 ? 4 : i >= 390 && i < 410 ? b : 1)
  sampler.rates.forEach((rate, i) => {
    assert.ok(Math.abs(rate - expected(i)) < 1e-12, `sentence ${i}: ${rate}`)
  })
  assert.ok(Math.abs(sampler.expected - (978 + 20 * b + 2 * 4)) < 1e-9)
  const under = createSampler({ ...UNDERSAMPLE, keepEmpty: 0.3 }, sentences, TAGS)
  assert.deepEqual(
    [...(under?.rates ?? [])],
    sentences.map((_, i) => (i < 410 || i === 500 || i === 501 ? 1 : 0.3)),
  )
  assert.equal(createSampler(sampling, sentences, TAGS), undefined)
})

test('sentences are thinned by how common their rarest type is', () => {
  const thinning = { ...UNDERSAMPLE, keepEmpty: 0.3 } as const
  const sampler = createSampler({ ...thinning, thinAbove: 0.01 }, sentences, TAGS)
  assert.ok(sampler)
  // A is in 0.4 of the sentences, B in 0.02, C-D in 0.002; those with A and B go by B.
  const [a, b] = [Math.sqrt(0.01 / 0.4), Math.sqrt(0.01 / 0.02)]
  const expected = (i: number) =>
    i < 390 ? a : i < 410 ? b : i === 500 || i === 501 ? 1 : thinning.keepEmpty
  sampler.rates.forEach((rate, i) => {
    assert.ok(Math.abs(rate - expected(i)) < 1e-12, `sentence ${i}: ${rate}`)
  })
  assert.ok(Math.abs(sampler.expected - (390 * a + 20 * b + 2 + 588 * 0.3)) < 1e-9)

  // Sentences of an epoch by type, over many epochs: the rarer a type, the larger its share becomes.
  const random = Random.fromSeed(2)
  const epochs = 300
  const counts = { a: 0, b: 0, c: 0, none: 0 }
  for (let epoch = 0; epoch < epochs; epoch++)
    for (const i of sampler.draw(random))
      counts[i < 390 ? 'a' : i < 410 ? 'b' : i === 500 || i === 501 ? 'c' : 'none']++
  assert.equal(counts.c, 2 * epochs)
  assert.ok(Math.abs(counts.b / epochs / (20 * b) - 1) < 0.03, `${counts.b}`)
  assert.ok(Math.abs(counts.a / epochs / (390 * a) - 1) < 0.03, `${counts.a}`)
  assert.ok(Math.abs(counts.none / epochs / (588 * 0.3) - 1) < 0.03, `${counts.none}`)

  const all = createSampler({ ...thinning, keepEmpty: 1, thinAbove: 0.5 }, sentences, TAGS)
  assert.ok(all?.rates.every(rate => rate === 1))
})

test('drawn as often as the factors say, by the generator alone', () => {
  let checked = 0
  for (const kind of ['oversample', 'undersample'] as const) {
    const sampler = createSampler(kind === 'oversample' ? OVERSAMPLE : UNDERSAMPLE, sentences, TAGS)
    assert.ok(sampler)
    const epochs = 400
    const counts = new Float64Array(sentences.length)
    const random = Random.fromSeed(5)
    let total = 0
    for (let epoch = 0; epoch < epochs; epoch++) {
      const state = random.state()
      const drawn: number[] = sampler.draw(random)
      if (epoch === 7) {
        assert.deepEqual(sampler.draw(Random.fromState(state)), drawn)
        assert.notDeepEqual(sampler.draw(Random.fromSeed(6)), drawn)
      }
      for (const [place, index] of drawn.entries()) {
        assert.ok(place === 0 || index >= drawn[place - 1])
        counts[index]++
      }
      total += drawn.length
    }
    counts.forEach((count, i) => {
      const rate = sampler.rates[i]
      const part = rate - Math.floor(rate)
      const deviation = Math.sqrt(epochs * part * (1 - part))
      assert.ok(Math.abs(count - epochs * rate) <= 5 * deviation + 1e-6, `${kind} ${i}: ${count} of ${rate}`)
      checked++
    })
    assert.ok(Math.abs(total / epochs / sampler.expected - 1) < 0.01)
  }
  assert.equal(checked, 2000)
})

test('an epoch is never empty, and its updates are counted in whole batches', () => {
  const none = [{ tags: Int32Array.of(0) }, { tags: Int32Array.of(0, 0) }]
  const sampler = createSampler({ ...UNDERSAMPLE, keepEmpty: 0 }, none, TAGS)
  assert.equal(sampler?.expected, 1)
  assert.equal(sampler?.draw(Random.fromSeed(1)).length, 1)
  assert.equal(stepsPerEpoch(33, { batchSize: 8, accumulate: 1 }), 5)
  assert.equal(stepsPerEpoch(33, { batchSize: 8, accumulate: 2 }), 3)
})

const sentence = (words: string, tags: string, line: number): Sentence => ({
  tokens: words.split(' '),
  tags: tags.split(' '),
  lines: [line],
})

function corpusOf(list: readonly Sentence[]): LabeledCorpus {
  return { path: 'notes', scheme: 'BIO', sentences: list }
}

async function trained(train: LabeledCorpus, kind: 'none' | 'undersample') {
  const config = resolveConfig({
    file: {
      input: { words: { dim: 8 } },
      encoder: [{ kind: 'bilstm', hidden: 6 }],
      training: {
        epochs: 3,
        batchSize: 4,
        threads: 1,
        sampling: kind === 'none' ? kind : { kind, keepEmpty: 0 },
      },
    },
  })
  const run = trainInMemory({ config, train, runtime: nodeRuntime() })
  const events: TrainEvent[] = []
  let next: IteratorResult<TrainEvent, TrainedFiles> = await run.next()
  for (; !next.done; next = await run.next()) events.push(next.value)
  const start = events.find(event => event.kind === 'start')
  assert.ok(start?.kind === 'start')
  return { model: next.value.get('model.safetensors'), start }
}

test('without its empty sentences a corpus trains as if they were not there', async () => {
  const full: Sentence[] = []
  const random = Random.fromSeed(3)
  for (let i = 0; i < 15; i++) {
    const words = Array.from({ length: 2 + random.below(5) }, () => `w${random.below(12)}`)
    full.push(sentence(words.join(' '), ['B-A', ...words.slice(1).map(() => 'O')].join(' '), i + 1))
  }
  // Each once more without its entity: the vocabulary stays what it was.
  const doubled = full.flatMap(own => [own, { ...own, tags: own.tags.map(() => 'O') }])
  const plain = await trained(corpusOf(full), 'none')
  const sampled = await trained(corpusOf(doubled), 'undersample')
  const all = await trained(corpusOf(doubled), 'none')
  assert.ok(plain.model && sampled.model && all.model)
  assert.deepEqual(sampled.model, plain.model)
  assert.notDeepEqual(all.model, plain.model)
  assert.deepEqual(
    [plain, sampled, all].map(({ start }) => [start.sentences, start.epochSentences, start.stepsPerEpoch]),
    [
      [15, 15, 4],
      [30, 15, 4],
      [30, 30, 8],
    ],
  )
})

test('sampling without an effect has a note', () => {
  const train = corpusOf([sentence('Ada wrote', 'B-A O', 1), sentence('Bob too', 'B-A O', 2)])
  let told = 0
  for (const kind of ['oversample', 'undersample', 'none'] as const) {
    const config = resolveConfig({ file: { training: { sampling: { kind } } } })
    const { notes } = prepareTraining({ config, train, dev: null })
    const found = notes.filter(({ code }) => code === 'sampling-without-effect')
    assert.equal(found.length, kind === 'none' ? 0 : 1)
    for (const { message } of found) {
      assert.match(formatMessage(message), /has no effect on notes: /)
      told++
    }
  }
  assert.equal(told, 2)
  const config = resolveConfig({ file: { training: { sampling: { kind: 'undersample', thinAbove: 1 } } } })
  const { notes } = prepareTraining({ config, train, dev: null })
  assert.match(
    formatMessage(notes[0]?.message ?? ''),
    /no sentence's rarest type is in more than .*thinAbove \(1\)/,
  )
  const once = { kind: 'oversample', threshold: 1, maxRepeat: 1 } as const
  const [told1] = prepareTraining({
    config: resolveConfig({ file: { training: { sampling: once } } }),
    train: corpusOf([sentence('Ada wrote', 'B-A O', 1), sentence('too late', 'O O', 2)]),
    dev: null,
  }).notes
  assert.match(formatMessage(told1?.message ?? ''), /training\.sampling\.maxRepeat is 1$/)
})

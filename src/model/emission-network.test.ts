import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import { resolveConfig } from '../config/resolve.js'
import type { PartialConfig } from '../config/schema.js'
import { ENCODER_BLOCK_DEFAULTS } from '../config/testing/block-defaults.js'
import { ParameterStore } from '../engine/optim/parameter-store.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { referenceRuntime } from '../engine/runtime/reference/reference.js'
import type { Runtime } from '../engine/runtime/runtime.js'
import type { AttentionMap } from './attention-map.js'
import { EmissionNetwork } from './emission-network.js'
import { buildInferenceGraph } from './inference-graph.js'
import { UnitTable } from './inputs/unit-table.js'
import { parameterSpecs, type TaggerDefinition } from './tagger-definition.js'
import { buildVocabularies, taggerInputs } from './vocabularies.js'

const WORDS = [
  'Ada',
  'wrote',
  'to',
  'Charles',
  'Babbage',
  'from',
  'London',
  '.',
  'on',
  '5',
  'May',
  '1843',
  'x',
]

/** A network with the unitTable that encode its sentences. */
interface Encoding {
  emissions(sentences: readonly (readonly string[])[]): Promise<Float32Array[]>
  attention(sentence: readonly string[]): Promise<AttentionMap[]>
  release(): Promise<void>
}

function network(layers: number, runtime: Runtime, window?: number): Promise<[Encoding, number]> {
  const input = { words: { dim: 6 }, shape: { dim: 3 }, affixes: { dim: 2 }, charCnn: { dim: 4, filters: 5 } }
  return networkOf({ input, encoder: [{ kind: 'bilstm', hidden: 7, layers }] }, runtime, window)
}

async function networkOf(
  file: PartialConfig,
  runtime: Runtime,
  window?: number,
): Promise<[Encoding, number]> {
  const config = resolveConfig({ file })
  const vocabularies = buildVocabularies(
    { sentences: [WORDS, WORDS], types: ['PER', 'LOC'], scheme: 'BIO' },
    config,
  )
  const inputs = taggerInputs(config, vocabularies)
  const definition: TaggerDefinition = { inputs, tags: vocabularies.tags, config }
  const store = new ParameterStore(parameterSpecs(definition), { random: Random.fromSeed(3) })
  const model = buildInferenceGraph(definition, name => store.get(name).value)
  const { length } = vocabularies.tags
  const unitTable = new UnitTable(inputs)
  const net = await EmissionNetwork.create(model, unitTable, length, runtime, { threads: 1, window })
  const own: Encoding = {
    emissions: sentences => net.emissions(sentences.map(tokens => unitTable.encode(tokens))),
    attention: tokens => net.attention(unitTable.encode(tokens)),
    release: () => net.release(),
  }
  return [own, length]
}

function sentence(seed: number, length: number): string[] {
  const random = Random.fromSeed(seed)
  return Array.from({ length }, () =>
    random.float() < 0.1 ? 'unheard-of' : WORDS[random.below(WORDS.length)],
  )
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  assert.equal(a.length, b.length)
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0)
}

for (const [name, runtime] of [
  ['node', nodeRuntime],
  ['reference', referenceRuntime],
] as const)
  test(`a sentence gets the same logits alone and in a batch of other lengths (${name})`, async () => {
    let compared = 0
    for (const layers of [1, 2]) {
      const [net] = await network(layers, runtime())
      const sentences = [3, 1, 17, 8, 1, 30].map((length, i) => sentence(i, length))
      const together = await net.emissions(sentences)
      for (const [i, tokens] of sentences.entries()) {
        const [alone] = await net.emissions([tokens])
        assert.ok(largestDifference(alone, together[i]) < 1e-5)
        compared++
      }
      await net.release()
    }
    assert.equal(compared, 12)
  })

test('onnxruntime-node and the reference runtime give the same logits', async () => {
  const [node] = await network(1, nodeRuntime())
  const [reference] = await network(1, referenceRuntime())
  const sentences = [5, 12, 1].map((length, i) => sentence(10 + i, length))
  const a = await node.emissions(sentences)
  const b = await reference.emissions(sentences)
  for (let i = 0; i < sentences.length; i++) assert.ok(largestDifference(a[i], b[i]) < 1e-5)
  await node.release()
})

test('a sentence of 10,000 tokens is tagged whole, as its parts would be', async () => {
  const [net, tags] = await network(1, nodeRuntime())
  const tokens = sentence(99, 10_000)
  const [whole] = await net.emissions([tokens])
  assert.equal(whole.length, 10_000 * tags)
  assert.ok(whole.every(Number.isFinite))
  // An LSTM of this size has forgotten what is 300 tokens away.
  for (const middle of [500, 4000, 4096, 8000, 9700]) {
    const from = Math.max(0, middle - 300)
    const [part] = await net.emissions([tokens.slice(from, middle + 300)])
    const own = part.subarray((middle - from) * tags, (middle - from + 1) * tags)
    assert.ok(
      largestDifference(own, whole.subarray(middle * tags, (middle + 1) * tags)) < 1e-4,
      `token ${middle}`,
    )
  }
  await net.release()
})

test('a smaller window gives what the larger one gives, where memory does not reach that far', async () => {
  const tokens = sentence(5, 900)
  const [small] = await network(1, nodeRuntime(), 300)
  const [large] = await network(1, nodeRuntime())
  const [a] = await small.emissions([tokens])
  const [b] = await large.emissions([tokens])
  const difference = largestDifference(a, b)
  assert.ok(difference > 0 && difference < 1e-4, `${difference}`)
  await Promise.all([small.release(), large.release()])
})

test('no sentences and empty sentences are fine', async () => {
  const [net] = await network(1, nodeRuntime())
  assert.deepEqual(await net.emissions([]), [])
  const [empty, one] = await net.emissions([[], ['Ada']])
  assert.equal(empty.length, 0)
  assert.ok(one.length > 0)
  await net.release()
})

test('attention maps: what each head looked at, token by token, for words and for pieces', async () => {
  const encoder = [
    { ...ENCODER_BLOCK_DEFAULTS.bilstm, hidden: 4 },
    { ...ENCODER_BLOCK_DEFAULTS.attention, score: { kind: 'multi-head' as const, heads: 2, dim: 4 } },
  ]
  for (const unit of ['word', 'piece'] as const) {
    const [net] = await networkOf({ encoder, input: { unit, words: { dim: 6 } } }, nodeRuntime())
    const tokens = sentence(3, 7)
    const maps = await net.attention(tokens)
    assert.deepEqual(await net.attention([]), [])
    assert.deepEqual(
      maps.map(({ name }) => name),
      ['encoder.1, head 1', 'encoder.1, head 2'],
    )
    for (const { weights } of maps) {
      assert.equal(weights.length, 49)
      for (let row = 0; row < 7; row++) {
        const sum = weights.subarray(row * 7, row * 7 + 7).reduce((a, b) => a + b)
        assert.ok(Math.abs(sum - 1) < 1e-5)
      }
    }
    assert.ok(largestDifference(maps[0].weights, maps[1].weights) > 1e-4)
    await net.release()
  }
  const [plain] = await network(1, nodeRuntime())
  assert.deepEqual(await plain.attention(['Ada']), [])
  await plain.release()
  const [narrow] = await networkOf({ encoder }, nodeRuntime(), 300)
  await assert.rejects(narrow.attention(sentence(1, 301)), { code: 'predict/argument' })
  await narrow.release()
})

test('tweets in pieces: user names and addresses are one piece each, and none is learned from them', () => {
  const { input } = resolveConfig({
    file: { input: { unit: { kind: 'piece', size: 100 }, words: { normalize: 'tweets' } } },
  })
  const sentences = [['@ada_l', 'saw', 'www.example.org/zzz', 'saw']]
  const vocabularies = buildVocabularies({ sentences, types: ['PER'], scheme: 'BIO' }, { input })
  const { units } = taggerInputs({ input }, vocabularies)
  assert.deepEqual(units.split(['@bob', 'saw', 'http://x.org']).texts, ['<USR>', 'saw', '<URL>'])
  const { trained } = vocabularies.inputs.words
  assert.ok(trained.has('<USR>') && trained.has('<URL>'))
  assert.ok(!vocabularies.merges?.some(merge => merge.some(piece => /[z@_]/.test(piece))))
})

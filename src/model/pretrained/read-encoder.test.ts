import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { parseSafetensors, type StoredTensor, toSafetensors } from '../../engine/optim/safetensors.js'
import { parseArchitecture, parseEncoderConfig } from './architecture.js'
import type { EncoderFiles } from './encoder-files.js'
import { readEncoder } from './read-encoder.js'

const FOLDER = 'oracles/encoders/bert'
const CONFIG = readFileSync(`${FOLDER}/config.json`)
const TOKENIZER = readFileSync(`${FOLDER}/tokenizer.json`)
const { tensors: TENSORS } = parseSafetensors(readFileSync(`${FOLDER}/model.safetensors`), 'bert')

function filesOf(files: Readonly<Record<string, Uint8Array | string | object>>): EncoderFiles {
  const all = new Map(
    Object.entries({ 'config.json': CONFIG, 'tokenizer.json': TOKENIZER, ...files }).map(
      ([name, content]) => [
        name,
        content instanceof Uint8Array
          ? content
          : new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content)),
      ],
    ),
  )
  return { name: 'own', read: name => all.get(name) }
}

/** What 16 bits stand for, by the letter of IEEE 754; with 8 bits of exponent, bfloat16. */
function numberOf(bits: number, exponentBits: 5 | 8): number {
  const fractionBits = 15 - exponentBits
  const bias = 2 ** (exponentBits - 1) - 1
  const sign = bits >> 15 ? -1 : 1
  const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1)
  const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits
  return exponent === 0 ? sign * fraction * 2 ** (1 - bias) : sign * (1 + fraction) * 2 ** (exponent - bias)
}

test('numbers of 16 bits, names of a checkpoint with a head, and weights in several files', async () => {
  const random = Random.fromSeed(3)
  const query = 'encoder.layer.1.attention.self.query.weight'
  let compared = 0
  for (const [dtype, exponentBits] of [
    ['F16', 5],
    ['BF16', 8],
  ] as const) {
    const hasValue = (bits: number) =>
      ((bits >> (15 - exponentBits)) & (2 ** exponentBits - 1)) !== 2 ** exponentBits - 1
    const bitsOf = ({ shape }: StoredTensor) =>
      Uint16Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
        let bits = random.below(65_536)
        while (!hasValue(bits)) bits = random.below(65_536)
        return bits
      })
    const all = [...TENSORS].map(([name, tensor]): [string, StoredTensor] => [
      `bert.${name}`,
      { dtype, shape: tensor.shape, data: bitsOf(tensor) },
    ])
    const head: [string, StoredTensor] = [
      'classifier.weight',
      { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) },
    ]
    const parts = [[head, ...all.slice(0, 9)], all.slice(9)]
    const names = parts.map((_, i) => `model-0000${i + 1}-of-00002.safetensors`)
    const weightMap = Object.fromEntries(parts.flatMap((part, i) => part.map(([name]) => [name, names[i]])))
    const several = Object.fromEntries(names.map((name, i) => [name, toSafetensors(new Map(parts[i]))]))
    const whole = await readEncoder(filesOf({ 'model.safetensors': toSafetensors(new Map(parts.flat())) }))
    const split = await readEncoder(
      filesOf({ ...several, 'model.safetensors.index.json': { metadata: {}, weight_map: weightMap } }),
    )
    assert.equal(split.file, 'model.safetensors.index.json')
    assert.deepEqual(split.weights, whole.weights)
    const stored = new Map(all)
    const pieces = whole.weights.get('pretrained.pieces') as Float32Array
    const rows = (stored.get('bert.embeddings.word_embeddings.weight') as StoredTensor).data as Uint16Array
    rows.forEach((bits, i) => {
      assert.equal(pieces[i], numberOf(bits, exponentBits))
      compared++
    })
    // Turned, and beside keys and values.
    const qkv = whole.weights.get('pretrained.layers.1.attention.qkv') as Float32Array
    const queries = (stored.get(`bert.${query}`) as StoredTensor).data as Uint16Array
    queries.forEach((bits, i) => {
      assert.equal(qkv[(i % 16) * 48 + Math.floor(i / 16)], numberOf(bits, exponentBits))
      compared++
    })
  }
  assert.equal(compared, 2 * (402 * 16 + 16 * 16))
})

test('an encoder whose parts do not fit is refused, and says what is wrong', async () => {
  const weights = toSafetensors(TENSORS)
  const tokenizer = JSON.parse(TOKENIZER.toString())
  const config = JSON.parse(CONFIG.toString())
  const { special_tokens: specials, ...template } = tokenizer.post_processor
  const [[mark, own]] = Object.entries<object>(specials)
  const around = (change: object) => ({
    ...tokenizer,
    post_processor: { ...tokenizer.post_processor, ...change },
  })
  const index = (map: object) => ({ 'model.safetensors.index.json': { weight_map: map } })
  const cases: readonly (readonly [files: Parameters<typeof filesOf>[0], message: RegExp])[] = [
    [
      {
        'model.safetensors': weights,
        'tokenizer.json': around({ special_tokens: { ...specials, [mark]: { ...own, ids: [402] } } }),
      },
      /the id 402/,
    ],
    [
      {
        'model.safetensors': weights,
        'tokenizer.json': around({ single: [...Array(80).fill(template.single[0]), template.single[1]] }),
      },
      /special pieces/,
    ],
    [{ 'model.safetensors': weights, 'config.json': { ...config, vocab_size: 401 } }, /of at most 401/],
    [{ 'model.safetensors': weights, 'config.json': '['.repeat(100) }, /config\.json/],
    [index({ a: 'other.safetensors' }), /other\.safetensors/],
    [index({ a: '/etc/model.safetensors' }), /same folder/],
    [index({ a: '..\\model.safetensors' }), /same folder/],
    [index({ a: '.model.safetensors' }), /same folder/],
    [index({ a: 7 }), /same folder/],
    [index({}), /embeddings\.word_embeddings/],
  ]
  let refused = 0
  for (const [files, message] of cases) {
    await assert.rejects(async () => readEncoder(filesOf(files)), { code: 'model/file', message })
    refused++
  }
  assert.equal(refused, 10)
})

test('wavelengths of rotary positions need not be whole numbers, and a run keeps them', () => {
  const config = JSON.parse(readFileSync('oracles/encoders/modernbert/config.json', 'utf8'))
  const own = parseEncoderConfig(
    {
      ...config,
      rope_parameters: { full_attention: { rope_theta: 1234.5 }, sliding_attention: { rope_theta: 99.5 } },
    },
    'config.json',
  )
  assert.deepEqual([own.rotary?.global, own.rotary?.local], [1234.5, 99.5])
  assert.deepEqual(parseArchitecture(JSON.parse(JSON.stringify(own)), 'vocab.json'), own)
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ModelFileError } from '../../base/model-file-error.js'
import { Random } from '../../base/random.js'
import { type ParameterSpec, ParameterStore } from './parameter-store.js'
import { parseSafetensors, type StoredTensor, toSafetensors } from './safetensors.js'
import { checkpointTensors, restoreCheckpoint, restoreValues, valueTensors } from './store-tensors.js'

/** Written by oracles/safetensors_files.py. */
const oracle = JSON.parse(
  readFileSync(new URL('../../../oracles/safetensors-files.json', import.meta.url), 'utf8'),
) as {
  readonly written: Readonly<
    Record<
      string,
      {
        readonly file: string
        readonly metadata: Readonly<Record<string, string>>
        readonly tensors: readonly (readonly [string, readonly number[], string])[]
      }
    >
  >
  readonly refused: Readonly<Record<string, string>>
}

/** A copy at an odd address, or an aligned one. */
function decode(base64: string, shift = 0): Uint8Array {
  const bytes = Buffer.from(base64, 'base64')
  const copy = new Uint8Array(bytes.length + shift).subarray(shift)
  copy.set(bytes)
  return copy
}

function bytesOf({ data }: StoredTensor): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')
}

test('reads what the reference implementation writes, and writes the same bytes', () => {
  let tensors = 0
  for (const [name, { file, metadata, tensors: expected }] of Object.entries(oracle.written))
    for (const shift of [0, 1]) {
      const read = parseSafetensors(decode(file, shift), name)
      assert.deepEqual(read.metadata, metadata)
      assert.equal(read.tensors.size, expected.length)
      for (const [key, shape, data] of expected) {
        const tensor = read.tensors.get(key) ?? assert.fail(`${name}: no ${key}`)
        assert.deepEqual(tensor.shape, shape)
        assert.equal(bytesOf(tensor), data)
        tensors++
      }
      const shuffled = new Map(Random.fromSeed(1).shuffle([...read.tensors]))
      assert.equal(Buffer.from(toSafetensors(shuffled, read.metadata)).toString('base64'), file, name)
    }
  assert.equal(Object.keys(oracle.written).length, 7)
  assert.equal(tensors, 2 * (1 + 12 + 3 + 13 + 1 + 0 + 3))
})

test('refuses by name what the reference implementation refuses', () => {
  const cases = Object.entries(oracle.refused)
  assert.equal(cases.length, 22)
  for (const [name, file] of cases)
    assert.throws(
      () => parseSafetensors(decode(file), 'model.safetensors'),
      (error: unknown) =>
        error instanceof ModelFileError && error.message.startsWith('model.safetensors: expected'),
      name,
    )
})

test('cut anywhere, it is refused', () => {
  const file = toSafetensors(
    new Map([['weight', { dtype: 'F32', shape: [3], data: Float32Array.of(1, 2, 3) }]]),
    { k: 'v' },
  )
  for (let length = 0; length < file.length; length++)
    assert.throws(() => parseSafetensors(file.slice(0, length), 'm'), ModelFileError)
  assert.equal(parseSafetensors(file, 'm').tensors.size, 1)
})

test('names given twice and a header that starts otherwise are refused, as the format demands', () => {
  const file = (header: string) => {
    const text = Buffer.from(header)
    const head = Buffer.alloc(8)
    head.writeBigUInt64LE(BigInt(text.length))
    return new Uint8Array(Buffer.concat([head, text]))
  }
  const empty = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}'
  assert.equal(parseSafetensors(file(`{"a":${empty}}`), 'm').tensors.size, 1)
  assert.throws(
    () => parseSafetensors(file(`{"a":${empty},"\\u0061":${empty}}`), 'm'),
    /every key once in its header, got "a" twice/,
  )
  assert.throws(() => parseSafetensors(file(` {"a":${empty}}`), 'm'), /begins with "\{"/)
})

test('tensors that do not fit their shape are not written', () => {
  const write = (tensor: StoredTensor, name = 'a') => toSafetensors(new Map([[name, tensor]]))
  assert.throws(() => write({ dtype: 'F32', shape: [2], data: new Float32Array(3) }), /3 elements/)
  assert.throws(() => write({ dtype: 'F32', shape: [2], data: new Float64Array(2) }), /F32 \[2\]/)
  assert.throws(
    () => write({ dtype: 'U8', shape: [0], data: new Uint8Array(0) }, '__metadata__'),
    /cannot be/,
  )
})

const SPECS: readonly ParameterSpec[] = [
  { name: 'table', shape: [5, 3], initial: { kind: 'normal', deviation: 1 }, sparseRows: true },
  { name: 'weight', shape: [3, 2], initial: { kind: 'normal', deviation: 1 } },
  { name: 'fixed', shape: [], initial: { kind: 'constant', value: 2 }, trainable: false },
]
const create = (seed: number, specs = SPECS) =>
  new ParameterStore(specs, {
    random: Random.fromSeed(seed),
    slots: ['gradient', 'moment1', 'moment2', 'average'],
  })

test('a store goes through a file and back, moments included', () => {
  const store = create(1)
  for (const { slots } of store.parameters)
    for (const view of Object.values(slots)) view.set(view.map((_, i) => i + view.byteOffset))
  const file = toSafetensors(checkpointTensors(store))
  const again = create(2)
  restoreCheckpoint(again, parseSafetensors(file, 'm').tensors, 'm')
  assert.deepEqual(toSafetensors(checkpointTensors(again)), file)
  assert.equal(checkpointTensors(store).size, 3 + 2 * 3)
  const values = create(3)
  restoreValues(values, valueTensors(store), 'm')
  assert.deepEqual(toSafetensors(valueTensors(values)), toSafetensors(valueTensors(store)))
})

test('tensors of another model are refused, each named, and nothing is copied', () => {
  const store = create(1)
  const before = toSafetensors(valueTensors(store))
  const other = create(2, [
    { ...SPECS[0], shape: [6, 3] },
    SPECS[1],
    { name: 'bias', shape: [2], initial: { kind: 'zeros' } },
  ])
  assert.throws(
    () => restoreValues(store, valueTensors(other), 'a.safetensors'),
    (error: unknown) =>
      error instanceof ModelFileError &&
      error.faults.length === 3 &&
      /a.safetensors: expected tensor "table" as F32 \[5,3\], got F32 \[6,3\]/.test(error.message) &&
      /"fixed" as F32 \[\], got none/.test(error.message) &&
      /no other tensors, got "bias"/.test(error.message),
  )
  assert.deepEqual(toSafetensors(valueTensors(store)), before)
})

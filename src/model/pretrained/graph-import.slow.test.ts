import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { isInputError } from '../../base/errors.js'
import { sizeOf } from '../../engine/graph/tensor.js'
import { decodeModel } from '../../engine/onnx/decode.js'
import { encodeModel } from '../../engine/onnx/encode.js'
import type { OutsideData } from '../../engine/onnx/tensors.js'
import { WireWriter } from '../../engine/onnx/wire.js'
import { importCheckpoint } from '../../run/node/import-checkpoint.js'
import { readEncoderFolder } from '../../run/node/read-encoder-folder.js'
import { temporaryFolder } from '../../train/testing/tiny-run.js'
import { parseArchitecture } from './architecture.js'
import { importGraph } from './graph-import.js'

const bytesOf = (name: string) => new Uint8Array(readFileSync(`oracles/onnx-encoders/${name}.onnx`))
const NEEDS = {
  ...{ outputs: ['last_hidden_state'], positions: 72, firstPosition: 0, padding: 0, vocabulary: 600 },
} as const
const nothing: OutsideData = { read: () => undefined }
const read = (bytes: Uint8Array, outside = nothing) => importGraph({ bytes, outside, where: 'x' }, NEEDS)

test('a weight that is stored twice is one parameter', () => {
  const { graph, initializers } = decodeModel(bytesOf('albert-17-script'))
  // The exporter's own file shares the weights of layers: here each product has a copy of its own.
  const shared = Object.entries(initializers).filter(([name]) => /MatMul/.test(name))
  assert.ok(shared.length > 5)
  const plain = read(bytesOf('albert-17-script'))
  const doubled = read(withCopies(bytesOf('albert-17-script')))
  assert.deepEqual([...doubled.weights.keys()].sort(), [...plain.weights.keys()].sort())
  for (const [name, values] of plain.weights) assert.deepEqual(doubled.weights.get(name), values, name)
  assert.ok(graph.nodes.length > 0)
})

/** The same model, in which each product but the first of a weight reads a copy of it. */
function withCopies(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1')
  const names = new Map<string, number>()
  const nodes = text.replace(/onnx::MatMul_\d+/g, name => {
    const count = names.get(name) ?? 0
    names.set(name, count + 1)
    // Of the same length, so that the bytes around it stay right; the first stays, and so does the stored tensor, the last.
    return name
  })
  const repeated = [...names].filter(([, count]) => count > 2).map(([name]) => name)
  assert.ok(repeated.length > 5)
  const own = Buffer.from(nodes, 'latin1')
  for (const name of repeated) {
    const at = own.indexOf(name)
    own.write(name.replace('onnx', 'copy'), at, 'latin1')
  }
  const { graph } = messages(own)
  return appended(own, graph, repeated)
}

/** Where the graph's message is in a model. */
function messages(bytes: Buffer): {
  readonly graph: { readonly start: number; readonly end: number; readonly key: number }
} {
  let at = 0
  const varint = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const key = at
    const tag = varint()
    if ((tag & 7) === 0) varint()
    else {
      const length = varint()
      if (tag >> 3 === 7) return { graph: { start: at, end: at + length, key } }
      at += length
    }
  }
  throw new Error('no graph')
}

/** Adds copies of stored tensors to the graph, under their other names. */
function appended(
  bytes: Buffer,
  { start, end, key }: { readonly start: number; readonly end: number; readonly key: number },
  names: readonly string[],
): Uint8Array {
  const { initializers } = decodeModel(new Uint8Array(bytesOf('albert-17-script')))
  const graph = [bytes.subarray(start, end)]
  for (const name of names) {
    const { shape, data } = initializers[name]
    const tensor = new WireWriter()
    for (const dim of shape) tensor.int(1, dim)
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    tensor.int(2, 1).string(8, name.replace('onnx', 'copy')).bytes(9, raw)
    graph.push(Buffer.from(new WireWriter().message(5, tensor).finish()))
  }
  const whole = new WireWriter().bytes(7, Buffer.concat(graph)).finish()
  return Buffer.concat([bytes.subarray(0, key), whole, bytes.subarray(end)])
}

test('what a run keeps of a graph is text that gives the same graph, and nothing else is taken', () => {
  const { architecture } = read(bytesOf('bert-18-dynamo'))
  const kept = JSON.parse(JSON.stringify(architecture))
  assert.deepEqual(parseArchitecture(kept, 'x'), architecture)
  const graphWith = (change: (text: string) => string) =>
    btoa(change(Buffer.from(kept.graph, 'base64').toString('latin1')))
  const cases: readonly object[] = [
    { graph: '*' },
    { graph: 'AAAA' },
    { graph: kept.graph.slice(0, 4000) },
    { graph: graphWith(text => text.replaceAll('pretrained.model.encoder', 'pretrainex.model.encoder')) },
    { graph: graphWith(text => text.replace('states', 'sfates')) },
    {
      graph: btoa(
        String.fromCharCode(
          ...encodeModel(decodeModel(bytesOf('distilbert-17-script')).graph).subarray(0, 9),
        ),
      ),
    },
    { width: 17 },
    { embedding: 0 },
    { layers: 1 },
    { layerOf: {} },
    { positions: 3 },
    { readsIds: 'no' },
    { padding: -1 },
    { vocabulary: 1e12 },
  ]
  for (const change of cases)
    assert.throws(
      () => parseArchitecture({ ...kept, ...change }, 'x'),
      { code: 'model/file' },
      JSON.stringify(change).slice(0, 60),
    )
})

test('damaged files are refused with one message, whatever the damage', () => {
  const bytes = bytesOf('distilbert-18-dynamo')
  let refused = 0
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, by, isCut) => {
      const damaged = isCut
        ? bytes.slice(0, at)
        : Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ by : byte))
      try {
        const { weights } = read(damaged)
        assert.ok(weights.size > 0)
      } catch (error) {
        assert.ok(isInputError(error), `${error}`)
        assert.equal(error.code, 'model/file')
        refused++
      }
    }),
    { numRuns: 150, seed: 9 },
  )
  assert.ok(refused > 60, String(refused))
})

/** A model of nodes and stored tensors, written by hand. */
function handmade(
  nodes: readonly (readonly [kind: string, inputs: readonly string[], output: string])[],
  tensors: readonly WireWriter[] = [],
): Uint8Array {
  const info = (name: string, type: number) => {
    const dims = new WireWriter()
    for (const dim of ['b', 't']) dims.message(1, new WireWriter().string(2, dim))
    return new WireWriter()
      .string(1, name)
      .message(2, new WireWriter().message(1, new WireWriter().int(1, type).message(2, dims)))
  }
  const graph = new WireWriter()
  for (const [kind, inputs, output] of nodes) {
    const node = new WireWriter()
    for (const input of inputs) node.string(1, input)
    graph.message(1, node.string(2, output).string(4, kind))
  }
  for (const own of tensors) graph.message(5, own)
  graph.message(11, info('input_ids', 7)).message(12, info('last_hidden_state', 1))
  return new WireWriter()
    .int(1, 8)
    .message(7, graph)
    .message(8, new WireWriter().string(1, '').int(2, 17))
    .finish()
}

const table = (shape: readonly number[], more: (own: WireWriter) => WireWriter) => {
  const own = new WireWriter()
  for (const dim of shape) own.int(1, dim)
  return more(own.int(2, 1).string(8, 'table'))
}
const outsideTable = (location: string, offset = '0') =>
  table([9, 4], own => {
    for (const [key, value] of Object.entries({ location, offset, length: '144' }))
      own.message(13, new WireWriter().string(1, key).string(2, value))
    return own.int(14, 1)
  })
const lookUp = [['Gather', ['table', 'input_ids'], 'last_hidden_state']] as const

/** Graphs inside graphs, each the body of a node. */
function nested(depth: number): WireWriter {
  const graph = new WireWriter()
  if (depth === 0) return graph
  const body = new WireWriter()
    .string(1, 'body')
    .message(6, nested(depth - 1))
    .int(20, 5)
  return graph.message(1, new WireWriter().string(2, 'y').string(4, 'Scan').message(5, body))
}

test('hostile files are refused before anything large is allocated or another file is opened', () => {
  const opened: string[] = []
  const outside: OutsideData = {
    read: location => {
      opened.push(location)
      return undefined
    },
  }
  const deep = new WireWriter()
    .int(1, 8)
    .message(7, nested(200))
    .message(8, new WireWriter().string(1, '').int(2, 17))
  const many = new WireWriter().int(1, 8).bytes(
    7,
    Uint8Array.from({ length: 2_400_000 }, (_, i) => (i % 2 === 0 ? 10 : 0)),
  )
  const cases: readonly (readonly [name: string, bytes: Uint8Array, message: RegExp])[] = [
    ['a cycle', handmade([['Add', ['a', 'b'], 'b'], ['Add', ['b', 'b'], 'a'], ...lookUp], []), /made before/],
    [
      'a huge shape',
      handmade(lookUp, [table([2 ** 40, 2 ** 20], own => own.bytes(9, new Uint8Array(64)))]),
      /cells/,
    ],
    ['a shape below 0', handmade(lookUp, [table([-4, 4], own => own.bytes(9, new Uint8Array(64)))]), /shape/],
    ['a path up', handmade(lookUp, [outsideTable('../secret')]), /same folder/],
    ['an absolute path', handmade(lookUp, [outsideTable('/etc/passwd')]), /same folder/],
    ['a path down', handmade(lookUp, [outsideTable('a/b')]), /same folder/],
    ['a hidden file', handmade(lookUp, [outsideTable('.ssh')]), /same folder/],
    ['an offset that is none', handmade(lookUp, [outsideTable('data', '-1')]), /offset/],
    ['graphs in graphs', deep.finish(), /deep|loops|stack/i],
    ['millions of fields', many.finish(), /too many fields/],
    [
      'types of 4 bits',
      handmade(lookUp, [table([4, 4], own => own.int(2, 22).bytes(9, new Uint8Array(8)))]),
      /int4/,
    ],
    ['a loop', handmade([['Loop', ['input_ids'], 'last_hidden_state']]), /Loop/],
    ['no look-up', handmade([['Cast', ['input_ids'], 'last_hidden_state']]), /./],
  ]
  for (const [name, bytes, message] of cases)
    assert.throws(() => read(bytes, outside), { code: 'model/file', message }, name)
  assert.deepEqual(opened, [])
  // A plain name is asked for, and its absence is said.
  assert.throws(() => read(handmade(lookUp, [outsideTable('data')]), outside), {
    code: 'model/file',
    message: /data/,
  })
  assert.deepEqual(opened, ['data'])
  assert.equal(cases.length, 13)
})

test('a folder whose parts do not fit is refused, and nothing is written', async () => {
  const folder = temporaryFolder()
  const base = (name: string, file = 'bert-17-script') => {
    const at = join(folder.path, name)
    mkdirSync(at)
    for (const own of ['config.json', 'tokenizer.json'])
      copyFileSync(`oracles/encoders/bert/${own}`, join(at, own))
    copyFileSync(`oracles/onnx-encoders/${file}.onnx`, join(at, 'model.onnx'))
    return at
  }
  try {
    const other = base('other')
    copyFileSync('oracles/encoders/modernbert/tokenizer.json', join(other, 'tokenizer.json'))
    const short = base('short')
    truncateSync(join(short, 'model.onnx'), 30_000)
    const pointer = base('pointer')
    writeFileSync(join(pointer, 'model.onnx'), 'version https://git-lfs')
    const [head, half] = ['head', 'half'].map(name => base(name))
    copyFileSync('oracles/onnx-classifiers/plain.onnx', join(head, 'model.onnx'))
    copyFileSync('oracles/onnx-classifiers/outside.onnx', join(half, 'model.onnx'))
    const cases: readonly (readonly [folder: string, message: RegExp])[] = [
      [other, /tokenizer/],
      [short, /model\.onnx/],
      [pointer, /ONNX/],
      [head, /last_hidden_state/],
      [half, /outside\.onnx_data/],
    ]
    for (const [own, message] of cases)
      await assert.rejects(readEncoderFolder(own, 'onnx'), { code: 'model/file', message }, own)
    // Numbers in a file that leads elsewhere by a link are read like any file: the folder is the user's own.
    const linked = base('linked')
    symlinkSync(
      join(process.cwd(), 'oracles/onnx-encoders/bert-18-dynamo.onnx'),
      join(linked, 'model_fp16.onnx'),
    )
    assert.equal((await readEncoderFolder(linked, 'onnx')).file, 'model.onnx')
    const rounded = base('rounded')
    copyFileSync('oracles/onnx-classifiers/quantized.onnx', join(rounded, 'model.onnx'))
    const labels = join(folder.path, 'labels')
    await assert.rejects(importCheckpoint(rounded, labels), { code: 'model/file' })
    assert.throws(() => readFileSync(join(labels, 'config.json')))
    assert.equal(cases.length, 5)
  } finally {
    folder.remove()
  }
})

test('sizes of what is read are those of the file', () => {
  const { architecture, weights } = read(bytesOf('bert-17-script'))
  const numbers = [...weights.values()].reduce((sum, own) => sum + own.length, 0)
  const { initializers } = decodeModel(bytesOf('bert-17-script'))
  const stored = Object.values(initializers).reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  assert.equal(numbers, stored)
  assert.equal(architecture.vocabulary, 402)
})

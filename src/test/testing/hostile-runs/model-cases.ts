import { Random } from '../../../base/random.js'
import { parseConfig } from '../../../config/resolve.js'
import { WireWriter } from '../../../engine/onnx/wire.js'
import { parseSafetensors, type StoredTensor, toSafetensors } from '../../../engine/optim/safetensors.js'
import { buildInferenceGraph } from '../../../model/inference-graph.js'
import { parseVocabularies, taggerInputs, type Vocabularies } from '../../../model/vocabularies.js'
import { tagSet } from '../../../tags/tag-set.js'
import { type HostileCase, hostileCase } from './hostile-case.js'
import type { HostileFolder } from './hostile-folder.js'

const MODEL = 'model.onnx'
const PARAMETERS = 'model.safetensors'

/** A graph for the same inputs as the tagger's: `nodes` make logits of what they like. */
function foreignModel(
  nodes: readonly WireWriter[],
  parts: readonly (readonly [number, WireWriter])[] = [],
): Uint8Array {
  const dim = (size: number | string) =>
    typeof size === 'number' ? new WireWriter().int(1, size) : new WireWriter().string(2, size)
  const info = (name: string, type: number, shape: readonly (number | string)[]) => {
    const dims = new WireWriter()
    for (const size of shape) dims.message(1, dim(size))
    const tensor = new WireWriter().int(1, type).message(2, dims)
    return new WireWriter().string(1, name).message(2, new WireWriter().message(1, tensor))
  }
  const graph = new WireWriter()
  for (const node of nodes) graph.message(1, node)
  graph.string(2, 'tagger')
  for (const [field, message] of parts) graph.message(field, message)
  graph.message(11, info('tokens', 6, ['time', 'batch'])).message(11, info('lengths', 6, ['batch']))
  graph.message(12, info('logits', 1, ['batch', 'time', 9]))
  return new WireWriter()
    .int(1, 8)
    .string(2, 'nerite')
    .message(7, graph)
    .message(8, new WireWriter().string(1, '').int(2, 17))
    .finish()
}

function node(kind: string, inputs: readonly string[], outputs: readonly string[], domain = ''): WireWriter {
  const writer = new WireWriter()
  for (const input of inputs) writer.string(1, input)
  for (const output of outputs) writer.string(2, output)
  return writer.string(3, `${kind}_0`).string(4, kind).string(7, domain)
}

function int64s(name: string, values: readonly number[]): WireWriter {
  const data = new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
  return new WireWriter().int(1, values.length).int(2, 7).string(8, name).bytes(9, data)
}

/** Graphs within graphs, as deep as the stack of any reader. */
function nested(depth: number): WireWriter {
  let graph = new WireWriter().string(2, 'innermost')
  for (let i = 0; i < depth; i++) {
    const attribute = new WireWriter().string(1, 'body').message(6, graph).int(20, 5)
    graph = new WireWriter().message(1, node('If', ['c'], ['o']).message(5, attribute))
  }
  return graph
}

const endlessLoop = () => {
  const body = new WireWriter()
    .message(1, node('Identity', ['go_in'], ['go_out']))
    .message(1, node('Identity', ['state_in'], ['state_out']))
    .string(2, 'body')
  const attribute = new WireWriter().string(1, 'body').message(6, body).int(20, 5)
  return foreignModel([node('Loop', ['', '', 'tokens'], ['logits']).message(5, attribute)])
}

const externalData = (location: string) => {
  const entry = new WireWriter().string(1, 'location').string(2, location)
  const tensor = new WireWriter().int(1, 9).int(2, 1).string(8, 'secret').message(13, entry).int(14, 1)
  return foreignModel([node('Identity', ['secret'], ['logits'])], [[5, tensor]])
}

const giant = (kind: string) =>
  foreignModel([node(kind, ['shape'], ['logits'])], [[5, int64s('shape', [30_000, 30_000])]])

function tensorsOf(folder: HostileFolder): Map<string, StoredTensor> {
  return new Map(parseSafetensors(folder.read(PARAMETERS), PARAMETERS).tensors)
}

/** Writes the model that settings, vocabularies and some parameters make, as training would. */
function modelOf(
  folder: HostileFolder,
  tensors: ReadonlyMap<string, StoredTensor>,
  change = (v: Vocabularies) => v,
) {
  const config = parseConfig({ file: folder.json('config.json') })
  const vocabularies = change(parseVocabularies(folder.json('vocab.json'), config, 'vocab.json'))
  const definition = { inputs: taggerInputs(config, vocabularies), tags: vocabularies.tags, config }
  return buildInferenceGraph(definition, name => tensors.get(name)?.data as Float32Array)
}

/** As many rows as a tag set of other types would have, in what belongs to tags. */
function withTags(tensors: Map<string, StoredTensor>, tags: number): Map<string, StoredTensor> {
  for (const [name, { dtype, shape, data }] of tensors) {
    if (!name.startsWith('decoder.')) continue
    const own = shape.map((size, i) => (i === 0 || name === 'decoder.transitions' ? tags : size))
    const size = own.reduce((a, b) => a * b, 1)
    tensors.set(name, {
      dtype,
      shape: own,
      data: Float32Array.from({ length: size }, (_, i) => Number(data[i] ?? 0)),
    })
  }
  return tensors
}

/** The stored graph is another one; everything else is as it was. */
function model(
  name: string,
  make: (bytes: Buffer, folder: HostileFolder) => Uint8Array,
  expected: HostileCase['expected'] = 'refused',
): HostileCase {
  const change = (folder: HostileFolder) => folder.write(MODEL, make(folder.read(MODEL), folder)).seal()
  return hostileCase(`model: ${name}`, change, { expected })
}

/** The stored parameters are others, and the graph is made of them where that can be. */
function parameters(
  name: string,
  change: (tensors: Map<string, StoredTensor>) => Map<string, StoredTensor>,
): HostileCase {
  return hostileCase(`parameters and model: ${name}`, folder => {
    const tensors = change(tensorsOf(folder))
    folder.write(PARAMETERS, toSafetensors(tensors))
    folder.write(MODEL, modelOf(folder, tensors)).seal()
  })
}

const filled = (value: number) => (tensors: Map<string, StoredTensor>) => {
  for (const { data } of tensors.values()) data.fill(value as never)
  return tensors
}

export function modelCases(): HostileCase[] {
  const replaced = (from: string, to: string) => (bytes: Buffer) =>
    Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1')
  return [
    ...Array.from({ length: 10 }, (_, i) =>
      // The last bits of a number do not matter.
      model(
        `a flipped bit, ${i}`,
        bytes => {
          const random = Random.fromSeed(i)
          bytes[random.below(bytes.length)] ^= 1 << random.below(8)
          return bytes
        },
        'any',
      ),
    ),
    model('no ONNX', () => Buffer.from('not a model at all')),
    model('zeros', bytes => new Uint8Array(bytes.length)),
    model('other operators', replaced('Gather', 'Gathre')),
    model('MatMul as Add', replaced('MatMul', 'MatAdd')),
    model('outputs of another name', replaced('logits', 'l0gits')),
    model('inputs of another name', replaced('tokens', 't0kens')),
    model('a field at its end', bytes => Buffer.concat([bytes, new WireWriter().string(6, 'note').finish()])),
    model('a second graph, which readers merge', bytes =>
      Buffer.concat([
        bytes,
        new WireWriter()
          .message(7, new WireWriter().message(1, node('Neg', ['logits'], ['logits'])))
          .finish(),
      ]),
    ),
    model('an endless loop', endlessLoop),
    model('external data in /etc/passwd', () => externalData('/etc/passwd')),
    model('external data beside it', () => externalData('log.jsonl')),
    model('a constant of 3.6 GB', () => giant('ConstantOfShape')),
    model('an expansion to 3.6 GB', () =>
      foreignModel(
        [node('Expand', ['lengths', 'shape'], ['logits'])],
        [[5, int64s('shape', [900_000_000, 1])]],
      ),
    ),
    model('an operator of another domain', () =>
      foreignModel([node('Exec', ['tokens'], ['logits'], 'com.evil')]),
    ),
    model('graphs too deep', () =>
      foreignModel(
        [],
        [
          [
            1,
            node('If', ['c'], ['logits']).message(
              5,
              new WireWriter().string(1, 'body').message(6, nested(3000)).int(20, 5),
            ),
          ],
        ],
      ),
    ),
    model('a million nodes', () =>
      foreignModel(Array.from({ length: 200_000 }, () => node('Neg', ['a'], ['a']))),
    ),
    model('weights that are the model’s own, negated', bytes => {
      for (let at = bytes.length >> 1; at < (bytes.length >> 1) + 400; at++) bytes[at] ^= 0x80
      return bytes
    }),
    model('fewer tags', (_, folder) => {
      const less = (v: Vocabularies) => ({ ...v, tags: tagSet(v.types.slice(1), v.scheme) })
      const count = less(folder.json('vocab.json') as Vocabularies).tags.length
      return modelOf(folder, withTags(tensorsOf(folder), count), less)
    }),
    model('more tags', (_, folder) => {
      const more = (v: Vocabularies) => ({ ...v, tags: tagSet([...v.types, 'ZZZ'], v.scheme) })
      const count = more(folder.json('vocab.json') as Vocabularies).tags.length
      return modelOf(folder, withTags(tensorsOf(folder), count), more)
    }),
    hostileCase(
      'an endless loop in the model of another version',
      folder =>
        folder
          .write(MODEL, endlessLoop())
          .seal()
          .manifest(manifest => ({ ...manifest, nerite: '0.0.1' })),
      { expected: 'any' },
    ),
    hostileCase(
      'no model at all in a run of another version',
      folder =>
        folder
          .write(MODEL, '')
          .seal()
          .manifest(manifest => ({ ...manifest, nerite: '99.0.0' })),
      { expected: 'any' },
    ),
    parameters('not a number', filled(Number.NaN)),
    parameters('infinite', filled(Number.POSITIVE_INFINITY)),
    parameters('so large that results are infinite', filled(3e38)),
    parameters('one infinite transition', tensors => {
      tensors.get('decoder.transitions')?.data.fill(Number.NEGATIVE_INFINITY as never, 0, 1)
      return tensors
    }),
    ...['other weights than in the model', 'biases that are swapped'].map((name, i) =>
      hostileCase(`parameters: ${name}`, folder => {
        const tensors = tensorsOf(folder)
        const weight = tensors.get('decoder.weight') as StoredTensor
        if (i === 0) (weight.data as Float32Array).reverse()
        else tensors.get('decoder.bias')?.data.reverse()
        folder.write(PARAMETERS, toSafetensors(tensors)).seal()
      }),
    ),
  ]
}

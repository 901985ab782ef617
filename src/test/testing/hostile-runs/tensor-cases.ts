import { parseSafetensors, type StoredTensor, toSafetensors } from '../../../engine/optim/safetensors.js'
import { type HostileCase, hostileCase } from './hostile-case.js'

const NAME = 'model.safetensors'

interface Info {
  dtype: unknown
  shape: unknown
  data_offsets: unknown
}
type Header = Record<string, Info>

function withHeader(name: string, change: (header: Header, data: Buffer) => unknown): HostileCase {
  return hostileCase(`safetensors: ${name}`, folder => {
    const bytes = folder.read(NAME)
    const length = Number(bytes.readBigUInt64LE())
    const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Header
    const data = bytes.subarray(8 + length)
    const changed = change(header, data)
    const text = Buffer.from(typeof changed === 'string' ? changed : JSON.stringify(changed ?? header))
    const size = Buffer.alloc(8)
    size.writeBigUInt64LE(BigInt(text.length))
    folder.write(NAME, Buffer.concat([size, text, data])).seal()
  })
}

function withLength(name: string, length: bigint): HostileCase {
  return hostileCase(`safetensors: ${name}`, folder => {
    const bytes = folder.read(NAME)
    bytes.writeBigUInt64LE(length)
    folder.write(NAME, bytes).seal()
  })
}

export function withTensors(name: string, change: (tensors: Map<string, StoredTensor>) => void): HostileCase {
  return hostileCase(`safetensors: ${name}`, folder => {
    const tensors = new Map(parseSafetensors(folder.read(NAME), NAME).tensors)
    change(tensors)
    folder.write(NAME, toSafetensors(tensors)).seal()
  })
}

const firstOf = (header: Header) => Object.values(header)[0]

/** Parameters in files that are damaged, or that are those of another network. */
export function tensorCases(): HostileCase[] {
  return [
    withLength('a header of no bytes', 0n),
    withLength('a header of 2⁶⁴−1 bytes', 2n ** 64n - 1n),
    withLength('a header of 100 MB', 100_000_000n),
    withLength('a header that ends too early', 5n),
    withHeader('no JSON', () => '{header'),
    withHeader('a list', () => '[]'),
    withHeader('too deep', () => '{"a":'.repeat(5000)),
    withHeader('a key twice', header =>
      JSON.stringify(header).replace('{', '{"__metadata__":{},"__metadata__":{},'),
    ),
    withHeader('metadata that are no text', header => ({ ...header, __metadata__: { a: 1 } })),
    withHeader('no tensors', () => ({})),
    ...['F16', 'F64', 'I32', 'X', 7, null].map(dtype =>
      withHeader(`type ${JSON.stringify(dtype)}`, header => void (firstOf(header).dtype = dtype)),
    ),
    ...[[], [-1], [1e300, 0], '3', [2 ** 53], Array.from({ length: 40 }, () => 1), null].map((shape, i) =>
      withHeader(`another shape, ${i}`, header => void (firstOf(header).shape = shape)),
    ),
    ...[[0, 0], [5, 1], [0, 1e300], [-8, 0], 'all', null, [0.5, 1]].map((offsets, i) =>
      withHeader(`other offsets, ${i}`, header => void (firstOf(header).data_offsets = offsets)),
    ),
    withHeader('overlapping tensors', header => {
      const [a, b] = Object.values(header)
      b.data_offsets = a.data_offsets
    }),
    withTensors('a tensor is missing', tensors => void tensors.delete('decoder.weight')),
    withTensors(
      'a tensor more',
      tensors => void tensors.set('extra', { dtype: 'F32', shape: [1], data: Float32Array.of(1) }),
    ),
    withTensors('a tensor of another name', tensors => {
      tensors.set('decoder.wait', tensors.get('decoder.weight') as StoredTensor)
      tensors.delete('decoder.weight')
    }),
    withTensors('a turned tensor', tensors => {
      const weight = tensors.get('decoder.weight') as StoredTensor
      tensors.set('decoder.weight', { ...weight, shape: [...weight.shape].reverse() })
    }),
  ]
}

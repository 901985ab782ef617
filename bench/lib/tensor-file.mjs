// Tensors for all contenders of a benchmark: raw little-endian numbers in one file, and a list of their offsets.
import { readFileSync, writeFileSync } from 'node:fs'

/**
 * @param tensors `{ name: { shape, data: Float32Array | Int32Array } }`
 * @returns the list, to send to each contender with the file's path
 */
export function writeTensors(file, tensors) {
  let offset = 0
  const list = Object.entries(tensors).map(([name, { shape, data }]) => {
    const entry = { name, shape, type: data instanceof Int32Array ? 'int32' : 'float32', offset }
    offset += data.byteLength
    return entry
  })
  writeFileSync(
    file,
    Buffer.concat(
      Object.values(tensors).map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
    ),
  )
  return list
}

export function readTensors(file, list) {
  const { buffer, byteOffset } = readFileSync(file)
  return Object.fromEntries(
    list.map(({ name, shape, type, offset }) => {
      const length = shape.reduce((product, size) => product * size, 1)
      const bytes = buffer.slice(byteOffset + offset, byteOffset + offset + length * 4)
      return [name, { shape, data: type === 'int32' ? new Int32Array(bytes) : new Float32Array(bytes) }]
    }),
  )
}

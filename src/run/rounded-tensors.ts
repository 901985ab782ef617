/** Parameters of 8 bits in a packed run: each is a tensor of whole numbers with its steps, and the columns that stay as they are. */
import { sizeOf } from '../engine/graph/tensor.js'
import type { ParameterSpec } from '../engine/optim/parameter-store.js'
import type { StoredTensor } from '../engine/optim/safetensors.js'
import type { RoundedPart } from '../model/rounded.js'
import { fromRounded, roundColumns, roundRows } from '../model/rounded-numbers.js'

const stepsOf = (name: string) => `${name}.rounding`
const restOf = (name: string) => `${name}.unrounded`

/** @param parts what is rounded of each parameter, for those that are */
export function rounded(
  tensors: ReadonlyMap<string, StoredTensor>,
  parts: ReadonlyMap<string, RoundedPart>,
): Map<string, StoredTensor> {
  return new Map(
    [...tensors].flatMap(([name, tensor]): [string, StoredTensor][] => {
      const part = parts.get(name)
      if (part === undefined) return [[name, tensor]]
      const { shape } = tensor
      const numbers = tensor.data as Float32Array
      const width = shape[shape.length - 1]
      if (part === 'by-column') {
        const { values, steps } = roundColumns(numbers, width)
        return [
          [name, { dtype: 'I8', shape, data: values }],
          [stepsOf(name), { dtype: 'F32', shape: [width], data: steps }],
        ]
      }
      const { columns: own } = part
      const { values, steps } = roundRows(numbers, width, own)
      const outer = shape.slice(0, -1)
      const rest = new Float32Array(steps.length * (width - own))
      for (let row = 0; row < steps.length; row++)
        rest.set(numbers.subarray(row * width + own, (row + 1) * width), row * (width - own))
      return [
        [name, { dtype: 'I8', shape: [...outer, own], data: values }],
        [stepsOf(name), { dtype: 'F32', shape: outer, data: steps }],
        ...(width > own
          ? [
              [restOf(name), { dtype: 'F32', shape: [...outer, width - own], data: rest }] as [
                string,
                StoredTensor,
              ],
            ]
          : []),
      ]
    }),
  )
}

/** Puts rounded parameters together. One that is not as `rounded` writes it stays as it is, and is refused by whoever looks for it. */
export function withoutRounding(
  tensors: ReadonlyMap<string, StoredTensor>,
  specs: readonly ParameterSpec[],
  parts: ReadonlyMap<string, RoundedPart>,
): Map<string, StoredTensor> {
  const all = new Map(tensors)
  for (const { name, shape } of specs) {
    const part = parts.get(name)
    const values = all.get(name)
    const steps = all.get(stepsOf(name))
    if (part === undefined || !(values?.data instanceof Int8Array) || !(steps?.data instanceof Float32Array))
      continue
    const width = shape[shape.length - 1]
    if (part === 'by-column') {
      const { data: whole } = values
      const { data: own } = steps
      if (whole.length !== sizeOf(shape) || own.length !== width) continue
      all.set(name, {
        dtype: 'F32',
        shape,
        data: Float32Array.from(whole, (value, at) => value * own[at % width]),
      })
      all.delete(stepsOf(name))
      continue
    }
    const { columns: own } = part
    const rows = sizeOf(shape) / width
    const rest = all.get(restOf(name))
    const restData = rest?.data instanceof Float32Array ? rest.data : new Float32Array(0)
    if (
      values.data.length !== rows * own ||
      steps.data.length !== rows ||
      restData.length !== rows * (width - own)
    )
      continue
    const data = new Float32Array(rows * width)
    fromRounded({ values: values.data, steps: steps.data }, data, width, own)
    for (let row = 0; row < rows; row++)
      data.set(restData.subarray(row * (width - own), (row + 1) * (width - own)), row * width + own)
    all.set(name, { dtype: 'F32', shape, data })
    all.delete(stepsOf(name))
    all.delete(restOf(name))
  }
  return all
}

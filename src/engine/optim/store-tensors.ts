import { ModelFileError } from '../../base/model-file-error.js'
import type { ParameterStore, Slot } from './parameter-store.js'
import type { StoredTensor } from './safetensors.js'

/** What a checkpoint keeps besides the values; every step computes new gradients. */
const KEPT: readonly Slot[] = ['moment1', 'moment2', 'average']

/**
 * The parameters' values by name, as views on the store: what `model.safetensors` holds.
 *
 * @example
 * writeFileSync('model.safetensors', toSafetensors(valueTensors(store)))
 */
export function valueTensors(store: ParameterStore): Map<string, StoredTensor> {
  store.settle()
  return new Map(
    store.parameters.map(({ name, shape, value }) => [name, { dtype: 'F32', shape, data: value }]),
  )
}

/** Values, and moments and averages as `moment1:NAME` …: with the optimizer's state, all that an exact resume needs. */
export function checkpointTensors(store: ParameterStore): Map<string, StoredTensor> {
  const tensors = valueTensors(store)
  for (const { name, shape, slots } of store.parameters)
    for (const slot of KEPT) {
      const data = slots[slot]
      if (data) tensors.set(`${slot}:${name}`, { dtype: 'F32', shape, data })
    }
  return tensors
}

/**
 * Copies values into a store of exactly the same parameters.
 *
 * @param where the file they came from, for messages
 * @throws ModelFileError naming every tensor that is missing, unknown, of another type or shape, or not finite, before
 *   anything is copied
 */
export function restoreValues(
  store: ParameterStore,
  tensors: ReadonlyMap<string, StoredTensor>,
  where: string,
): void {
  restore(valueTensors(store), tensors, where)
}

/** As `restoreValues`, for the tensors of `checkpointTensors`. */
export function restoreCheckpoint(
  store: ParameterStore,
  tensors: ReadonlyMap<string, StoredTensor>,
  where: string,
): void {
  restore(checkpointTensors(store), tensors, where)
}

function restore(
  into: ReadonlyMap<string, StoredTensor>,
  from: ReadonlyMap<string, StoredTensor>,
  where: string,
): void {
  const remedy = 'the file belongs to another model'
  const faults = [...into].flatMap(([name, { shape }]) => {
    const given = from.get(name)
    const expected = `tensor "${name}" as F32 [${shape}]`
    if (!given) return [{ where, expected, got: 'none', remedy }]
    if (!(given.data instanceof Float32Array) || String(given.shape) !== String(shape))
      return [{ where, expected, got: `${given.dtype} [${given.shape}]`, remedy }]
    return given.data.every(Number.isFinite)
      ? []
      : [{ where, expected, got: 'numbers that are not finite', remedy }]
  })
  for (const name of from.keys())
    if (!into.has(name)) faults.push({ where, expected: 'no other tensors', got: `"${name}"`, remedy })
  if (faults.length > 0) throw new ModelFileError(faults)
  for (const [name, { data }] of into) (data as Float32Array).set(from.get(name)?.data as Float32Array)
}

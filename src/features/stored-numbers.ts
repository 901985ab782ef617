import type { Fault } from '../base/errors.js'
import { ModelFileError } from '../base/model-file-error.js'
import type { StoredTensor } from '../engine/optim/safetensors.js'

const REMEDY = 'copy the run folder again, or train again'

interface Arrays {
  readonly I32: Int32Array
  readonly F32: Float32Array
  readonly F64: Float64Array
}

/** Takes the numbers of a feature model from a file that may come from anyone. */
export class StoredNumbers {
  private readonly taken = new Set<string>()

  /** @param where the file */
  constructor(
    private readonly tensors: ReadonlyMap<string, StoredTensor>,
    private readonly where: string,
  ) {}

  /**
   * A tensor of that name, type and shape.
   * @param shape `undefined` for a dimension of any size
   * @throws ModelFileError where it is missing or another one
   */
  take<Type extends keyof Arrays>(
    name: string,
    dtype: Type,
    shape: readonly (number | undefined)[],
  ): Arrays[Type] {
    this.taken.add(name)
    const found = this.tensors.get(name)
    const isSame =
      found?.dtype === dtype &&
      found.shape.length === shape.length &&
      shape.every((size, i) => size === undefined || size === found.shape[i])
    if (found && isSame) return found.data as Arrays[Type]
    throw this.fault(
      `tensor "${name}" as ${dtype} [${shape.map(size => size ?? 'any').join()}]`,
      found ? `${found.dtype} [${found.shape}]` : 'none',
    )
  }

  /** @throws ModelFileError unless `check` holds for all numbers of a tensor */
  check(name: string, values: ArrayLike<number>, expected: string, check: (value: number) => boolean): void {
    for (let i = 0; i < values.length; i++)
      if (!check(values[i])) throw this.fault(`tensor "${name}" of ${expected}`, String(values[i]))
  }

  /** Checks that `first` cuts a list of `length` into parts: from 0, never falling, to the end. */
  checkParts(name: string, first: Int32Array, length: number): void {
    const isRising = first.every((at, i) => (i === 0 ? at === 0 : at >= first[i - 1]))
    if (!isRising || first.at(-1) !== length)
      throw this.fault(`tensor "${name}" to rise from 0 to ${length}`, 'other numbers')
  }

  /** Checks that a list holds whole rows, and not too many. */
  checkRows(name: string, length: number, size: number, most: number): void {
    if (length % Math.max(1, size) !== 0 || length > size * most)
      throw this.fault(`tensor "${name}" of at most ${most} rows of ${size}`, `${length} numbers`)
  }

  /** @throws ModelFileError for tensors that nobody took */
  checkAllTaken(): void {
    const others = [...this.tensors.keys()].filter(name => !this.taken.has(name))
    if (others.length > 0) throw this.fault(`${this.taken.size} tensors`, `${others.length} more`)
  }

  private fault(expected: string, got: string): ModelFileError {
    const fault: Fault = { where: this.where, expected, got, remedy: REMEDY }
    return new ModelFileError(fault)
  }
}

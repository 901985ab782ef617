/** An input that looks units up in a table of vectors: most inputs are one, and differ in what they look up. */
import type { Random } from '../../base/random.js'
import { PAD_ID } from '../../encode/vocabulary.js'
import type { Initial } from '../../engine/optim/initializer.js'
import type { RowGradient } from '../../engine/optim/parameter-store.js'
import type { Tensor } from '../../engine/runtime/runtime.js'
import type { FeatureColumns, InputBlock, InputTrainer, InputTrainingContext } from './input-block.js'

export interface TableInput extends Pick<InputBlock<number>, 'idOf' | 'valuesOf'> {
  /** Of the parameter. */
  readonly name: string
  /** Rows of the table; row 0 is padding. */
  readonly size: number
  readonly dim: number
}

export function tableInput({ name, size, dim, idOf, valuesOf }: TableInput): InputBlock<number> {
  return {
    width: dim,
    parameters: [{ name, shape: [size, dim], initial: embedding(dim), group: 'embedding', sparseRows: true }],
    idOf,
    ...(valuesOf && { valuesOf }),
    train: context => new TableTrainer(name, context, dim),
    canRound: [name],
    infer: (g, context) => context.rows(name, g.input(`ids:${name}`, 'int32', ['distinct'])),
    feed: ids => ({ [`ids:${name}`]: idTensor([ids.length], Int32Array.from(ids)) }),
  }
}

export function idTensor(shape: readonly number[], data: Int32Array): Tensor {
  return { type: 'int32', shape, data }
}

/** Copies rows of a table, and adds up the gradients of equal rows. The row of padding stays zero. */
export class TableTrainer implements InputTrainer<number> {
  private readonly size: number
  /** Place of each table row in `rows`; −1 between calls. */
  private readonly placeOf: Int32Array
  private rows = new Int32Array(0)
  private gradient = new Float32Array(0)

  private readonly table: Float32Array

  /** @param name of a table `[size, dim]`; ids from `size` on are another table's, and left alone */
  constructor(
    private readonly name: string,
    private readonly context: Pick<InputTrainingContext, 'value' | 'settleRows'>,
    private readonly dim: number,
    /** The row that is never trained; `null`: none. */
    private readonly padding: number | null = PAD_ID,
  ) {
    this.table = context.value(name)
    this.size = this.table.length / dim
    this.placeOf = new Int32Array(this.size).fill(-1)
  }

  forward(ids: readonly number[], { data, stride, offset }: FeatureColumns): void {
    const { table, dim, size } = this
    this.context.settleRows(this.name, ids)
    for (let row = 0; row < ids.length; row++) {
      if (ids[row] >= size) continue
      const at = ids[row] * dim
      const to = row * stride + offset
      for (let d = 0; d < dim; d++) data[to + d] = table[at + d]
    }
  }

  backward(ids: readonly number[], { data, stride, offset }: FeatureColumns): readonly RowGradient[] {
    const { name, dim, size, placeOf, padding } = this
    if (this.rows.length < ids.length) {
      this.rows = new Int32Array(ids.length * 2)
      this.gradient = new Float32Array(ids.length * 2 * dim)
    }
    const { rows, gradient } = this
    let used = 0
    for (let row = 0; row < ids.length; row++) {
      const id = ids[row]
      if (id === padding || id >= size) continue
      const from = row * stride + offset
      let at = placeOf[id]
      if (at < 0) {
        at = used++
        placeOf[id] = at
        rows[at] = id
        for (let d = 0; d < dim; d++) gradient[at * dim + d] = data[from + d]
      } else for (let d = 0; d < dim; d++) gradient[at * dim + d] += data[from + d]
    }
    for (let at = 0; at < used; at++) placeOf[rows[at]] = -1
    return [{ name, rows: rows.subarray(0, used), gradient: gradient.subarray(0, used * dim) }]
  }
}

/** Uniform with variance 1 / dim (Ma & Hovy 2016, §3.1); the padding row is zero. */
export function fillEmbedding(values: Float32Array, dim: number, random: Random): void {
  const bound = Math.sqrt(3 / dim)
  for (let i = 0; i < values.length; i++) values[i] = i < dim ? 0 : (random.float() * 2 - 1) * bound
}

export function embedding(dim: number): Initial {
  return { kind: 'fill', fill: (values, random) => fillEmbedding(values, dim, random) }
}

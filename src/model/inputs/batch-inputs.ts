import type { Random } from '../../base/random.js'
import { fillDropoutMask } from '../../engine/optim/dropout-mask.js'
import type { RowGradient } from '../../engine/optim/parameter-store.js'
import type { Tensor } from '../../engine/runtime/runtime.js'
import { encoderFeatures } from '../pretrained/pieces.js'
import { StepBuffers, type StepSize } from '../step-inputs.js'
import type { FeatureColumns, InputId, InputTrainer, InputTrainingContext } from './input-block.js'
import { inputWidth, type UnitTable } from './unit-table.js'

export interface InputDropout {
  /** Share of units that are hidden from inputs with a `hiddenId`. */
  readonly units: number
  /** Share of features that are left out. */
  readonly features: number
}

/**
 * The inputs at work in training: a batch's units in, their features out as the training graph reads them, and back
 * from the gradient of the features to the parameters of the inputs. All is computed once per distinct unit of the
 * batch, which is one row of a matrix; a hidden unit is distinct from the same unit in sight. Arrays are reused from
 * batch to batch. Owns what the trainers own: `release` it.
 */
export class BatchInputs {
  private readonly width: number
  /** Features that dropout leaves alone: the embeddings of a pretrained encoder, which has its own dropout. */
  private readonly kept: number
  private readonly buffers = new StepBuffers()
  private readonly rowOf = new Map<number, number>()
  /** Each row's number in the unit table. */
  private readonly units: number[] = []
  private readonly isHidden: boolean[] = []
  /** `[block][row]` */
  private readonly ids: readonly InputId[][]
  /** `[rows, width]` */
  private values = new Float32Array(0)
  private gradients = new Float32Array(0)
  /** Of the last batch: its size, the row of each cell `[time, batch]` (−1 at padding), and the dropout mask. */
  private size: StepSize = { time: 0, batch: 0 }
  private cells: Int32Array = new Int32Array(0)
  private mask: Float32Array | undefined

  private constructor(
    private readonly table: UnitTable,
    private readonly trainers: readonly InputTrainer[],
    private readonly dropout: InputDropout,
  ) {
    this.width = inputWidth(table.inputs)
    this.kept = table.inputs.pretrained ? encoderFeatures(table.inputs.pretrained.architecture) : 0
    this.ids = trainers.map(() => [])
  }

  static async create(
    table: UnitTable,
    dropout: InputDropout,
    context: InputTrainingContext,
  ): Promise<BatchInputs> {
    const trainers: InputTrainer[] = []
    for (const block of table.inputs.blocks) trainers.push(await block.train(context))
    return new BatchInputs(table, trainers, dropout)
  }

  async release(): Promise<void> {
    for (const trainer of this.trainers) await trainer.release?.()
  }

  /**
   * The features of a batch. Draws which units are hidden, then which features are left out.
   * @param sentences each as numbers of the unit table
   * @param size of the padded batch
   * @returns `[time, width, batch]`, zero at padding; valid until the next call
   */
  async forward(sentences: readonly Int32Array[], size: StepSize, random: Random): Promise<Tensor> {
    this.size = size
    this.collectRows(sentences, random)
    const length = this.units.length * this.width
    if (this.values.length < length) {
      this.values = new Float32Array(Math.ceil(length * 1.5))
      this.gradients = new Float32Array(this.values.length)
    }
    for (const [i, trainer] of this.trainers.entries())
      await trainer.forward(this.ids[i], this.columnsOf(i, this.values))
    this.mask = undefined
    if (this.dropout.features > 0 && this.width > this.kept) {
      this.mask = this.buffers.float32('mask', size.time * size.batch * this.width)
      fillDropoutMask(this.mask, this.dropout.features, random)
      if (this.kept > 0)
        for (let at = 0; at < this.mask.length; at += this.width) this.mask.fill(1, at, at + this.kept)
    }
    const x = this.tensor('x')
    this.layOut(x.data as Float32Array)
    return x
  }

  /** Where the gradient of the last batch's features is written: `[time, width, batch]`. */
  gradientTensor(): Tensor {
    return this.tensor('dX')
  }

  /**
   * From `gradientTensor` to the gradients of the inputs' parameters.
   * @returns those of tables with sparse rows, in the order of the parameters; valid until the next call
   */
  async backward(): Promise<readonly RowGradient[]> {
    this.gradients.fill(0, 0, this.units.length * this.width)
    this.addUp(this.gradientTensor().data as Float32Array)
    const sparse: RowGradient[] = []
    for (const [i, trainer] of this.trainers.entries())
      sparse.push(...(await trainer.backward(this.ids[i], this.columnsOf(i, this.gradients))))
    return sparse
  }

  private collectRows(sentences: readonly Int32Array[], random: Random): void {
    const { time, batch } = this.size
    const { units: rate } = this.dropout
    this.cells = this.buffers.int32('cells', time * batch).fill(-1)
    this.rowOf.clear()
    this.units.length = 0
    this.isHidden.length = 0
    sentences.forEach((units, b) => {
      for (let t = 0; t < units.length; t++)
        this.cells[t * batch + b] = this.rowOfUnit(units[t], rate > 0 && random.float() < rate)
    })
    this.table.inputs.blocks.forEach(({ hiddenId }, i) => {
      const own = this.ids[i]
      const all = this.table.ids[i]
      own.length = 0
      for (let row = 0; row < this.units.length; row++)
        own.push(hiddenId !== undefined && this.isHidden[row] ? hiddenId : all[this.units[row]])
    })
  }

  private rowOfUnit(unit: number, isHidden: boolean): number {
    const key = unit * 2 + (isHidden ? 1 : 0)
    let row = this.rowOf.get(key)
    if (row === undefined) {
      row = this.units.length
      this.rowOf.set(key, row)
      this.units.push(unit)
      this.isHidden.push(isHidden)
    }
    return row
  }

  private columnsOf(block: number, data: Float32Array): FeatureColumns {
    const { blocks } = this.table.inputs
    let offset = 0
    for (let i = 0; i < block; i++) offset += blocks[i].width
    return { data, stride: this.width, offset }
  }

  private tensor(name: string): Tensor {
    const { time, batch } = this.size
    const data = this.buffers.float32(name, time * this.width * batch)
    return { type: 'float32', shape: [time, this.width, batch], data }
  }

  /** Rows to `[time, width, batch]`, each feature times its dropout mask `[time, batch, width]`. */
  private layOut(x: Float32Array): void {
    const { width, values, cells, mask } = this
    const { time, batch } = this.size
    for (let t = 0; t < time; t++)
      for (let b = 0; b < batch; b++) {
        const row = cells[t * batch + b]
        let to = t * width * batch + b
        if (row < 0) {
          for (let d = 0; d < width; d++, to += batch) x[to] = 0
          continue
        }
        let from = row * width
        if (mask) {
          let m = (t * batch + b) * width
          for (let d = 0; d < width; d++, to += batch) x[to] = values[from++] * mask[m++]
        } else for (let d = 0; d < width; d++, to += batch) x[to] = values[from++]
      }
  }

  /** The gradient of the features, added up for each row. */
  private addUp(dX: Float32Array): void {
    const { width, gradients, cells, mask } = this
    const { time, batch } = this.size
    for (let t = 0; t < time; t++)
      for (let b = 0; b < batch; b++) {
        const row = cells[t * batch + b]
        if (row < 0) continue
        let from = t * width * batch + b
        let to = row * width
        if (mask) {
          let m = (t * batch + b) * width
          for (let d = 0; d < width; d++, from += batch) gradients[to++] += dX[from] * mask[m++]
        } else for (let d = 0; d < width; d++, from += batch) gradients[to++] += dX[from]
      }
  }
}

import type { FixedTable } from '../../encode/fixed-vectors.js'
import { PAD_ID } from '../../encode/vocabulary.js'
import type { RowGradient } from '../../engine/optim/parameter-store.js'
import { CharacterCnn, type RowPlace } from './character-cnn.js'
import type { CharacterCnnParameters, CharacterTables } from './character-tables.js'
import type { LookupFeature, TokenForms } from './token-forms.js'

/** The tables that the rows are made of. */
export interface InputParameters {
  /** One a lookup feature, in the features' order; none for a fixed one. */
  readonly lookups: readonly (Float32Array | undefined)[]
  readonly characterBias?: Float32Array
}

/**
 * The distinct tokens of a batch as one row of features each, and the way back from their gradients to the tables.
 * A token hidden by word dropout is a row of its own, apart from its visible twin. Arrays are used again from batch
 * to batch.
 */
export class BatchRows {
  readonly dim: number
  private readonly cnn?: CharacterCnn
  private readonly rowOf = new Map<number, number>()
  /** Form of each row, and whether word dropout hid it. */
  private readonly forms: number[] = []
  private readonly hidden: boolean[] = []
  /** Of each row, where the features look at characters; valid from `forward` to the next `begin`. */
  readonly characterIds: Int32Array[] = []
  /** By feature; none where nothing is trained. */
  private readonly gatherers: readonly (RowGatherer | undefined)[]
  /** Where each feature's numbers begin in a row. */
  private readonly offsets: readonly number[]
  private readonly characterOffset: number
  /** Where the states of the character BiLSTM are to be written, and their gradients found. */
  readonly statePlace: RowPlace
  /** `[rows, dim]`, valid until the next `begin`. */
  values = new Float32Array(0)
  gradients = new Float32Array(0)

  /** @param tables of the character CNN, where the features have one */
  constructor(
    private readonly table: TokenForms,
    private readonly tables?: CharacterTables,
  ) {
    const { features } = table
    this.dim = features.dim
    this.gatherers = features.lookups.map(feature =>
      feature.trainable === false ? undefined : new RowGatherer(feature),
    )
    let end = 0
    this.offsets = features.lookups.map(({ dim, sharesPlace }) => {
      if (!sharesPlace) end += dim
      return end - dim
    })
    this.characterOffset = end
    this.statePlace = { stride: this.dim, offset: end + (features.characters?.filters ?? 0) }
    if (features.characters) this.cnn = new CharacterCnn(features.characters.filters)
  }

  get count(): number {
    return this.forms.length
  }

  begin(): void {
    this.rowOf.clear()
    this.forms.length = 0
    this.hidden.length = 0
  }

  /** The row of a token; the same form and visibility give the same row. */
  add(form: number, hidden: boolean): number {
    const key = form * 2 + (hidden ? 1 : 0)
    let row = this.rowOf.get(key)
    if (row === undefined) {
      row = this.forms.length
      this.rowOf.set(key, row)
      this.forms.push(form)
      this.hidden.push(hidden)
    }
    return row
  }

  /**
   * Fills `values` for the rows added since `begin`, all but the states of the character BiLSTM, and clears `gradients`.
   * The character table must be up to date.
   */
  forward(parameters: InputParameters): void {
    const { dim, count, table } = this
    if (this.values.length < count * dim) {
      this.values = new Float32Array(Math.ceil(count * dim * 1.5))
      this.gradients = new Float32Array(this.values.length)
    }
    this.gradients.fill(0, 0, count * dim)
    table.features.lookups.forEach((feature, index) => {
      const source = parameters.lookups[index]
      if (feature.fixed) this.addFixed(index, feature.fixed)
      else if (source) this.copy(index, source)
    })
    this.characterIds.length = 0
    if (!table.features.characters && !table.features.characterStates) return
    for (const form of this.forms) this.characterIds.push(table.characterIds[form])
    if (!this.cnn || !this.tables || !parameters.characterBias) return
    this.cnn.forward(this.characterIds, this.tables, parameters.characterBias, this.values, {
      stride: dim,
      offset: this.characterOffset,
    })
  }

  private copy(index: number, source: Float32Array): void {
    const { dim, sharesPlace } = this.table.features.lookups[index]
    for (let row = 0; row < this.count; row++) {
      const at = this.idOf(row, index) * dim
      const to = row * this.dim + this.offsets[index]
      if (sharesPlace) for (let d = 0; d < dim; d++) this.values[to + d] += source[at + d]
      else for (let d = 0; d < dim; d++) this.values[to + d] = source[at + d]
    }
  }

  private addFixed(index: number, { values, steps }: FixedTable): void {
    const { dim, sharesPlace } = this.table.features.lookups[index]
    for (let row = 0; row < this.count; row++) {
      const id = this.idOf(row, index)
      const to = row * this.dim + this.offsets[index]
      if (!sharesPlace) this.values.fill(0, to, to + dim)
      const step = steps[id]
      if (step > 0) for (let d = 0; d < dim; d++) this.values[to + d] += values[id * dim + d] * step
    }
  }

  /**
   * The gradients of the trained lookup tables, in the features' order; valid until the next call. Those of the character
   * table and bias are written in place.
   */
  backward(characterGradient?: Pick<CharacterCnnParameters, 'bias'>): readonly RowGradient[] {
    const { dim, count } = this
    const sparse = this.gatherers.flatMap((gatherer, index) => {
      const place = { stride: dim, offset: this.offsets[index] }
      return gatherer ? [gatherer.gather(count, row => this.idOf(row, index), this.gradients, place)] : []
    })
    if (this.cnn && this.tables && characterGradient)
      this.cnn.backward(
        this.characterIds,
        this.gradients,
        { stride: dim, offset: this.characterOffset },
        this.tables,
        characterGradient.bias,
      )
    return sparse
  }

  private idOf(row: number, feature: number): number {
    const { features, lookupIds } = this.table
    const dropped = features.lookups[feature].droppedId
    return this.hidden[row] && dropped !== undefined ? dropped : lookupIds[this.forms[row]][feature]
  }
}

/** Adds up the gradients of rows that look up the same table row; the row of padding stays zero. */
class RowGatherer {
  /** Place of each table row in `rows`; only those of the present batch are true. */
  private readonly placeOf: Int32Array
  private rows = new Int32Array(0)
  private gradient = new Float32Array(0)

  constructor(private readonly feature: LookupFeature) {
    this.placeOf = new Int32Array(feature.size).fill(-1)
  }

  gather(
    count: number,
    idOf: (row: number) => number,
    source: Float32Array,
    place: { readonly stride: number; readonly offset: number },
  ): RowGradient {
    const { name, dim } = this.feature
    if (this.rows.length < count) {
      this.rows = new Int32Array(count * 2)
      this.gradient = new Float32Array(count * 2 * dim)
    }
    const { rows, gradient, placeOf } = this
    let used = 0
    for (let row = 0; row < count; row++) {
      const id = idOf(row)
      // Padding stands for a word of the other table, which has its vector from there.
      if (id === PAD_ID) continue
      const from = row * place.stride + place.offset
      let at = placeOf[id]
      if (at < 0) {
        at = used++
        placeOf[id] = at
        rows[at] = id
        for (let d = 0; d < dim; d++) gradient[at * dim + d] = source[from + d]
      } else for (let d = 0; d < dim; d++) gradient[at * dim + d] += source[from + d]
    }
    for (let at = 0; at < used; at++) placeOf[rows[at]] = -1
    return { name, rows: rows.subarray(0, used), gradient: gradient.subarray(0, used * dim) }
  }
}

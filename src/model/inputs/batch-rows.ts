import type { RowGradient } from '../parameter-store.js'
import { CharacterCnn } from './character-cnn.js'
import type { CharacterCnnParameters, CharacterTables } from './character-tables.js'
import type { LookupFeature, TokenForms } from './token-forms.js'

/** The tables that the rows are made of. */
export interface InputParameters {
  /** One a lookup feature, in the features' order. */
  readonly lookups: readonly Float32Array[]
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
  private readonly characterIds: Int32Array[] = []
  private readonly gatherers: readonly RowGatherer[]
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
    this.gatherers = features.lookups.map(feature => new RowGatherer(feature))
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

  /** Fills `values` for the rows added since `begin`, and clears `gradients`. The character table must be up to date. */
  forward(parameters: InputParameters): void {
    const { dim, count, table } = this
    if (this.values.length < count * dim) {
      this.values = new Float32Array(Math.ceil(count * dim * 1.5))
      this.gradients = new Float32Array(this.values.length)
    }
    this.gradients.fill(0, 0, count * dim)
    let offset = 0
    table.features.lookups.forEach((feature, index) => {
      const source = parameters.lookups[index]
      for (let row = 0; row < count; row++) {
        const at = this.idOf(row, index) * feature.dim
        const to = row * dim + offset
        for (let d = 0; d < feature.dim; d++) this.values[to + d] = source[at + d]
      }
      offset += feature.dim
    })
    if (!this.cnn || !this.tables || !parameters.characterBias) return
    this.characterIds.length = count
    for (let row = 0; row < count; row++) this.characterIds[row] = table.characterIds[this.forms[row]]
    this.cnn.forward(this.characterIds, this.tables, parameters.characterBias, this.values, {
      stride: dim,
      offset,
    })
  }

  /**
   * The gradients of the lookup tables, in the features' order; valid until the next call. Those of the character
   * table and bias are written in place.
   */
  backward(characterGradient?: Pick<CharacterCnnParameters, 'bias'>): readonly RowGradient[] {
    const { dim, table, count } = this
    let offset = 0
    const sparse = this.gatherers.map((gatherer, index) => {
      const place = { stride: dim, offset }
      offset += table.features.lookups[index].dim
      return gatherer.gather(count, row => this.idOf(row, index), this.gradients, place)
    })
    if (this.cnn && this.tables && characterGradient)
      this.cnn.backward(
        this.characterIds,
        this.gradients,
        { stride: dim, offset },
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

/** Adds up the gradients of rows that look up the same table row. */
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

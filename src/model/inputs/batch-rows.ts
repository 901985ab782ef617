import { CharacterCnn, type CharacterCnnParameters } from './character-cnn.js'
import type { TokenForms } from './token-forms.js'

/** Gradient rows of a lookup table: row `rows[i]` receives `gradient[i · dim … (i + 1) · dim)`. */
export interface SparseGradient {
  readonly rows: Int32Array
  readonly gradient: Float32Array
}

/** The tables that the rows are made of, by parameter name. */
export interface InputParameters {
  readonly lookups: readonly Float32Array[]
  readonly characters?: CharacterCnnParameters
}

/**
 * The distinct tokens of a batch as one row of features each, and the way back from their gradients to the tables.
 * A token hidden by word dropout is a row of its own, apart from its visible twin.
 */
export class BatchRows {
  readonly dim: number
  private readonly cnn?: CharacterCnn
  private readonly rowOf = new Map<number, number>()
  /** Form of each row, and whether word dropout hid it. */
  private readonly forms: number[] = []
  private readonly hidden: boolean[] = []
  private characterIds: Int32Array[] = []
  /** `[rows, dim]`, valid until the next `begin`. */
  values = new Float32Array(0)
  gradients = new Float32Array(0)

  constructor(private readonly table: TokenForms) {
    const { features } = table
    this.dim = features.dim
    if (features.characters) {
      const { size, dim, filters } = features.characters
      this.cnn = new CharacterCnn(size, dim, filters)
    }
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

  /** Fills `values` for the rows added since `begin`, and clears `gradients`. */
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
    if (this.cnn && parameters.characters) {
      this.characterIds = this.forms.map(form => table.characterIds[form])
      this.cnn.refresh(parameters.characters)
      this.cnn.forward(this.characterIds, parameters.characters.bias, this.values, { stride: dim, offset })
    }
  }

  /** Gradients of the lookup tables, one a feature, in the features' order; character gradients are written in place. */
  backward(
    parameters: InputParameters,
    characterGradient?: CharacterCnnParameters,
  ): readonly SparseGradient[] {
    const { dim, table } = this
    let offset = 0
    const sparse = table.features.lookups.map((feature, index) => {
      const result = this.gather(index, feature.dim, offset)
      offset += feature.dim
      return result
    })
    if (this.cnn && parameters.characters && characterGradient)
      this.cnn.backward(
        this.characterIds,
        this.gradients,
        { stride: dim, offset },
        parameters.characters,
        characterGradient,
      )
    return sparse
  }

  private idOf(row: number, feature: number): number {
    const { features, lookupIds } = this.table
    const dropped = features.lookups[feature].droppedId
    return this.hidden[row] && dropped !== undefined ? dropped : lookupIds[this.forms[row]][feature]
  }

  private gather(feature: number, width: number, offset: number): SparseGradient {
    const { count, dim } = this
    const places = new Map<number, number>()
    const rows: number[] = []
    const gradient = new Float32Array(count * width)
    for (let row = 0; row < count; row++) {
      const id = this.idOf(row, feature)
      let place = places.get(id)
      if (place === undefined) {
        place = rows.length
        places.set(id, place)
        rows.push(id)
      }
      const from = row * dim + offset
      const to = place * width
      for (let d = 0; d < width; d++) gradient[to + d] += this.gradients[from + d]
    }
    return { rows: Int32Array.from(rows), gradient: gradient.subarray(0, rows.length * width) }
  }
}

/**
 * A character convolution of width 3 with max pooling (Ma & Hovy 2016), over the distinct tokens of a batch.
 *
 * The convolution is linear in the character vectors, so each character's share of each filter tap is worked out once
 * a batch as a table, and a token's features are sums of three table rows, maximised over its positions. The gradient
 * goes to the maximal position alone. Exact, and no padded tensor of characters ever exists.
 */
export interface CharacterCnnParameters {
  /** `[characters, dim]`; row 0 is padding and counts as zero. */
  readonly embedding: Float32Array
  /** `[dim, 3 · filters]`: taps left, centre, right side by side. */
  readonly filters: Float32Array
  /** `[filters]` */
  readonly bias: Float32Array
}

export class CharacterCnn {
  private readonly taps: number
  /** `[characters, 3 · filters]`: each character's share of each tap. */
  private readonly table: Float32Array
  private readonly dTable: Float32Array
  /** Position of the maximum, `[tokens, filters]`. */
  private argmax = new Uint16Array(0)

  constructor(
    readonly characters: number,
    readonly dim: number,
    readonly filters: number,
  ) {
    this.taps = 3 * filters
    this.table = new Float32Array(characters * this.taps)
    this.dTable = new Float32Array(characters * this.taps)
  }

  /** Works out the table from the parameters; call before `forward` whenever they changed. */
  refresh({ embedding, filters }: CharacterCnnParameters): void {
    const { taps, dim, table } = this
    table.fill(0)
    for (let c = 1; c < this.characters; c++) {
      const row = table.subarray(c * taps, c * taps + taps)
      for (let d = 0; d < dim; d++) {
        const weight = embedding[c * dim + d]
        const base = d * taps
        for (let f = 0; f < taps; f++) row[f] += weight * filters[base + f]
      }
    }
  }

  /**
   * Writes each token's features to `out[token · stride + offset …]`.
   * @param tokens the character ids of each token, each of length ≥ 1
   */
  forward(
    tokens: readonly Int32Array[],
    bias: Float32Array,
    out: Float32Array,
    place: { readonly stride: number; readonly offset: number },
  ): void {
    const { filters, taps, table } = this
    if (this.argmax.length < tokens.length * filters)
      this.argmax = new Uint16Array(tokens.length * filters * 2)
    const { argmax } = this
    for (let n = 0; n < tokens.length; n++) {
      const ids = tokens[n]
      const target = n * place.stride + place.offset
      const best = n * filters
      for (let j = 0; j < ids.length; j++) {
        const left = j > 0 ? ids[j - 1] * taps : 0
        const centre = ids[j] * taps + filters
        const right = (j < ids.length - 1 ? ids[j + 1] * taps : 0) + 2 * filters
        for (let f = 0; f < filters; f++) {
          const value = table[left + f] + table[centre + f] + table[right + f]
          if (j === 0 || value > out[target + f]) {
            out[target + f] = value
            argmax[best + f] = j
          }
        }
      }
      for (let f = 0; f < filters; f++) out[target + f] += bias[f]
    }
  }

  /**
   * The gradients of the parameters, overwriting `gradient`'s arrays.
   * @param dOut gradient of what `forward` wrote, in the same places
   */
  backward(
    tokens: readonly Int32Array[],
    dOut: Float32Array,
    place: { readonly stride: number; readonly offset: number },
    parameters: CharacterCnnParameters,
    gradient: CharacterCnnParameters,
  ): void {
    const { filters, taps, dTable, argmax } = this
    dTable.fill(0)
    gradient.bias.fill(0)
    for (let n = 0; n < tokens.length; n++) {
      const ids = tokens[n]
      const source = n * place.stride + place.offset
      for (let f = 0; f < filters; f++) {
        const d = dOut[source + f]
        const j = argmax[n * filters + f]
        gradient.bias[f] += d
        if (j > 0) dTable[ids[j - 1] * taps + f] += d
        dTable[ids[j] * taps + filters + f] += d
        if (j < ids.length - 1) dTable[ids[j + 1] * taps + 2 * filters + f] += d
      }
    }
    this.spread(parameters, gradient)
  }

  /** From the table's gradient to the embedding's and the filters'. */
  private spread(parameters: CharacterCnnParameters, gradient: CharacterCnnParameters): void {
    const { taps, dim, dTable } = this
    gradient.filters.fill(0)
    gradient.embedding.fill(0)
    for (let c = 1; c < this.characters; c++) {
      const row = dTable.subarray(c * taps, c * taps + taps)
      if (!row.some(value => value !== 0)) continue
      for (let d = 0; d < dim; d++) {
        const weight = parameters.embedding[c * dim + d]
        const base = d * taps
        let sum = 0
        for (let f = 0; f < taps; f++) {
          sum += row[f] * parameters.filters[base + f]
          gradient.filters[base + f] += weight * row[f]
        }
        gradient.embedding[c * dim + d] = sum
      }
    }
  }
}

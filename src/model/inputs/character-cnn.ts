import type { CharacterTables } from './character-tables.js'

/** Where a token's features lie in a row: `row · stride + offset …`. */
export interface RowPlace {
  readonly stride: number
  readonly offset: number
}

/**
 * A character convolution of width 3 with max pooling (Ma & Hovy 2016), over the distinct tokens of a batch.
 *
 * The convolution is linear in the character vectors, so each character's share of each filter tap is worked out once
 * a batch as a table, and a token's features are sums of three table rows, maximized over its positions. The gradient
 * goes to the maximal position alone. Exact, and no padded tensor of characters ever exists.
 */
export class CharacterCnn {
  /** Position of the maximum, `[tokens, filters]`. */
  private argmax = new Uint16Array(0)

  constructor(readonly filters: number) {}

  /**
   * Writes each token's features to `out`.
   * @param tokens the character ids of each token, each of length ≥ 1
   */
  forward(
    tokens: readonly Int32Array[],
    { table }: Pick<CharacterTables, 'table'>,
    bias: Float32Array,
    out: Float32Array,
    place: RowPlace,
  ): void {
    const { filters } = this
    const taps = 3 * filters
    if (this.argmax.length < tokens.length * filters)
      this.argmax = new Uint16Array(tokens.length * filters * 2)
    const { argmax } = this
    for (let n = 0; n < tokens.length; n++) {
      const ids = tokens[n]
      const target = n * place.stride + place.offset
      const best = n * filters
      for (let j = 0; j < ids.length; j++) {
        const left = j > 0 ? ids[j - 1] * taps : 0
        const center = ids[j] * taps + filters
        const right = (j < ids.length - 1 ? ids[j + 1] * taps : 0) + 2 * filters
        for (let f = 0; f < filters; f++) {
          const value = table[left + f] + table[center + f] + table[right + f]
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
   * The gradients of table and bias, overwriting `dTable` and `dBias`; row 0, which stands for padding, gets none.
   * @param dOut gradient of what `forward` wrote, in the same places
   */
  backward(
    tokens: readonly Int32Array[],
    dOut: Float32Array,
    place: RowPlace,
    { dTable }: Pick<CharacterTables, 'dTable'>,
    dBias: Float32Array,
  ): void {
    const { filters, argmax } = this
    const taps = 3 * filters
    dTable.fill(0)
    dBias.fill(0)
    for (let n = 0; n < tokens.length; n++) {
      const ids = tokens[n]
      const last = ids.length - 1
      const source = n * place.stride + place.offset
      const best = n * filters
      for (let f = 0; f < filters; f++) {
        const d = dOut[source + f]
        const j = argmax[best + f]
        dBias[f] += d
        dTable[ids[j] * taps + filters + f] += d
        if (j > 0) dTable[ids[j - 1] * taps + f] += d
        if (j < last) dTable[ids[j + 1] * taps + 2 * filters + f] += d
      }
    }
  }
}

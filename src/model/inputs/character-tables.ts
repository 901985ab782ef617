import { GraphBuilder } from '../../engine/graph/builder.js'
import { floatTensor } from '../../engine/graph/tensor.js'
import { encodeModel } from '../../engine/onnx/encode.js'
import type { Runtime, Session } from '../../engine/runtime/runtime.js'

/** The parameters of a character CNN, or their gradients. */
export interface CharacterCnnParameters {
  /** `[characters, dim]`; row 0 is padding and zero. */
  readonly embedding: Float32Array
  /** `[dim, 3 · filters]`: taps left, center, right side by side. */
  readonly filters: Float32Array
  /** `[filters]` */
  readonly bias: Float32Array
}

export interface CharacterCnnSize {
  readonly characters: number
  readonly dim: number
  readonly filters: number
}

/**
 * Each character's share of each filter tap, `[characters, 3 · filters]`, as one small matrix product, and the way
 * back. On one thread: the products are too small to share. Owns two sessions: `release` them.
 */
export class CharacterTables {
  /** `[characters, 3 · filters]`; row 0 is zero. */
  readonly table: Float32Array
  readonly dTable: Float32Array

  private constructor(
    private readonly size: CharacterCnnSize,
    private readonly forwardSession: Session,
    private readonly backwardSession: Session,
  ) {
    this.table = new Float32Array(size.characters * 3 * size.filters)
    this.dTable = new Float32Array(this.table.length)
  }

  static async create(size: CharacterCnnSize, runtime: Runtime): Promise<CharacterTables> {
    const { characters, dim } = size
    const taps = 3 * size.filters
    const inputs = (g: GraphBuilder) => ({
      embedding: g.input('embedding', 'float32', [characters, dim]),
      filters: g.input('filters', 'float32', [dim, taps]),
    })
    const forward = new GraphBuilder('character-tables')
    const { embedding, filters } = inputs(forward)
    const table = forward.matMul(embedding, filters)
    const backward = new GraphBuilder('character-tables-gradient')
    const values = inputs(backward)
    const dTable = backward.input('dTable', 'float32', [characters, taps])
    const one = { threads: 1 }
    return new CharacterTables(
      size,
      await runtime.createSession(encodeModel(forward.finish({ table })), one),
      await runtime.createSession(
        encodeModel(
          backward.finish({
            dEmbedding: backward.matMul(dTable, values.filters, { transB: true }),
            dFilters: backward.matMul(values.embedding, dTable, { transA: true }),
          }),
        ),
        one,
      ),
    )
  }

  /** Works out `table` from the parameters. */
  async forward({ embedding, filters }: CharacterCnnParameters): Promise<void> {
    const { characters, dim } = this.size
    const taps = 3 * this.size.filters
    await this.forwardSession.run(
      { embedding: floatTensor([characters, dim], embedding), filters: floatTensor([dim, taps], filters) },
      { table: floatTensor([characters, taps], this.table) },
    )
  }

  /** From `dTable` to the gradients of embedding and filters, written in place. */
  async backward(values: CharacterCnnParameters, gradients: CharacterCnnParameters): Promise<void> {
    const { characters, dim } = this.size
    const taps = 3 * this.size.filters
    await this.backwardSession.run(
      {
        embedding: floatTensor([characters, dim], values.embedding),
        filters: floatTensor([dim, taps], values.filters),
        dTable: floatTensor([characters, taps], this.dTable),
      },
      {
        dEmbedding: floatTensor([characters, dim], gradients.embedding),
        dFilters: floatTensor([dim, taps], gradients.filters),
      },
    )
  }

  async release(): Promise<void> {
    await this.forwardSession.release()
    await this.backwardSession.release()
  }
}

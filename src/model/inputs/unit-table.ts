import type { PretrainedNetwork } from '../pretrained/layout.js'
import type { InputBlock, InputId } from './input-block.js'
import { poolingOf, standsForToken } from './pooling.js'
import { type TokenSentence, toSentence } from './sentence.js'
import type { UnitSequence, Units } from './units.js'

/** Everything that the model sees of a unit: the features of all inputs, side by side. */
export interface TaggerInputs {
  /** What a sentence is cut into. */
  readonly units: Units
  readonly blocks: readonly InputBlock[]
  /** The encoder whose pieces the units are. */
  readonly pretrained?: PretrainedNetwork
}

/** How many features a unit has. */
export function inputWidth({ blocks }: TaggerInputs): number {
  return blocks.reduce((sum, { width }) => sum + width, 0)
}

/** A sentence as the encoder reads it. */
export interface EncodedSentence {
  /** The number of each unit in the `UnitTable`. */
  readonly unitIds: Int32Array
  /** Where each token's units lie; absent where units are words and a unit is a token. */
  readonly units?: UnitSequence
  /** How many tokens the sentence has. */
  readonly tokens: number
}

const NO_VALUES: readonly string[] = []

/**
 * Numbers the distinct units of the sentences it reads, and keeps each input's ids of them, so that these are worked
 * out once. Units are distinct if their texts differ or an input sees different values of the sentence at them.
 */
export class UnitTable {
  private readonly numbers = new Map<string, number>()
  /** `[block][unit]` */
  readonly ids: readonly InputId[][]
  /** The blocks that look at the sentence, and the place of each block's value among theirs. */
  private readonly readers: readonly InputBlock[]
  private readonly placeOf: readonly number[]
  private readonly readsTokens: boolean

  constructor(readonly inputs: TaggerInputs) {
    this.ids = inputs.blocks.map(() => [])
    this.readers = inputs.blocks.filter(({ valuesOf }) => valuesOf)
    this.readsTokens = inputs.blocks.some(block => block.readsTokens)
    this.placeOf = inputs.blocks.map(block => this.readers.indexOf(block))
  }

  get size(): number {
    return this.numbers.size
  }

  /** Forgets everything: numbers given out before are void. Keeps a long-running tagger from growing. */
  clear(): void {
    this.numbers.clear()
    for (const ids of this.ids) ids.length = 0
  }

  /** @throws EncodeError `encode/column` where the sentence lacks a column that an input looks at */
  encode(sentence: TokenSentence): EncodedSentence {
    const input = toSentence(sentence)
    const { tokens } = input
    const columns = this.readers.map(block => block.valuesOf?.(input) ?? NO_VALUES)
    const valuesAt = (token: number) =>
      columns.length > 0 ? columns.map(values => values[token]) : NO_VALUES
    const { units } = this.inputs
    if (units.kind === 'word')
      return {
        unitIds: Int32Array.from(tokens, (text, t) => this.idOf(text, valuesAt(t))),
        tokens: tokens.length,
      }
    const sequence = units.split(tokens, input.around)
    const { texts, starts, ends } = sequence
    const betweenTokens = columns.map(() => '')
    const pooling = poolingOf(this.inputs)
    let next = 0
    const unitIds = Int32Array.from(texts, (text, unit) => {
      while (next < tokens.length && unit >= ends[next]) next++
      const isInToken = next < tokens.length && unit >= starts[next]
      if (!this.readsTokens) return this.idOf(text, isInToken ? valuesAt(next) : betweenTokens)
      // What reads tokens sees each at the pieces that stand for it.
      const isSeen = isInToken && standsForToken(unit, starts[next], ends[next], pooling)
      return this.idOf(text, isSeen ? valuesAt(next) : betweenTokens, isSeen ? tokens[next] : '')
    })
    return { unitIds, units: sequence, tokens: tokens.length }
  }

  /**
   * @param values of the blocks that look at the sentence, in their order
   * @param token what blocks that read tokens see; default: the unit's own text
   */
  idOf(text: string, values: readonly string[] = NO_VALUES, token?: string): number {
    const isPlain = values.length === 0 && token === undefined
    const key = isPlain ? text : JSON.stringify([text, token ?? text, ...values])
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    const number = this.numbers.size
    this.numbers.set(key, number)
    this.inputs.blocks.forEach((block, i) => {
      const own = token !== undefined && block.readsTokens ? token : text
      this.ids[i].push(block.idOf(own, values[this.placeOf[i]] ?? ''))
    })
    return number
  }
}

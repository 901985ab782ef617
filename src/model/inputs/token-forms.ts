import type { FixedTable } from '../../encode/fixed-vectors.js'
import type { Initial } from '../../engine/optim/initializer.js'
import { type SentenceFeature, type TokenSentence, toSentence } from './sentence-features.js'
import type { UnitSequence, Units } from './units.js'

/** A feature that is looked up: it maps a token's text, or what its sentence says of it, to a row of a table. */
export interface LookupFeature {
  /** Parameter name: `input.words`, `input.shape`, `input.prefix2` … */
  readonly name: string
  /** Width of a row. */
  readonly dim: number
  /** Rows of the table. */
  readonly size: number
  /** @param values of the token's sentence features, in their order */
  readonly idOf: (text: string, values: readonly string[]) => number
  /** The row that stands for an unknown token, for features that word dropout hides; `undefined` where it doesn't. */
  readonly droppedId?: number
  /** How the table starts; default: uniform with variance 1 / dim. */
  readonly initial?: Initial
  /** `false`: the table stays as it starts. */
  readonly trainable?: boolean
  /**
   * This feature's row is added to the one of the feature before it, whose place it shares: two tables that part their
   * words between them, either with zeros for what the other has.
   */
  readonly sharesPlace?: boolean
  /** Numbers that training leaves alone: no parameter of the model. Only training and the making of graphs need them. */
  readonly fixed?: FixedTable
}

/** Character features: how a token's text becomes ids of the character table, never empty. */
export interface CharacterFeature {
  readonly size: number
  readonly dim: number
  readonly filters: number
  readonly idsOf: (text: string) => Int32Array
}

/** The same, read by a BiLSTM. */
export interface CharacterStateFeature {
  readonly size: number
  readonly dim: number
  /** Units a direction. */
  readonly hidden: number
  readonly idsOf: (text: string) => Int32Array
}

/** Everything the model sees of a unit; the row of a unit is
 * `[lookups…, characters, characterStates]`. */
export interface TokenFeatures {
  /** What a sentence is cut into. */
  readonly units: Units
  /** What is looked at besides a token's text; its characters or pieces have the values of the token. */
  readonly sentence?: readonly SentenceFeature[]
  readonly lookups: readonly LookupFeature[]
  readonly characters?: CharacterFeature
  readonly characterStates?: CharacterStateFeature
  /** Width of a whole row. */
  readonly dim: number
}

/** A sentence as the encoder reads it. */
export interface EncodedSentence {
  /** A form id a unit. */
  readonly forms: Int32Array
  /** Where each token's units lie; where units are words, a unit is a token and `units` is absent. */
  readonly units?: UnitSequence
  /** How many tokens the sentence has. */
  readonly tokens: number
}

const NO_VALUES: readonly string[] = []

/**
 * Interns texts of units with their sentence features, so that each distinct one has its ids worked out once.
 * A form id is an index into `lookupIds` (by feature) and `characterIds`.
 */
export class TokenForms {
  private readonly ids = new Map<string, number>()
  /** `[form][lookup]` */
  readonly lookupIds: Int32Array[] = []
  readonly characterIds: Int32Array[] = []

  constructor(readonly features: TokenFeatures) {}

  get size(): number {
    return this.lookupIds.length
  }

  /** Forgets everything: ids given out before are void. Keeps a long-running tagger from growing. */
  clear(): void {
    this.ids.clear()
    this.lookupIds.length = 0
    this.characterIds.length = 0
  }

  /**
   * A sentence's units as form ids.
   * @throws EncodeError `encode/column` where it lacks a column that the features look at
   */
  encode(sentence: TokenSentence): EncodedSentence {
    const { units, sentence: features } = this.features
    const input = toSentence(sentence)
    const { tokens } = input
    const columns = features?.map(feature => feature.valuesOf(input)) ?? []
    const valuesAt = (token: number) =>
      columns.length > 0 ? columns.map(values => values[token]) : NO_VALUES
    if (units.kind === 'word')
      return {
        forms: Int32Array.from(tokens, (text, t) => this.idOf(text, valuesAt(t))),
        tokens: tokens.length,
      }
    const sequence = units.split(tokens)
    const { texts, starts, ends } = sequence
    // The space between two tokens has nobody's values.
    const none = columns.map(() => '')
    let next = 0
    const forms = Int32Array.from(texts, (text, unit) => {
      while (next < tokens.length && unit >= ends[next]) next++
      return this.idOf(text, next < tokens.length && unit >= starts[next] ? valuesAt(next) : none)
    })
    return { forms, units: sequence, tokens: tokens.length }
  }

  idOf(text: string, values: readonly string[] = NO_VALUES): number {
    const key = values.length === 0 ? text : JSON.stringify([text, ...values])
    const known = this.ids.get(key)
    if (known !== undefined) return known
    const id = this.lookupIds.length
    this.ids.set(key, id)
    this.lookupIds.push(Int32Array.from(this.features.lookups, feature => feature.idOf(text, values)))
    const characters = this.features.characters ?? this.features.characterStates
    if (characters) this.characterIds.push(characters.idsOf(text))
    return id
  }
}

import type { InputConfig } from '../../config/schema.js'
import type { GazetteerList } from '../../encode/gazetteer.js'
import type { WordClassList } from '../../encode/word-classes.js'
import type { WordVectors } from '../../encode/word-vectors.js'
import type { GraphBuilder } from '../../engine/graph/builder.js'
import type { Value } from '../../engine/graph/value.js'
import type { ParameterSpec, RowGradient } from '../../engine/optim/parameter-store.js'
import type { Runtime, Tensor } from '../../engine/runtime/runtime.js'
import type { Tokenizer } from '../../text/tokenizer.js'
import type { InferenceContext } from '../encoders/encoder-block.js'
import type { SentenceInput } from './sentence.js'

/** How an input knows a unit: by a row of a table, or by a row for each of the unit's characters. */
export type InputId = number | Int32Array

/**
 * One input of a tagger, its vocabulary and sizes fixed: it turns each distinct unit (a word, or a character or piece
 * where those are what the encoder reads) into `width` features. What an input is made of and how it is trained is its
 * own affair; `create-inputs.ts` lists all kinds, and `inputs.slow.test.ts` tests them all alike.
 */
export interface InputBlock<Id extends InputId = InputId> {
  /** Features of a unit. */
  readonly width: number
  /** In the order of the random draws. Each name begins with `input.`. */
  readonly parameters: readonly ParameterSpec[]
  /** Bytes of what `infer` asks to keep: numbers that no parameter holds. Default: none. */
  readonly keptBytes?: number
  /**
   * What the sentence says about each of its tokens, for inputs that look beyond a unit's text. Units with the same
   * text and different values are distinct.
   * @throws EncodeError `encode/column` for a sentence that lacks what the input looks at
   */
  valuesOf?(sentence: SentenceInput): readonly string[]
  /** Whether it reads whole tokens, at the units that stand for them, where units are pieces of a pretrained encoder. */
  readonly readsTokens?: boolean
  /** @param value the token's value by `valuesOf`; '' without it, and for the space between two tokens */
  idOf(text: string, value: string): Id
  /** The id of a unit that word dropout hides. Absent: the input shows hidden units too. */
  readonly hiddenId?: Id
  /** Tables that the shipped graph reads with `rows`. Default: none. */
  readonly canRound?: readonly string[]
  /** Opens what training needs. */
  train(context: InputTrainingContext): InputTrainer<Id> | Promise<InputTrainer<Id>>
  /**
   * The input's part of the shipped graph. Its own inputs have `ids:` before their names.
   * @returns float32 `[distinct, width]`
   */
  infer(
    g: GraphBuilder,
    context: Pick<InferenceContext, 'weight' | 'rows' | 'value' | 'stored' | 'kept'>,
  ): Value
  /**
   * Where the tagger starts from a trained model: what the rows of a table start as that the model's table lacks, by
   * parameter, `[new rows, dim]`. Absent: each as the model's row of what is unknown.
   */
  readonly newRows?: Readonly<Record<string, Float32Array>>
  /** What `infer`'s inputs are fed for a batch's distinct units. */
  feed(ids: readonly Id[]): Readonly<Record<string, Tensor>>
}

/** Some columns of a matrix with one row per distinct unit of a batch: row `r` is `data[r · stride + offset …]`. */
export interface FeatureColumns {
  readonly data: Float32Array
  readonly stride: number
  readonly offset: number
}

/** The training of one input. Parameters are read, and their gradients written, in place. */
export interface InputTrainer<Id extends InputId = InputId> {
  /**
   * Overwrites the features of a batch's distinct units.
   * @param ids of each row
   */
  forward(ids: readonly Id[], out: FeatureColumns): void | Promise<void>
  /**
   * Overwrites the gradients of the input's parameters, for the units of the last `forward`.
   * @returns those of tables with sparse rows, in the order of `parameters`; valid until the next call
   */
  backward(
    ids: readonly Id[],
    gradient: FeatureColumns,
  ): readonly RowGradient[] | Promise<readonly RowGradient[]>
  release?(): Promise<void>
}

export interface InputTrainingContext {
  readonly runtime: Runtime
  /** A parameter's numbers. */
  readonly value: (name: string) => Float32Array
  /** Where the gradient of a parameter without sparse rows is written. */
  readonly gradient: (name: string) => Float32Array
  /** Brings rows of a table with sparse rows up to date, before they are read. Those out of range are ignored. */
  readonly settleRows: (name: string, rows: ArrayLike<number>) => void
}

/** What an input may collect its vocabulary from. */
export interface InputData {
  /** How often each unit occurs in the training sentences. */
  readonly texts: ReadonlyMap<string, number>
  readonly sentences: Iterable<SentenceInput>
  /** The lists that `input.gazetteers` names, in its order. */
  readonly gazetteers: readonly GazetteerList[]
  /** The lists that `input.classes` names, in its order. */
  readonly classes: readonly WordClassList[]
  readonly vectors?: Pick<WordVectors, 'rows' | 'subwords'>
}

/**
 * A kind of input: how its blocks are made from its settings (`input.NAME` of the configuration).
 * `Vocabulary` is plain data, or has a `toJSON`: it is stored in `vocab.json` under the kind's name.
 */
export interface InputKind<Settings, Vocabulary> {
  /** Depends on the data alone, not on the order of its sentences. */
  collect(settings: Settings, data: InputData): Vocabulary
  /**
   * Reads what `JSON.stringify` made of a vocabulary.
   * @param where what to call the place in messages
   * @throws ModelFileError, EncodeError for anything else
   */
  parse(settings: Settings, json: unknown, where: string): Vocabulary
  /** A trained model's vocabulary with what further data has besides. What was in it keeps its id. */
  extend(settings: Settings, vocabulary: Vocabulary, data: InputData): Vocabulary
  create(
    settings: Settings,
    vocabulary: Vocabulary,
    resources?: InputResources<Vocabulary>,
  ): readonly InputBlock[]
}

/** What inputs are made with besides their settings and vocabularies. */
export interface InputResources<Vocabulary = unknown> {
  /** Pretrained ones, for training; a tagger that is loaded has them in its files. */
  readonly vectors?: WordVectors
  /** What cuts the tagger's texts, if not the function `tokenize`. */
  readonly tokenizer?: Tokenizer
  /** The same input of the trained model that the tagger starts from. */
  readonly base?: BaseInput<Vocabulary>
}

/** An input of a trained model. */
export interface BaseInput<Vocabulary> extends StoredNumbers {
  readonly vocabulary: Vocabulary
}

/** The numbers of a trained model. */
export interface StoredNumbers {
  /** A trained parameter by name. */
  readonly parameter: (name: string) => Float32Array
  /** Tensors of the model that no parameter gives, by name. */
  readonly kept: ReadonlyMap<string, Tensor>
}

/** The settings of one kind of input. */
export type InputSettings<Name extends keyof InputConfig> = NonNullable<InputConfig[Name]>

/** A trained model that another tagger starts from, and what becomes of its parameters. */
import type { Config } from '../config/schema.js'
import { UNKNOWN_ID } from '../encode/vocabulary.js'
import type { ParameterSpec, ParameterStore } from '../engine/optim/parameter-store.js'
import type { InputVocabularies } from './inputs/create-inputs.js'
import type { BaseInput, StoredNumbers } from './inputs/input-block.js'
import { PARAMETER, parameterSpecs, type TaggerDefinition } from './tagger-definition.js'
import { taggerInputs, type Vocabularies } from './vocabularies.js'

/** A trained model: all that it takes to tag with it, or to start from it. */
export interface TrainedModel extends StoredNumbers {
  /** What to call it in messages. */
  readonly name: string
  /** SHA-256 of its parameters, hexadecimal. */
  readonly sha256: string
  readonly config: Config
  readonly vocabularies: Vocabularies
  readonly definition: TaggerDefinition
  /** Its graph for tagging, as ONNX bytes. */
  readonly model: Uint8Array
}

/** What fixes a model's graphs, from its settings and vocabularies. */
export function definitionOf(config: Config, vocabularies: Vocabularies): TaggerDefinition {
  return { inputs: taggerInputs(config, vocabularies), tags: vocabularies.tags, config }
}

/** A model's inputs, for those of a tagger that starts from it. */
export function inputsOf({ parameter, kept, vocabularies }: TrainedModel): BaseInput<InputVocabularies> {
  return { parameter, kept, vocabulary: vocabularies.inputs }
}

/**
 * Gives a tagger the parameters of the model that it starts from.
 *
 * - The rows of units that the model knows, and everything whose shape is the same, are copied.
 * - New rows of an input's table start as its blocks say, or as the model's row of what is unknown. So before the first
 *   update a text gets the features that it got from the model.
 * - The output layer's rows, and the scores of a CRF, are copied for the tags that the model has. Those of new tags start
 *   as those of `O`, which their tokens were to the model, a little less likely.
 */
export function takeOver(store: ParameterStore, definition: TaggerDefinition, base: TrainedModel): void {
  const before = new Map(parameterSpecs(base.definition).map(spec => [spec.name, spec]))
  const newRows = Object.assign({}, ...definition.inputs.blocks.map(({ newRows }) => newRows))
  const baseTags = new Map(base.definition.tags.map((tag, id) => [tag, id]))
  const tagIds = definition.tags.map(tag => baseTags.get(tag) ?? NEW)
  for (const spec of parameterSpecs(definition)) {
    const { name } = spec
    const value = store.get(name).value
    const former = before.get(name)
    if (!former) throw new Error(`the model has no parameter ${name}`)
    const values = base.parameter(name)
    if (name in TAG_AXES)
      copyTags(value, values, tagIds, {
        width: former.shape[1],
        axes: TAG_AXES[name],
        below: name === PARAMETER.outputBias ? BELOW_OUTSIDE : 0,
      })
    else if (String(spec.shape) === String(former.shape)) value.set(values)
    else copyRows(value, values, rowWidth(spec, former), newRows[name])
  }
}

/** A tag that the model does not have. */
const NEW = -1
/** The id of `O`. */
const OUTSIDE = 0

/** How many of a parameter's first dimensions are tags. */
const TAG_AXES: Readonly<Record<string, 1 | 2>> = {
  [PARAMETER.outputWeight]: 1,
  [PARAMETER.outputBias]: 1,
  [PARAMETER.transitions]: 2,
  [PARAMETER.start]: 1,
  [PARAMETER.end]: 1,
}

/** Whether a parameter has numbers of its own for each tag. */
export function isTagParameter(name: string): boolean {
  return Object.hasOwn(TAG_AXES, name)
}

/** How much less likely than `O` a new tag is at first: tokens of a new type were `O` to the model. */
const BELOW_OUTSIDE = 3

/** @param tagIds the model's id of each tag, or `NEW` */
function copyTags(
  value: Float32Array,
  values: Float32Array,
  tagIds: readonly number[],
  { width, axes, below }: { readonly width: number; readonly axes: 1 | 2; readonly below: number },
): void {
  const sources = tagIds.map(id => (id === NEW ? OUTSIDE : id))
  sources.forEach((from, to) => {
    if (axes === 2)
      sources.forEach((fromNext, next) => {
        value[to * sources.length + next] = values[from * width + fromNext]
      })
    else
      for (let d = 0; d < width; d++)
        value[to * width + d] = values[from * width + d] - (tagIds[to] === NEW ? below : 0)
  })
}

/** The width of a table to which rows were added. */
function rowWidth(spec: ParameterSpec, former: ParameterSpec): number {
  const [rows, width] = spec.shape
  const [formerRows, formerWidth] = former.shape
  const isLonger = spec.shape.length === 2 && former.shape.length === 2 && rows > formerRows
  if (isLonger && width === formerWidth) return width
  throw new Error(`${spec.name} is ${spec.shape}, and was ${former.shape}`)
}

function copyRows(value: Float32Array, values: Float32Array, width: number, newRows?: Float32Array): void {
  value.set(values)
  if (newRows) value.set(newRows, values.length)
  else
    for (let at = values.length; at < value.length; at += width)
      value.set(values.subarray(UNKNOWN_ID * width, (UNKNOWN_ID + 1) * width), at)
}

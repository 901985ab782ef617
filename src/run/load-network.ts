import type { Fault } from '../base/errors.js'
import { ModelFileError } from '../base/model-file-error.js'
import { VERSION } from '../base/version.js'
import { allocate, areFinite, sizeOf, type Tensor } from '../engine/graph/tensor.js'
import { modelWriter } from '../engine/onnx/encode.js'
import { readInitializers } from '../engine/onnx/messages.js'
import { areSimilarModels } from '../engine/onnx/similar-models.js'
import { halfValues } from '../engine/optim/half-floats.js'
import { parseSafetensors, type StoredTensor } from '../engine/optim/safetensors.js'
import { inferenceGraph } from '../model/inference-graph.js'
import type { KeptTensor } from '../model/inference-values.js'
import { roundedParts } from '../model/rounded.js'
import { parameterSpecs, type TaggerDefinition } from '../model/tagger-definition.js'
import { withoutRounding } from './rounded-tensors.js'
import { MODEL, PARAMETERS } from './run-files.js'
import { MANIFEST } from './run-manifest.js'
import { isOlderRun, isOwnRun, versionOf } from './run-version.js'
import type { StoredRun } from './stored-run.js'

const REMEDY = 'copy the run folder again, or train again'
/** Bytes of a safetensors header, at most, and what it needs for one tensor. */
const HEADER_BYTES = 65_536
const BYTES_PER_TENSOR = 1024

export interface StoredNetwork {
  /** A trained parameter by name. */
  readonly parameter: (name: string) => Float32Array
  /** ONNX bytes that this program wrote. */
  readonly model: Uint8Array
  /** Tensors of the model that no parameter gives, by name. */
  readonly kept: ReadonlyMap<string, Tensor>
  /** Says that another version of the program wrote the run, where its network was or may be another. */
  readonly notice?: string
}

/**
 * Reads the numbers of a network whose settings and vocabularies are known. What runs in the end is a graph that this
 * program builds from the four files: never one that somebody else built. The stored graph must be the same, byte for
 * byte; one of an older version of the program may differ, and is not run. A packed run (see `packRun`) stores no graph.
 *
 * @throws InputError unless the parameters are exactly those of the definition, finite numbers all of them, and the
 *   stored model is what they make
 */
export async function loadNetwork(run: StoredRun, definition: TaggerDefinition): Promise<StoredNetwork> {
  try {
    const { parameter, others, isRounded } = await loadParameters(run, definition)
    const isMade = run.isPacked || (run.skipsGraph && isOwnRun(run.manifest) && keptBytes(definition) === 0)
    const made = isMade
      ? makeModel(run, definition, parameter, { others, isRounded })
      : await loadModel(run, definition, parameter)
    return { parameter, ...made }
  } catch (error) {
    throw run.explained(error)
  }
}

/** Bytes of what a graph has besides the parameters. */
function keptBytes({ inputs }: TaggerDefinition): number {
  return inputs.blocks.reduce((sum, { keptBytes: own = 0 }) => sum + own, 0)
}

interface LoadedParameters {
  readonly parameter: (name: string) => Float32Array
  /** What a packed run has besides. */
  readonly others: ReadonlyMap<string, StoredTensor>
  /** Whether it has them in 8 bits. */
  readonly isRounded: boolean
}

async function loadParameters(run: StoredRun, definition: TaggerDefinition): Promise<LoadedParameters> {
  const where = run.where(PARAMETERS)
  const specs = parameterSpecs(definition)
  const trained = specs.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0)
  const size = run.size(PARAMETERS)
  // Before anything is read or allocated.
  const kept = run.isPacked ? keptBytes(definition) : 0
  const whole = trained + kept
  // A packed run may have them in a half or a quarter of the bytes.
  const least = run.isPacked ? whole / 4 : whole
  const most = whole + HEADER_BYTES + BYTES_PER_TENSOR * specs.length
  if (size > 0 && !(size >= least && size <= most))
    throw new ModelFileError({
      where,
      expected: `about ${whole} bytes, for the parameters that the settings and vocabularies ask for`,
      got: `${size} bytes`,
      remedy: REMEDY,
    })
  await run.load([PARAMETERS])
  const { tensors: stored } = parseSafetensors(run.bytes(PARAMETERS), where)
  const columns = roundedParts(definition)
  const isRounded = run.isPacked && [...columns.keys()].some(name => stored.get(name)?.dtype === 'I8')
  const full = run.isPacked ? inFullPrecision(stored) : stored
  const tensors = isRounded ? withoutRounding(full, specs, columns) : full
  const values = new Map<string, Float32Array>()
  const faults: Fault[] = []
  for (const { name, shape } of specs) {
    const found = tensors.get(name)
    const fault = (got: string) =>
      faults.push({ where, expected: `tensor "${name}" as F32 [${shape}]`, got, remedy: REMEDY })
    if (!(found?.data instanceof Float32Array) || String(found.shape) !== String(shape))
      fault(found ? `${found.dtype} [${found.shape}]` : 'none')
    else if (!areFinite(found.data)) fault('numbers that are not finite')
    else values.set(name, found.data)
  }
  const others = new Map([...tensors].filter(([name]) => !values.has(name)))
  if (faults.length === 0 && others.size > 0 && !run.isPacked)
    faults.push({ where, expected: `${specs.length} tensors`, got: String(tensors.size), remedy: REMEDY })
  if (faults.length > 0) throw new ModelFileError(faults)
  const parameter = (name: string) => {
    const found = values.get(name)
    if (!found) throw new Error(`no parameter ${name}`)
    return found
  }
  return { parameter, others, isRounded }
}

/** Tensors of 16-bit floats as those of 32 bits that they stand for. */
function inFullPrecision(tensors: ReadonlyMap<string, StoredTensor>): Map<string, StoredTensor> {
  return new Map(
    [...tensors].map(([name, { dtype, shape, data }]) => [
      name,
      dtype === 'F16'
        ? { dtype: 'F32', shape, data: halfValues(data as Uint16Array) }
        : { dtype, shape, data },
    ]),
  )
}

/** The model of a packed run: what only a model has is beside the parameters. */
function makeModel(
  run: StoredRun,
  definition: TaggerDefinition,
  parameter: (name: string) => Float32Array,
  { others, isRounded }: Pick<LoadedParameters, 'others' | 'isRounded'>,
): Pick<StoredNetwork, 'model' | 'kept' | 'notice'> {
  const kept = new KeptTensors(run.where(PARAMETERS), run.size(PARAMETERS))
  const options = { kept: kept.allocate, isRounded }
  const { graph, initializers } = inferenceGraph(definition, parameter, options)
  const found = new Map<string, Tensor>()
  for (const [name, { dtype, shape, data }] of others) {
    if (dtype === 'U8') found.set(name, { type: 'uint8', shape, data: data as Uint8Array })
    if (dtype === 'I8') found.set(name, { type: 'int8', shape, data: data as Int8Array })
    if (dtype === 'F32') found.set(name, { type: 'float32', shape, data: data as Float32Array })
  }
  kept.take(found)
  const extra = others.size - kept.tensors.size
  if (extra > 0)
    throw new ModelFileError({
      where: run.where(PARAMETERS),
      expected: 'no tensors but those that the settings and vocabularies ask for',
      got: `${extra} more`,
      remedy: REMEDY,
    })
  const made = { model: modelWriter(graph, { initializers }).finish(), kept: kept.tensors }
  if (isOwnRun(run.manifest) || isOlderRun(run.manifest)) return made
  // Without a graph nothing tells whether that version builds the same one.
  const notice = `${run.where(MANIFEST)}: nerite ${versionOf(run.manifest)} packed this tagger, which may build its network in another way than this version (${VERSION}). Update nerite, or compare its scores`
  return { ...made, notice }
}

async function loadModel(
  run: StoredRun,
  definition: TaggerDefinition,
  parameter: (name: string) => Float32Array,
): Promise<Pick<StoredNetwork, 'model' | 'kept' | 'notice'>> {
  const where = run.where(MODEL)
  const kept = new KeptTensors(where, run.size(MODEL))
  const { graph, initializers } = inferenceGraph(definition, parameter, { kept: kept.allocate })
  const writer = modelWriter(graph, { initializers })
  const isOwn = isOwnRun(run.manifest)
  const fault = (expected: string, got: string) =>
    new ModelFileError({ where, expected, got, remedy: REMEDY })
  if (isOwn && run.size(MODEL) > 0 && run.size(MODEL) !== writer.length)
    throw fault(`${writer.length} bytes, as the run’s other files make it`, `${run.size(MODEL)}`)
  await run.load([MODEL])
  const stored = run.bytes(MODEL)
  kept.fill(stored)
  if (writer.equals(stored)) return { model: stored, kept: kept.tensors }
  const own = writer.finish()
  if (areSimilarModels(own, stored)) return { model: own, kept: kept.tensors }
  if (!isOlderRun(run.manifest)) throw fault('the model that the run’s other files make', 'another one')
  return {
    model: own,
    kept: kept.tensors,
    notice: `${where} is as nerite ${versionOf(run.manifest)} made it and is not used: this version builds the network from the run’s other files in another way. Its scores should be the same; check them, or train again`,
  }
}

/** Tensors that only the stored model has: allocated for the graph, then filled from the file. */
class KeptTensors {
  readonly tensors = new Map<string, Tensor>()

  constructor(
    private readonly where: string,
    /** Of the file: more cannot be in it. */
    private readonly bytes: number,
  ) {}

  readonly allocate: KeptTensor = (name, type, shape) => {
    const size = sizeOf(shape)
    if (!(size <= this.bytes)) throw this.fault(name, type, shape, `a model of ${this.bytes} bytes`)
    const tensor = { type, shape, data: allocate(type, size) }
    this.tensors.set(name, tensor)
    return tensor
  }

  /** @throws ModelFileError where the model lacks one of the tensors, or a number is not finite */
  fill(model: Uint8Array): void {
    if (this.tensors.size === 0) return
    let found: ReadonlyMap<string, Tensor>
    try {
      found = readInitializers(model, new Set(this.tensors.keys()))
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof TypeError)) throw error
      const { message } = error
      throw new ModelFileError({ where: this.where, expected: 'an ONNX model', got: message, remedy: REMEDY })
    }
    this.take(found)
  }

  /** @throws ModelFileError where one of the tensors is missing, or a number is not finite */
  take(found: ReadonlyMap<string, Tensor>): void {
    for (const [name, { type, shape, data }] of this.tensors) {
      const stored = found.get(name)
      if (!stored || stored.type !== type || String(stored.shape) !== String(shape))
        throw this.fault(name, type, shape, stored ? `${stored.type}[${stored.shape}]` : 'none')
      if (stored.data instanceof Float32Array && !areFinite(stored.data))
        throw this.fault(name, type, shape, 'numbers that are not finite')
      ;(data as Float32Array).set(stored.data as Float32Array)
    }
  }

  private fault(name: string, type: string, shape: readonly number[], got: string): ModelFileError {
    return new ModelFileError({
      where: this.where,
      expected: `tensor "${name}" as ${type}[${shape}]`,
      got,
      remedy: REMEDY,
    })
  }
}

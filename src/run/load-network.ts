import type { Fault } from '../base/errors.js'
import { ModelFileError } from '../base/model-file-error.js'
import { VERSION } from '../base/version.js'
import { allocate, sizeOf, type Tensor } from '../engine/graph/tensor.js'
import { modelWriter } from '../engine/onnx/encode.js'
import { readInitializers } from '../engine/onnx/messages.js'
import { areSimilarModels } from '../engine/onnx/similar-models.js'
import { parseSafetensors } from '../engine/optim/safetensors.js'
import { inferenceGraph } from '../model/inference-graph.js'
import type { KeptTensor } from '../model/inference-values.js'
import { parameterSpecs, type TaggerDefinition } from '../model/tagger-definition.js'
import { MODEL, PARAMETERS } from './run-files.js'
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
}

/**
 * Reads the numbers of a network whose settings and vocabularies are known. What runs in the end is a graph that this
 * program builds from the four files: never one that somebody else built. The stored graph must be the same, byte for
 * byte; one of another version of the program may differ, and is not run.
 *
 * @throws ModelFileError unless the parameters are exactly those of the definition, finite numbers all of them, and the
 *   stored model is what they make
 */
export async function loadNetwork(run: StoredRun, definition: TaggerDefinition): Promise<StoredNetwork> {
  const parameter = await loadParameters(run, definition)
  return { parameter, model: await loadModel(run, definition, parameter) }
}

async function loadParameters(
  run: StoredRun,
  definition: TaggerDefinition,
): Promise<(name: string) => Float32Array> {
  const where = run.where(PARAMETERS)
  const specs = parameterSpecs(definition)
  const least = specs.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0)
  const size = run.size(PARAMETERS)
  // Before anything is read or allocated.
  if (size > 0 && !(size >= least && size <= least + HEADER_BYTES + BYTES_PER_TENSOR * specs.length))
    throw new ModelFileError({
      where,
      expected: `about ${least} bytes, for the parameters that the settings and vocabularies ask for`,
      got: `${size} bytes`,
      remedy: REMEDY,
    })
  await run.load([PARAMETERS])
  const { tensors } = parseSafetensors(run.bytes(PARAMETERS), where)
  const values = new Map<string, Float32Array>()
  const faults: Fault[] = []
  for (const { name, shape } of specs) {
    const found = tensors.get(name)
    const fault = (got: string) =>
      faults.push({ where, expected: `tensor "${name}" as F32 [${shape}]`, got, remedy: REMEDY })
    if (!(found?.data instanceof Float32Array) || String(found.shape) !== String(shape))
      fault(found ? `${found.dtype} [${found.shape}]` : 'none')
    else if (!found.data.every(Number.isFinite)) fault('numbers that are not finite')
    else values.set(name, found.data)
  }
  if (faults.length === 0 && tensors.size > specs.length)
    faults.push({ where, expected: `${specs.length} tensors`, got: String(tensors.size), remedy: REMEDY })
  if (faults.length > 0) throw new ModelFileError(faults)
  return name => {
    const found = values.get(name)
    if (!found) throw new Error(`no parameter ${name}`)
    return found
  }
}

async function loadModel(
  run: StoredRun,
  definition: TaggerDefinition,
  parameter: (name: string) => Float32Array,
): Promise<Uint8Array> {
  const where = run.where(MODEL)
  const kept = new KeptTensors(where, run.size(MODEL))
  const { graph, initializers } = inferenceGraph(definition, parameter, kept.allocate)
  const writer = modelWriter(graph, { initializers })
  const isOwn = run.manifest.nerite === VERSION
  const fault = (expected: string, got: string) =>
    new ModelFileError({ where, expected, got, remedy: REMEDY })
  if (isOwn && run.size(MODEL) > 0 && run.size(MODEL) !== writer.length)
    throw fault(`${writer.length} bytes, as the run’s other files make it`, `${run.size(MODEL)}`)
  await run.load([MODEL])
  const stored = run.bytes(MODEL)
  kept.fill(stored)
  if (writer.equals(stored)) return stored
  const own = writer.finish()
  if (isOwn && !areSimilarModels(own, stored))
    throw fault('the model that the run’s other files make', 'another one')
  return own
}

/** Tensors that only the stored model has: allocated for the graph, then filled from the file. */
class KeptTensors {
  private readonly tensors = new Map<string, Tensor>()

  constructor(
    private readonly where: string,
    /** Of the stored model: more cannot be in it. */
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
    for (const [name, { type, shape, data }] of this.tensors) {
      const stored = found.get(name)
      if (!stored || stored.type !== type || String(stored.shape) !== String(shape))
        throw this.fault(name, type, shape, stored ? `${stored.type}[${stored.shape}]` : 'none')
      if (stored.data instanceof Float32Array && !stored.data.every(Number.isFinite))
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

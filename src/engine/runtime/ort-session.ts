/**
 * A session of ONNX Runtime behind our interface. onnxruntime-node and onnxruntime-web have the same API; `OrtPackage`
 * holds the differences.
 */
import { type ElementType, sizeOf, type Tensor, type TensorData } from '../graph/tensor.js'
import { ASYNC_DISPOSE, checkNames, RuntimeError, type Session, writeTensor } from './runtime.js'

/** ONNX Runtime's tensor. */
export interface OrtTensor {
  readonly type: string
  readonly dims: readonly number[]
  readonly data: unknown
}

/** ONNX Runtime's session. */
export interface OrtInferenceSession {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  run(
    feeds: Readonly<Record<string, OrtTensor>>,
    fetches?: readonly string[] | Readonly<Record<string, OrtTensor | null>>,
  ): Promise<Readonly<Record<string, OrtTensor>>>
  release(): Promise<void>
}

/** The part of ONNX Runtime's API that is used, written down here, so that Nerite's types need none of its packages. */
export interface OrtModule {
  readonly InferenceSession: {
    create(model: Uint8Array, options: object): Promise<OrtInferenceSession>
  }
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OrtTensor
}

/** An output that ends a run before its outputs are copied, when everything has been written into the tensors given. */
export interface EndingOutput {
  readonly name: string
  /** Whether a run ended there, and not with a failure. */
  isEnd(error: unknown): boolean
}

/** What sessions need from onnxruntime-node or onnxruntime-web. */
export interface OrtPackage extends OrtModule {
  /** The output that the model has in front of its own for that. Default: none. */
  readonly ending?: EndingOutput
  /** Whether `run` writes into the tensors given for outputs. WebAssembly computes into its own memory instead. */
  readonly fillsOutputs: boolean
  /** Whether data in a SharedArrayBuffer may be fed. */
  readonly takesSharedMemory: boolean
}

/** @throws RuntimeError `runtime/model` where ONNX Runtime refuses the model */
export async function createOrtSession(
  ort: OrtPackage,
  model: Uint8Array,
  options: object,
): Promise<Session> {
  try {
    return new OrtSession(ort, await ort.InferenceSession.create(model, options))
  } catch (cause) {
    throw new RuntimeError('runtime/model', `ONNX Runtime refused the model: ${messageOf(cause)}`, { cause })
  }
}

class OrtSession implements Session {
  /** ONNX Runtime's wrapper for each of our tensors, so that a training step wraps its parameters once. */
  private readonly wrapped = new WeakMap<Tensor, OrtTensor>()
  private released = false

  constructor(
    private readonly ort: OrtPackage,
    private readonly session: OrtInferenceSession,
  ) {}

  get inputNames(): readonly string[] {
    return this.session.inputNames
  }

  get outputNames(): readonly string[] {
    const { outputNames } = this.session
    return outputNames.filter(name => name !== this.ort.ending?.name)
  }

  async run(
    feeds: Readonly<Record<string, Tensor>>,
    fetches?: Readonly<Record<string, Tensor | null>>,
  ): Promise<Record<string, Tensor>> {
    if (this.released) throw new RuntimeError('runtime/released', 'run: the session has been released')
    checkNames(this, feeds, fetches)
    const inputs: Record<string, OrtTensor> = {}
    for (const name of this.inputNames) inputs[name] = this.wrap(name, feeds[name])
    const results = await this.call(inputs, fetches)
    const outputs: Record<string, Tensor> = {}
    for (const name of fetches ? Object.keys(fetches) : this.outputNames) {
      const given = fetches?.[name]
      if (given && !this.ort.fillsOutputs) writeTensor(name, fromOrt(results[name]), given)
      outputs[name] = given ?? fromOrt(results[name])
    }
    return outputs
  }

  /** @returns nothing where everything was written into the tensors given */
  private async call(
    inputs: Record<string, OrtTensor>,
    fetches: Readonly<Record<string, Tensor | null>> | undefined,
  ): Promise<Readonly<Record<string, OrtTensor>>> {
    const { ending, fillsOutputs } = this.ort
    try {
      if (!fetches) return await this.session.run(inputs, this.outputNames)
      if (!fillsOutputs) return await this.session.run(inputs, Object.keys(fetches))
      const outputs: Record<string, OrtTensor | null> = {}
      for (const name of Object.keys(fetches)) {
        const tensor = fetches[name]
        outputs[name] = tensor ? this.wrap(name, tensor) : null
      }
      const areGiven = Object.values(outputs).every(tensor => tensor !== null)
      return await this.session.run(
        inputs,
        ending && areGiven ? { [ending.name]: null, ...outputs } : outputs,
      )
    } catch (cause) {
      if (cause instanceof RuntimeError) throw cause
      if (ending?.isEnd(cause)) return {}
      throw new RuntimeError('runtime/run', `ONNX Runtime failed: ${messageOf(cause)}`, { cause })
    }
  }

  private wrap(name: string, tensor: Tensor): OrtTensor {
    const known = this.wrapped.get(tensor)
    if (known) return known
    this.checkTensor(name, tensor)
    // The constructor has a signature for each element type; ours are a subset of them.
    const made = new this.ort.Tensor(tensor.type as 'float32', tensor.data as Float32Array, tensor.shape)
    this.wrapped.set(tensor, made)
    return made
  }

  private checkTensor(name: string, { type, shape, data }: Tensor): void {
    if (data.length !== sizeOf(shape))
      throw new RuntimeError(
        'runtime/feed',
        `tensor '${name}': expected ${sizeOf(shape)} elements for ${type}[${shape.join(', ')}], got ${data.length}`,
      )
    if (this.ort.takesSharedMemory || typeof SharedArrayBuffer === 'undefined') return
    if (data.buffer instanceof SharedArrayBuffer)
      throw new RuntimeError(
        'runtime/feed',
        `tensor '${name}': expected memory of this thread's own, got a SharedArrayBuffer, which ONNX Runtime refuses`,
      )
  }

  async release(): Promise<void> {
    if (this.released) return
    this.released = true
    await this.session.release()
  }

  [ASYNC_DISPOSE](): Promise<void> {
    return this.release()
  }
}

function fromOrt({ type, dims, data }: OrtTensor): Tensor {
  return { type: type as ElementType, shape: dims, data: data as TensorData }
}

export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

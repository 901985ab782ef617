/**
 * The runtime of Node.js: ONNX Runtime's native kernels (onnxruntime-node). `run` blocks the event loop until it is
 * done: train in a worker thread.
 */
import { availableParallelism } from 'node:os'
import type * as Ort from 'onnxruntime-node'
import { type ElementType, sizeOf, type Tensor, type TensorData } from '../../graph/tensor.js'
import {
  ASYNC_DISPOSE,
  checkNames,
  type Runtime,
  RuntimeError,
  type Session,
  type SessionOptions,
} from '../runtime.js'

/**
 * How sessions are set up, as measured:
 * - sequential, one thread between operators: parallel execution is half as fast on recurrent graphs;
 * - no memory patterns: a third less memory where batch lengths change, same speed;
 * - `force_spinning_stop`: idle threads of one session don't starve another between runs, and within a run they still
 *   spin (switching that off costs 17–21 %);
 * - log level error: warnings go to stderr in any case where they matter.
 */
export function nodeSessionOptions({ threads }: SessionOptions = {}): Ort.InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    executionMode: 'sequential',
    intraOpNumThreads: threads ?? availableParallelism(),
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    enableMemPattern: false,
    enableCpuMemArena: true,
    logSeverityLevel: 3,
    extra: { session: { force_spinning_stop: '1' } },
  }
}

/**
 * ONNX Runtime in Node.js.
 * @throws RuntimeError `runtime/missing` from createSession where onnxruntime-node is not installed
 */
export function nodeRuntime(): Runtime {
  return {
    name: 'node',
    createSession: async (model, options) => {
      const ort = await loadOrt()
      const session = await ort.InferenceSession.create(model, nodeSessionOptions(options)).catch(
        (cause: unknown) => {
          throw new RuntimeError('runtime/model', `ONNX Runtime refused the model: ${messageOf(cause)}`, {
            cause,
          })
        },
      )
      return new NodeSession(ort, session)
    },
  }
}

async function loadOrt(): Promise<typeof Ort> {
  try {
    return await import('onnxruntime-node')
  } catch (cause) {
    throw new RuntimeError(
      'runtime/missing',
      'onnxruntime-node: expected it installed, got none; run npm install onnxruntime-node',
      { cause },
    )
  }
}

class NodeSession implements Session {
  /** ONNX Runtime's wrapper for each of our tensors, so that a training step wraps its parameters once. */
  private readonly wrapped = new WeakMap<Tensor, Ort.Tensor>()
  private released = false

  constructor(
    private readonly ort: typeof Ort,
    private readonly session: Ort.InferenceSession,
  ) {}

  get inputNames(): readonly string[] {
    return this.session.inputNames
  }

  get outputNames(): readonly string[] {
    return this.session.outputNames
  }

  async run(
    feeds: Readonly<Record<string, Tensor>>,
    fetches?: Readonly<Record<string, Tensor | null>>,
  ): Promise<Record<string, Tensor>> {
    if (this.released)
      throw new RuntimeError('runtime/released', 'run: expected an open session, got a released one')
    checkNames(this, feeds, fetches)
    const inputs: Record<string, Ort.Tensor> = {}
    for (const name of this.inputNames) inputs[name] = this.wrap(name, feeds[name])
    const results = await this.call(inputs, fetches)
    const answer: Record<string, Tensor> = {}
    for (const name of Object.keys(results)) answer[name] = fetches?.[name] ?? fromOrt(results[name])
    return answer
  }

  private async call(
    inputs: Record<string, Ort.Tensor>,
    fetches: Readonly<Record<string, Tensor | null>> | undefined,
  ): Promise<Ort.InferenceSession.OnnxValueMapType> {
    try {
      if (!fetches) return await this.session.run(inputs)
      const outputs: Record<string, Ort.Tensor | null> = {}
      for (const name of Object.keys(fetches)) {
        const tensor = fetches[name]
        outputs[name] = tensor ? this.wrap(name, tensor) : null
      }
      return await this.session.run(inputs, outputs)
    } catch (cause) {
      if (cause instanceof RuntimeError) throw cause
      throw new RuntimeError('runtime/run', `ONNX Runtime failed: ${messageOf(cause)}`, { cause })
    }
  }

  private wrap(name: string, tensor: Tensor): Ort.Tensor {
    const known = this.wrapped.get(tensor)
    if (known) return known
    checkTensor(name, tensor)
    const made = new this.ort.Tensor(
      tensor.type,
      tensor.data as Float32Array,
      tensor.shape,
    ) as unknown as Ort.Tensor
    this.wrapped.set(tensor, made)
    return made
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

function checkTensor(name: string, { type, shape, data }: Tensor): void {
  if (data.length !== sizeOf(shape))
    throw new RuntimeError(
      'runtime/feed',
      `tensor '${name}': expected ${sizeOf(shape)} elements for ${type}[${shape.join(', ')}], got ${data.length}`,
    )
  if (typeof SharedArrayBuffer !== 'undefined' && data.buffer instanceof SharedArrayBuffer)
    throw new RuntimeError(
      'runtime/feed',
      `tensor '${name}': expected memory of this thread's own, got a SharedArrayBuffer, which ONNX Runtime refuses`,
    )
}

function fromOrt(value: Ort.OnnxValue): Tensor {
  const { type, dims, data } = value as Ort.Tensor
  return { type: type as ElementType, shape: dims, data: data as TensorData }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

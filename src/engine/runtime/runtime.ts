/**
 * What runs models. `node` (onnxruntime-node), `web` (onnxruntime-web) and `reference` (plain TypeScript) share this
 * interface. Nothing outside of `runtime/` knows which one runs.
 */
import { isFloat, type Tensor } from '../graph/tensor.js'

export type { Tensor } from '../graph/tensor.js'

export interface SessionOptions {
  /** Threads for one operator. Default: as many as the machine has cores. */
  readonly threads?: number
  /**
   * Whether runs give a tensor for every output that they fetch. Then onnxruntime-node does not copy what it has written into
   * them once more, and the model is copied when it is read. Default false.
   */
  readonly outputsGiven?: boolean
}

/** The GPU that a runtime computes on, by the interface to it. */
export type GpuDevice = 'cuda' | 'webgpu'

export interface Runtime {
  readonly name: 'node' | 'web' | 'reference'
  /** Absent: the processor. What a GPU has no kernel for, the processor computes. */
  readonly device?: GpuDevice
  /** @param model the bytes of an ONNX model, as `encodeModel` writes them */
  createSession(model: Uint8Array, options?: SessionOptions): Promise<Session>
}

export interface Session extends AsyncDisposable {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  /**
   * Runs the model once.
   *
   * @param feeds a tensor for every input; others are refused. Data may be a view into a `WebAssembly.Memory` and is
   *   read in place, not copied.
   * @param fetches the outputs to return, each with a tensor of the right type and shape to write into, or `null` to
   *   have one allocated. Default: every output, allocated.
   * @returns the outputs by name; where a tensor was given, that same tensor
   * @throws RuntimeError where a feed is missing or unknown, or a tensor doesn't fit
   */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    fetches?: Readonly<Record<string, Tensor | null>>,
  ): Promise<Record<string, Tensor>>
  /** Frees what the session holds. Safe to call twice; running afterwards is an error. `await using` calls it. */
  release(): Promise<void>
}

/** A session could not be created or run: the runtime or a feed is missing, or a tensor doesn't fit. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError'

  constructor(
    readonly code: 'runtime/missing' | 'runtime/feed' | 'runtime/released' | 'runtime/model' | 'runtime/run',
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options)
  }
}

/** Names of inputs and outputs of a session. */
export interface SessionNames {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
}

/** Checks the names of a run before anything is computed. @throws RuntimeError */
export function checkNames(
  { inputNames, outputNames }: SessionNames,
  feeds: Readonly<Record<string, Tensor>>,
  fetches: Readonly<Record<string, Tensor | null>> | undefined,
): void {
  for (const name of inputNames)
    if (!feeds[name])
      throw new RuntimeError('runtime/feed', `feeds: expected a tensor for input '${name}', got none`)
  for (const name of Object.keys(feeds))
    if (!inputNames.includes(name))
      throw new RuntimeError(
        'runtime/feed',
        `feeds: expected the model's inputs (${inputNames.join(', ')}), got '${name}'`,
      )
  for (const name of Object.keys(fetches ?? {}))
    if (!outputNames.includes(name))
      throw new RuntimeError(
        'runtime/feed',
        `fetches: expected the model's outputs (${outputNames.join(', ')}), got '${name}'`,
      )
}

/**
 * Copies a result into the tensor that was given for it, where a runtime can't write into it directly. Converts between
 * float precisions.
 * @throws RuntimeError where type or shape differ
 */
export function writeTensor(name: string, from: Tensor, to: Tensor): void {
  const type = from.type === to.type || (isFloat(from.type) && isFloat(to.type))
  if (!type || from.shape.join() !== to.shape.join() || from.data.length !== to.data.length)
    throw new RuntimeError(
      'runtime/feed',
      `fetch '${name}': expected ${from.type}[${from.shape.join(', ')}], got ${to.type}[${to.shape.join(', ')}]`,
    )
  if (to.data instanceof BigInt64Array) to.data.set(from.data as BigInt64Array)
  else to.data.set(from.data as Float32Array)
}

/** The symbol of `await using`; engines that lack it get Node's own substitute. */
export const ASYNC_DISPOSE: typeof Symbol.asyncDispose =
  Symbol.asyncDispose ?? (Symbol.for('nodejs.asyncDispose') as typeof Symbol.asyncDispose)

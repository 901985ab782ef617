/**
 * The runtime of the browser, and of Node.js where onnxruntime-node is missing: ONNX Runtime's kernels as WebAssembly
 * with SIMD (onnxruntime-web). Tensors are copied into WebAssembly's memory and out of it in every run. `run` blocks
 * its thread, so train in a worker.
 *
 * Threads need shared memory, which a page has if it is cross-origin isolated (served with the headers
 * `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`). Elsewhere there is one
 * thread, with the same results.
 */
import { GraphBuilder } from '../../graph/builder.js'
import { encodeModel } from '../../onnx/encode.js'
import { createOrtSession, messageOf, type OrtModule, type OrtPackage } from '../ort-session.js'
import { type Runtime, RuntimeError } from '../runtime.js'

/** The kernels. Nerite's package has this file and the scripts that load it: nothing else of onnxruntime-web is used. */
const WASM = 'ort-wasm-simd-threaded.wasm'

/** What onnxruntime-web has to have. */
export interface OrtWebModule extends OrtModule {
  readonly env: { logLevel?: unknown; readonly wasm: { numThreads?: number; wasmPaths?: unknown } }
}

export interface WebRuntimeOptions {
  /**
   * Threads, if a session doesn't set them. Default: as many as the machine has cores. WebAssembly's threads start with
   * the first session and are the same for all later ones.
   */
  readonly threads?: number
  /**
   * Folder, with `/` at its end, that `ort-wasm-simd-threaded.wasm` is fetched from. Default: beside the script that loads
   * it.
   */
  readonly wasmPaths?: string
  /** How onnxruntime-web is loaded. Default: the copy in Nerite's own package, its build without GPU parts. */
  readonly load?: () => Promise<OrtWebModule>
}

/**
 * ONNX Runtime in WebAssembly.
 * @throws RuntimeError `runtime/missing` from createSession where onnxruntime-web or `ort-wasm-simd-threaded.wasm` can't be
 *   loaded
 * @example
 * const session = await webRuntime().createSession(encodeModel(graph))
 */
export function webRuntime(options: WebRuntimeOptions = {}): Runtime {
  return {
    name: 'web',
    createSession: async (model, { threads } = {}) => {
      const ort = await loadOrtWeb(options, threads ?? options.threads)
      return createOrtSession(ort, model, sessionOptions())
    },
  }
}

/** A fresh object every time: ONNX Runtime writes into it. */
function sessionOptions(): object {
  return {
    executionProviders: ['wasm'],
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    enableMemPattern: false,
    enableCpuMemArena: true,
    logSeverityLevel: 3,
  }
}

/** Packages whose threads have been set up: ONNX Runtime reads its flags once. */
const started = new WeakMap<object, Promise<OrtPackage>>()

async function loadOrtWeb(
  { load = () => import('onnxruntime-web/wasm'), wasmPaths }: WebRuntimeOptions,
  threads: number | undefined,
): Promise<OrtPackage> {
  let ort: OrtWebModule
  try {
    ort = await load()
  } catch (cause) {
    throw missing(
      'the script of onnxruntime-web',
      'install nerite again, and serve or bundle all of its files',
      cause,
    )
  }
  let ready = started.get(ort.InferenceSession)
  if (!ready) {
    ready = start(ort, wasmPaths, threads)
    started.set(ort.InferenceSession, ready)
  }
  return ready
}

/** Loads the `.wasm` file by opening a tiny model, so that its failure isn't mistaken for a model's. */
async function start(
  { env, InferenceSession, Tensor }: OrtWebModule,
  wasmPaths: string | undefined,
  threads: number | undefined,
): Promise<OrtPackage> {
  env.logLevel = 'error'
  env.wasm.numThreads = canShareMemory() ? (threads ?? cores()) : 1
  if (wasmPaths !== undefined) env.wasm.wasmPaths = wasmPaths
  try {
    const session = await InferenceSession.create(tinyModel(), sessionOptions())
    await session.release()
  } catch (cause) {
    const place = wasmPaths === undefined ? WASM : `${wasmPaths}${WASM}`
    throw missing(
      place,
      `serve that file from nerite's lib/onnxruntime beside the script that loads it, or name another folder with the setting webRuntime({ wasmPaths: 'https://…/' })`,
      cause,
    )
  }
  return { InferenceSession, Tensor, fillsOutputs: false, takesSharedMemory: true }
}

function tinyModel(): Uint8Array {
  const g = new GraphBuilder('probe')
  return encodeModel(g.finish({ y: g.neg(g.input('x', 'float32', [1])) }))
}

function missing(what: string, remedy: string, cause: unknown): RuntimeError {
  return new RuntimeError(
    'runtime/missing',
    `${what} could not be loaded ("${messageOf(cause)}"); ${remedy}`,
    { cause },
  )
}

/** Node.js always can; a page only if it is isolated from other origins. */
function canShareMemory(): boolean {
  const page = globalThis as { readonly crossOriginIsolated?: boolean }
  return typeof SharedArrayBuffer !== 'undefined' && page.crossOriginIsolated !== false
}

function cores(): number {
  return typeof navigator === 'undefined' ? 1 : (navigator.hardwareConcurrency ?? 1)
}

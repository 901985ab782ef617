/**
 * The runtime of the browser, and of Node.js where onnxruntime-node is missing: ONNX Runtime's kernels as WebAssembly
 * with SIMD (onnxruntime-web). Tensors are copied into WebAssembly's memory and out of it in every run. `run` blocks
 * its thread, so train in a worker.
 *
 * Threads need shared memory, which a page has if it is cross-origin isolated (served with the headers
 * `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`). Elsewhere there is one
 * thread, with the same results.
 */
import { createOrtSession, messageOf, type OrtModule, type OrtPackage } from '../ort-session.js'
import { withPlainProducts } from '../plain-products.js'
import { probeModel } from '../probe-model.js'
import { type Runtime, RuntimeError } from '../runtime.js'
import { oneAtATime } from './one-at-a-time.js'

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
  /**
   * The GPU instead of WebAssembly, which still computes what WebGPU has no kernel for. Needs the build with GPU parts, which
   * Nerite's package does not have: `load` imports `onnxruntime-web/webgpu` then.
   */
  readonly device?: 'webgpu'
}

/**
 * ONNX Runtime in WebAssembly, or on the page's GPU.
 * @throws RuntimeError `runtime/missing` from createSession where onnxruntime-web or `ort-wasm-simd-threaded.wasm` can't be
 *   loaded, or `device` asks for a GPU that the page does not have
 * @example
 * const session = await webRuntime().createSession(encodeModel(graph))
 */
export function webRuntime(options: WebRuntimeOptions = {}): Runtime {
  return {
    name: 'web',
    ...(options.device && { device: options.device }),
    createSession: async (model, { threads } = {}) => {
      if (options.device) await checkGpu(options)
      const ort = await loadOrtWeb(options, threads ?? options.threads)
      const own = options.device ? withPlainProducts(model) : model
      return createOrtSession(ort, own, sessionOptions(options))
    },
  }
}

/** A fresh object every time: ONNX Runtime writes into it. */
function sessionOptions({ device }: Pick<WebRuntimeOptions, 'device'> = {}): object {
  return {
    executionProviders: [device ?? 'wasm'],
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    enableMemPattern: false,
    enableCpuMemArena: true,
    logSeverityLevel: 3,
  }
}

/** The part of a page's `navigator` that says whether there is a GPU. */
interface GpuNavigator {
  readonly gpu?: { requestAdapter(): Promise<object | null> }
}

/** Nothing else takes the place of a GPU that is asked for. */
async function checkGpu({ load }: WebRuntimeOptions): Promise<void> {
  const refuse = (what: string, remedy: string) =>
    new RuntimeError('runtime/missing', `webRuntime({ device: 'webgpu' }): ${what}; ${remedy}`)
  if (!load)
    throw refuse(
      "expected the build of onnxruntime-web with GPU parts, which is not in Nerite's package",
      'install onnxruntime-web, and give as load a function that imports onnxruntime-web/webgpu',
    )
  const { gpu } = (typeof navigator === 'undefined' ? {} : navigator) as GpuNavigator
  if (!(await gpu?.requestAdapter()))
    throw refuse(
      'expected a GPU that this page may use (WebGPU), got none',
      'use webRuntime() without device',
    )
}

/** Packages whose threads have been set up, by device: ONNX Runtime reads its flags once. */
const started = {
  wasm: new WeakMap<object, Promise<OrtPackage>>(),
  webgpu: new WeakMap<object, Promise<OrtPackage>>(),
}

async function loadOrtWeb(
  { load = () => import('onnxruntime-web/wasm'), wasmPaths, device }: WebRuntimeOptions,
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
  const packages = started[device ?? 'wasm']
  let ready = packages.get(ort.InferenceSession)
  if (!ready) {
    ready = start(ort, wasmPaths, threads)
    if (device === 'webgpu')
      ready = ready.then(own => ({ ...own, InferenceSession: oneAtATime(own.InferenceSession) }))
    packages.set(ort.InferenceSession, ready)
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
    const session = await InferenceSession.create(probeModel().model, sessionOptions())
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

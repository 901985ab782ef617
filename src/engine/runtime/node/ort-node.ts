/**
 * The runtime of Node.js: ONNX Runtime's native kernels (onnxruntime-node). `run` blocks the event loop, so train in a
 * worker thread.
 */
import { availableParallelism } from 'node:os'
import { createOrtSession, messageOf, type OrtModule, type OrtPackage } from '../ort-session.js'
import { withPlainProducts } from '../plain-products.js'
import { type GpuDevice, type Runtime, RuntimeError, type SessionOptions } from '../runtime.js'
import { withoutTelemetry } from './telemetry.js'
import { UNREAD, withUnreadOutput } from './unread-output.js'

/**
 * How sessions are set up, as measured:
 * - sequential, one thread between operators: parallel execution is half as fast on recurrent graphs;
 * - no memory patterns: a third less memory where batch lengths change, at the same speed;
 * - `force_spinning_stop`: idle threads of one session don't starve another between runs; within a run they still spin
 *   (without spinning, runs take 17–21 % longer);
 * - log level error: warnings would go to stderr.
 */
export function nodeSessionOptions({ threads }: SessionOptions = {}, device?: GpuDevice) {
  return {
    executionProviders: device ? [device, 'cpu'] : ['cpu'],
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
 *
 * @param options `device`: a GPU instead of the processor. The package has WebGPU for Windows, macOS with Apple's processors and
 *   Linux on x64, and fetches CUDA's libraries for Linux on x64 when it is installed.
 * @throws RuntimeError from createSession: `runtime/missing` where onnxruntime-node is not installed; `runtime/model` where the
 *   model is refused, or the device does not work here
 */
export function nodeRuntime({ device }: { readonly device?: GpuDevice } = {}): Runtime {
  return {
    name: 'node',
    ...(device && { device }),
    createSession: async (model, options) => {
      const ort = await loadOrtNode()
      if (device) {
        const own = device === 'webgpu' ? withPlainProducts(model) : model
        return createOrtSession(ort, own, nodeSessionOptions(options, device))
      }
      return options?.outputsGiven
        ? createOrtSession({ ...ort, ending: UNREAD }, withUnreadOutput(model), nodeSessionOptions(options))
        : createOrtSession(ort, model, nodeSessionOptions(options))
    },
  }
}

/** A variable, so that Nerite compiles without the package. */
const PACKAGE: string = 'onnxruntime-node'
const MISSING = /(?:package|module) ['"]?onnxruntime-node\b/i

/**
 * How to get the native kernels. The package's install step fails where it cannot download CUDA libraries, which only a GPU
 * needs, and npm then leaves the package out silently.
 */
export const INSTALL_REMEDY =
  'npm install onnxruntime-node (behind a firewall: ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node)'

/** @throws RuntimeError `runtime/missing` where onnxruntime-node is not installed, or its library can't be loaded */
export async function loadOrtNode(): Promise<OrtPackage> {
  withoutTelemetry()
  try {
    const { InferenceSession, Tensor } = (await import(PACKAGE)) as OrtModule
    return { InferenceSession, Tensor, fillsOutputs: true, takesSharedMemory: false }
  } catch (cause) {
    throw new RuntimeError(
      'runtime/missing',
      isNotInstalled(cause)
        ? `onnxruntime-node is not installed; ${INSTALL_REMEDY}`
        : `onnxruntime-node is installed, but its library does not load here ("${messageOf(cause)}")`,
      { cause },
    )
  }
}

/** Keeps ONNX Runtime from printing what its errors say too. Has no effect after the first session. */
export async function quietOrtNode(): Promise<void> {
  const { env } = (await import(PACKAGE)) as { readonly env?: { logLevel?: string } }
  if (env) env.logLevel = 'fatal'
}

/** Whether an import failed because there is no such package; otherwise it is there and fails. */
export function isNotInstalled(cause: unknown): boolean {
  const { code } = (cause ?? {}) as { readonly code?: unknown }
  // The message of Node.js, Bun and Deno alike; a package that this one lacks is named there otherwise.
  return code === 'ERR_MODULE_NOT_FOUND' && MISSING.test(messageOf(cause))
}

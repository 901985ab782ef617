import { availableParallelism } from 'node:os'
import { InputError } from '../../../base/errors.js'
import { messageOf } from '../ort-session.js'
import { referenceRuntime } from '../reference/reference.js'
import { type GpuDevice, type Runtime, RuntimeError } from '../runtime.js'
import { webRuntime } from '../web/ort-web.js'
import { gpuRuntime } from './gpu-runtime.js'
import { INSTALL_REMEDY, isNotInstalled, loadOrtNode, nodeRuntime } from './ort-node.js'

/** The environment variable that forces a runtime: `node`, `web` or `reference`. */
const RUNTIME_VARIABLE = 'NERITE_RUNTIME'

const NAMES: readonly Runtime['name'][] = ['node', 'web', 'reference']

let isNoticeGiven = false

/**
 * The runtime of this process: the one that `NERITE_RUNTIME` names; otherwise onnxruntime-node where it is installed,
 * and onnxruntime-web's WebAssembly where it is not.
 *
 * @param notify is called once per process if onnxruntime-node is missing; default: Node.js's own warning, on stderr
 * @param device a GPU, which onnxruntime-node alone has: nothing else takes its place
 * @throws InputError where `NERITE_RUNTIME` names no runtime or one that is not installed, or no runtime is; `runtime/device`
 *   where the GPU or a library for it is missing
 */
export async function chooseRuntime(
  notify: (message: string) => void = warn,
  device?: GpuDevice,
): Promise<Runtime> {
  const forced = forcedRuntime()
  if (device !== undefined) return onGpu(device, forced)
  if (forced === 'reference') return referenceRuntime()
  const fault = forced === 'web' ? undefined : await loadingFault(loadOrtNode)
  if (forced !== 'web' && fault === undefined) return nodeRuntime()
  if (forced === 'node') throw missing('onnxruntime-node', fault, INSTALL_REMEDY)
  const webFault = await loadingFault(loadWebInNode)
  if (webFault !== undefined) throw missing('onnxruntime-web', webFault, 'npm install nerite')
  if (forced === undefined && !isNoticeGiven) {
    isNoticeGiven = true
    const why = fault?.isInstalled ? `does not load here (${fault.reason})` : 'is not installed'
    const remedy = fault?.isInstalled ? '' : `; for full speed: ${INSTALL_REMEDY}`
    notify(
      `onnxruntime-node ${why}: running on WebAssembly (onnxruntime-web), which is several times slower${remedy}`,
    )
  }
  return webInNode()
}

async function onGpu(device: GpuDevice, forced: Runtime['name'] | undefined): Promise<Runtime> {
  if (forced !== undefined && forced !== 'node')
    throw new InputError('runtime/choice', {
      where: `the environment variable ${RUNTIME_VARIABLE}`,
      expected: `node, or none, to compute on a GPU (${device})`,
      got: `'${forced}'`,
    })
  const fault = await loadingFault(loadOrtNode)
  if (fault !== undefined) throw missing('onnxruntime-node', fault, INSTALL_REMEDY)
  return gpuRuntime(device)
}

interface LoadingFault {
  readonly isInstalled: boolean
  readonly reason: string
}

/** Why a package's library does not load on this machine; `undefined` if it does. */
async function loadingFault(load: () => Promise<unknown>): Promise<LoadingFault | undefined> {
  try {
    await load()
    return undefined
  } catch (error) {
    const cause = error instanceof RuntimeError ? error.cause : error
    return { isInstalled: !isNotInstalled(cause), reason: messageOf(cause).split('\n')[0] }
  }
}

/** Tells this thread that another one of the process has given the notice. */
export function runtimeNoticeGiven(): void {
  isNoticeGiven = true
}

/** onnxruntime-web's build for Node.js, whose threads are Node's worker threads. */
export function webInNode(): Runtime {
  return webRuntime({ load: loadWebInNode, threads: availableParallelism() })
}

const loadWebInNode = () => import('onnxruntime-web')

function forcedRuntime(): Runtime['name'] | undefined {
  const value = process.env[RUNTIME_VARIABLE]
  if (value === undefined || value === '') return undefined
  const name = NAMES.find(known => known === value)
  if (name) return name
  throw new InputError('runtime/choice', {
    where: `the environment variable ${RUNTIME_VARIABLE}`,
    expected: NAMES.join(', '),
    got: `'${value}'`,
    remedy: 'name one of them, or unset it to use the fastest that is installed',
  })
}

function missing(name: string, fault: LoadingFault | undefined, install: string): InputError {
  return new InputError('runtime/missing', {
    where: 'runtime',
    expected: `${name} installed`,
    got: fault?.isInstalled ? `one whose library does not load here (${fault.reason})` : 'none',
    remedy: `${install}; or set ${RUNTIME_VARIABLE}=reference for plain TypeScript, which is slow`,
  })
}

function warn(message: string): void {
  process.emitWarning(message, { type: 'NeriteWarning', code: 'NERITE_RUNTIME' })
}

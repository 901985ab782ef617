import { availableParallelism } from 'node:os'
import { InputError } from '../../../base/errors.js'
import { referenceRuntime } from '../reference/reference.js'
import type { Runtime } from '../runtime.js'
import { webRuntime } from '../web/ort-web.js'
import { loadOrtNode, nodeRuntime } from './ort-node.js'

/** The environment variable that forces a runtime: `node`, `web` or `reference`. */
const RUNTIME_VARIABLE = 'NERITE_RUNTIME'

const NAMES: readonly Runtime['name'][] = ['node', 'web', 'reference']

let isNoticeGiven = false

/**
 * The runtime of this process: the one that `NERITE_RUNTIME` names; otherwise onnxruntime-node where it is installed,
 * and onnxruntime-web's WebAssembly where it is not.
 *
 * @param notify is called once per process if onnxruntime-node is missing; default: Node.js's own warning, on stderr
 * @throws InputError where `NERITE_RUNTIME` names no runtime or one that is not installed, or no runtime is
 */
export async function chooseRuntime(notify: (message: string) => void = warn): Promise<Runtime> {
  const forced = forcedRuntime()
  if (forced === 'reference') return referenceRuntime()
  if (forced !== 'web' && (await isInstalled(loadOrtNode))) return nodeRuntime()
  if (forced === 'node') throw missing('onnxruntime-node')
  if (!(await isInstalled(loadWebInNode))) throw missing('onnxruntime-web')
  if (forced === undefined && !isNoticeGiven) {
    isNoticeGiven = true
    notify(
      'onnxruntime-node is not installed: running on WebAssembly (onnxruntime-web), which is several times slower; ' +
        'npm install onnxruntime-node for full speed',
    )
  }
  return webInNode()
}

/** Whether a package is installed and its library loads on this machine. */
async function isInstalled(load: () => Promise<unknown>): Promise<boolean> {
  try {
    await load()
    return true
  } catch {
    return false
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

function missing(name: 'onnxruntime-node' | 'onnxruntime-web'): InputError {
  return new InputError('runtime/missing', {
    where: 'runtime',
    expected: `${name} installed`,
    got: 'none, or one whose library does not load here',
    remedy: `npm install ${name}, or set ${RUNTIME_VARIABLE}=reference for plain TypeScript, which is slow`,
  })
}

function warn(message: string): void {
  process.emitWarning(message, { type: 'NeriteWarning', code: 'NERITE_RUNTIME' })
}

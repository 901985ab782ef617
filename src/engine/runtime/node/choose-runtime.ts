import { availableParallelism } from 'node:os'
import { InputError } from '../../../base/errors.js'
import { referenceRuntime } from '../reference/reference.js'
import type { Runtime } from '../runtime.js'
import { webRuntime } from '../web/ort-web.js'
import { loadOrtNode, nodeRuntime } from './ort-node.js'

/** The environment variable that forces a runtime: `node`, `web` or `reference`. */
export const RUNTIME_VARIABLE = 'NERITE_RUNTIME'

const NAMES: readonly Runtime['name'][] = ['node', 'web', 'reference']

let hasSaid = false

/**
 * The runtime of this process: what `NERITE_RUNTIME` names; otherwise onnxruntime-node where it is installed, and
 * onnxruntime-web's WebAssembly where it is not.
 *
 * @param say hears, once a process, that onnxruntime-node is missing; default: a warning of Node.js's own, on stderr
 * @throws InputError where `NERITE_RUNTIME` names no runtime, or one that is not installed, or none is
 */
export async function chooseRuntime(say: (message: string) => void = warn): Promise<Runtime> {
  const forced = forcedRuntime()
  if (forced === 'reference') return referenceRuntime()
  if (forced !== 'web' && (await isInstalled(loadOrtNode))) return nodeRuntime()
  if (forced === 'node') throw missing('onnxruntime-node')
  if (!(await isInstalled(loadWebInNode))) throw missing('onnxruntime-web')
  if (forced === undefined && !hasSaid) {
    hasSaid = true
    say(
      'onnxruntime-node is not installed: running on WebAssembly (onnxruntime-web), which is several times slower; ' +
        'npm install onnxruntime-node for full speed',
    )
  }
  return webInNode()
}

/** Whether a package is there and its library loads on this machine. */
async function isInstalled(load: () => Promise<unknown>): Promise<boolean> {
  try {
    await load()
    return true
  } catch {
    return false
  }
}

/** Another thread of this process has said it already. */
export function runtimeNoticeGiven(): void {
  hasSaid = true
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
    remedy: 'name one of them, or unset it: the fastest that is installed is taken',
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

/** The runtime that needs nothing else: models run in plain TypeScript, slowly and obviously right. */
import type { Tensor } from '../../graph/tensor.js'
import type { Graph } from '../../graph/value.js'
import { decodeModel } from '../../onnx/decode.js'
import {
  ASYNC_DISPOSE,
  checkNames,
  type Runtime,
  RuntimeError,
  type Session,
  writeTensor,
} from '../runtime.js'
import { evaluateGraph, type ReferenceOptions } from './evaluate.js'

/**
 * @param options.precision `float64` computes and returns floats in double precision
 * @example
 * const session = await referenceRuntime().createSession(encodeModel(graph))
 */
export function referenceRuntime(options: ReferenceOptions = {}): Runtime {
  return {
    name: 'reference',
    createSession: async model => {
      const { graph, initializers } = decodeModel(model)
      return new ReferenceSession(graph, initializers, options)
    },
  }
}

class ReferenceSession implements Session {
  readonly inputNames: readonly string[]
  private released = false

  constructor(
    private readonly graph: Graph,
    private readonly initializers: Readonly<Record<string, Tensor>>,
    private readonly options: ReferenceOptions,
  ) {
    this.inputNames = graph.inputNames.filter(name => !initializers[name])
  }

  get outputNames(): readonly string[] {
    return this.graph.outputNames
  }

  async run(
    feeds: Readonly<Record<string, Tensor>>,
    fetches?: Readonly<Record<string, Tensor | null>>,
  ): Promise<Record<string, Tensor>> {
    if (this.released) throw new RuntimeError('runtime/released', 'run: the session has been released')
    checkNames(this, feeds, fetches)
    const results = evaluateGraph(this.graph, { ...this.initializers, ...feeds }, this.options)
    if (!fetches) return results
    const outputs: Record<string, Tensor> = {}
    for (const [name, tensor] of Object.entries(fetches)) {
      if (tensor) writeTensor(name, results[name], tensor)
      outputs[name] = tensor ?? results[name]
    }
    return outputs
  }

  async release(): Promise<void> {
    this.released = true
  }

  [ASYNC_DISPOSE](): Promise<void> {
    return this.release()
  }
}

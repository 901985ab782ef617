import { ModelFileError } from '../base/model-file-error.js'
import { areFinite } from '../engine/graph/tensor.js'
import { ASYNC_DISPOSE, type Runtime, RuntimeError, type Session } from '../engine/runtime/runtime.js'

/**
 * A runtime for a model from a file: what goes wrong in it is a fault of that file, and so are results that are not
 * finite numbers.
 * @param where the file
 */
export function guardedRuntime(runtime: Runtime, where: string): Runtime {
  const refuse = (expected: string, got: string) =>
    new ModelFileError({ where, expected, got, remedy: 'copy the run folder again, or train again' })
  const guarded = async <Result>(expected: string, work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof RuntimeError) || !['runtime/model', 'runtime/run'].includes(error.code))
        throw error
      throw refuse(expected, error.message.slice(0, 500))
    }
  }
  return {
    name: runtime.name,
    ...(runtime.device && { device: runtime.device }),
    createSession: async (model, options): Promise<Session> => {
      const session = await guarded('a model that loads', () => runtime.createSession(model, options))
      return {
        inputNames: session.inputNames,
        outputNames: session.outputNames,
        run: async (feeds, fetches) => {
          const results = await guarded('a model that runs', () => session.run(feeds, fetches))
          for (const { data } of Object.values(results))
            if (data instanceof Float32Array && !areFinite(data))
              throw refuse('a model that gives finite numbers', 'others; a parameter is too large')
          return results
        },
        release: () => session.release(),
        [ASYNC_DISPOSE]: () => session.release(),
      }
    },
  }
}

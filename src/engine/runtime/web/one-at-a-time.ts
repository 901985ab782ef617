import type { OrtInferenceSession, OrtModule } from '../ort-session.js'

type Sessions = OrtModule['InferenceSession']

/**
 * Sessions whose calls wait for one another. With WebGPU, a call leaves WebAssembly while the GPU works, and WebAssembly must not
 * be entered meanwhile.
 */
export function oneAtATime(sessions: Sessions): Sessions {
  let last: Promise<unknown> = Promise.resolve()
  const queued = <Result>(call: () => Promise<Result>): Promise<Result> => {
    const next = last.then(call)
    last = next.catch(() => {})
    return next
  }
  return {
    async create(model, options): Promise<OrtInferenceSession> {
      const session = await queued(() => sessions.create(model, options))
      return {
        inputNames: session.inputNames,
        outputNames: session.outputNames,
        run: (feeds, fetches) => queued(() => session.run(feeds, fetches)),
        release: () => queued(() => session.release()),
      }
    },
  }
}

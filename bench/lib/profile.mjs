// ONNX Runtime's profile of a session, as exclusive times of operators.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadOrtNode, nodeSessionOptions } from '../../dist/engine/runtime/node/ort-node.js'
import { createOrtSession } from '../../dist/engine/runtime/ort-session.js'

/**
 * The Node.js runtime, on a GPU where `device` names one, with its profiler on. `profiles()` ends profiling and returns the events of each session, in the
 * order in which the sessions were created.
 */
export function profilingRuntime(folder, device) {
  const sessions = []
  return {
    name: 'node',
    ...(device && { device }),
    async createSession(model, options) {
      const ort = await loadOrtNode()
      const InferenceSession = {
        async create(bytes, given) {
          const session = await ort.InferenceSession.create(bytes, given)
          sessions.push(session)
          return session
        },
      }
      return createOrtSession({ ...ort, InferenceSession }, model, {
        ...nodeSessionOptions(options, device),
        enableProfiling: true,
        profileFilePrefix: join(folder, `session-${sessions.length}`),
      })
    },
    profiles: async files => {
      for (const session of sessions) session.endProfiling()
      return files().map(file => JSON.parse(readFileSync(file, 'utf8')))
    },
  }
}

/**
 * The time of each node's kernel in seconds, without what ran inside it (the bodies of loops).
 * @returns `{ op, seconds, flops, shapes }` for each call of a kernel, in order of their start
 */
export function kernelCalls(events) {
  const calls = events
    .filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'))
    .map(({ ts, dur, args }) => ({ ts, end: ts + dur, own: dur, args }))
    .sort((a, b) => a.ts - b.ts || b.end - a.end)
  const open = []
  for (const call of calls) {
    while (open.length > 0 && open.at(-1).end <= call.ts) open.pop()
    if (open.length > 0) open.at(-1).own -= call.end - call.ts
    open.push(call)
  }
  return calls.map(({ own, ts, args }) => ({
    op: args.op_name,
    start: ts,
    seconds: own / 1e6,
    flops: productFlops(args),
    shapes: args.input_type_shape.map(entry => Object.values(entry)[0]),
    output: args.output_type_shape.map(entry => Object.values(entry)[0]),
  }))
}

/** Multiplications and additions of a matrix product or convolution, 0 for other operators. */
function productFlops({ op_name, input_type_shape, output_type_shape }) {
  const size = shape => shape.reduce((product, dim) => product * dim, 1)
  const [a, b] = input_type_shape.map(entry => Object.values(entry)[0])
  const [out] = output_type_shape.map(entry => Object.values(entry)[0])
  if (op_name === 'Conv') return 2 * size(out) * size(b.slice(1))
  if (!['MatMul', 'FusedMatMul', 'Gemm', 'FusedGemm'].includes(op_name)) return 0
  // The sizes suffice, whichever sides are transposed: |A|·|B| = batches²·m·k·k·n and |out| = batches·m·n.
  const batches = size(out.slice(0, -2))
  const [inA, inB] = [a, b].map(shape => size(shape.slice(-2)))
  return 2 * batches * Math.sqrt(inA * inB * size(out.slice(-2)))
}

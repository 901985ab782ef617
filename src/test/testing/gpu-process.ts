/** Training steps on a GPU, in a process of their own: `node gpu-process.js DEVICE`, with what to compute as JSON on stdin. */
import { text } from 'node:stream/consumers'
import { gpuRuntime } from '../../engine/runtime/node/gpu-runtime.js'
import type { GpuDevice } from '../../engine/runtime/runtime.js'
import { type EncoderBytes, encoderSteps } from './encoder-checks.js'

const { encoder, corpus } = JSON.parse(await text(process.stdin)) as {
  readonly encoder: EncoderBytes
  readonly corpus: string
}
const runtime = await gpuRuntime(process.argv[2] as GpuDevice)
process.stdout.write(JSON.stringify(await encoderSteps(runtime, encoder, corpus)))

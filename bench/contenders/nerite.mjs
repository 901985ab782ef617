// Nerite's own process in bench/layer-steps.mjs: whole training steps on onnxruntime-node.
import { nodeRuntime } from '../../dist/engine/runtime/node/ort-node.js'
import { serve } from '../lib/serve.mjs'
import { readTensors } from '../lib/tensor-file.mjs'
import { createStep } from './nerite-step.mjs'

const threads = Number(process.argv[2] ?? 2)
let training

await serve({
  async load({ file, tensors, ...model }) {
    training = await createStep({
      ...model,
      given: readTensors(file, tensors),
      runtime: nodeRuntime(),
      threads,
    })
    return { version: 'onnxruntime-node' }
  },
  async train({ steps }) {
    const [seconds, losses] = [[], []]
    for (let step = 0; step < steps; step++) {
      const began = performance.now()
      losses.push(await training.step())
      seconds.push((performance.now() - began) / 1000)
    }
    return { seconds, losses }
  },
})

import { InputError } from '../../../base/errors.js'
import { setting } from '../../../base/fault.js'
import { messageOf } from '../ort-session.js'
import { probeModel } from '../probe-model.js'
import { type GpuDevice, type Runtime, RuntimeError } from '../runtime.js'
import { nodeRuntime, quietOrtNode } from './ort-node.js'

const NEEDS: Readonly<Record<GpuDevice, { readonly expected: string; readonly remedy: string }>> = {
  cuda: {
    expected:
      "an NVIDIA GPU with CUDA 12 and cuDNN 9 (Linux on x64), and onnxruntime-node's libraries for it",
    remedy:
      'install these libraries with ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node; check that nvidia-smi shows the GPU and LD_LIBRARY_PATH leads to CUDA and cuDNN',
  },
  webgpu: {
    expected: 'a GPU that WebGPU can use (Direct3D 12, Metal, or Vulkan with libvulkan.so.1)',
    remedy: 'install a driver with Vulkan on Linux (vulkaninfo shows it)',
  },
}

/**
 * The native runtime on a GPU, after it has run a tiny model there.
 * @throws InputError `runtime/device` where the GPU or a library for it is missing
 */
export async function gpuRuntime(device: GpuDevice): Promise<Runtime> {
  const runtime = nodeRuntime({ device })
  try {
    await quietOrtNode()
    const { model, feeds, expected } = probeModel()
    await using session = await runtime.createSession(model)
    const { y } = await session.run(feeds)
    if (String(y.data) === String(expected)) return runtime
    throw new Error(`a sum that is wrong (${y.data} instead of ${expected})`)
  } catch (error) {
    const { expected, remedy } = NEEDS[device]
    throw new InputError('runtime/device', {
      where: setting('training.runtime', device),
      expected,
      got: reasonOf(error),
      remedy: `${remedy}; or train on the processor`,
    })
  }
}

/** What ONNX Runtime says, without the place in its source. */
function reasonOf(error: unknown): string {
  const cause = error instanceof RuntimeError ? (error.cause ?? error) : error
  return messageOf(cause)
    .split('\n')[0]
    .replace(/^.* was false\. /, '')
}

/** What a model takes and gives, without reading its numbers: for models that are run as they are. */
import { OnnxError } from './error.js'
import { WireReader } from './wire.js'

export interface Signature {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

/** ONNX's own operators, and ONNX Runtime's. */
const DOMAINS = new Set(['', 'ai.onnx', 'com.microsoft'])

/**
 * Reads the names of a model's inputs and outputs. A model that refers to other files, or to operators of others than ONNX and ONNX
 * Runtime, is refused.
 *
 * @throws OnnxError
 */
export function readSignature(bytes: Uint8Array): Signature {
  try {
    const model = new WireReader(bytes)
    const [graph] = model.messages(7, whole => whole).slice(-1)
    if (!graph) throw new RangeError('the model has no graph')
    for (const domain of model.messages(8, opset => opset.text(1)))
      if (!DOMAINS.has(domain) && domain !== 'ai.onnx.ml')
        throw unsupported('operators of ONNX and ONNX Runtime', domain.slice(0, 60))
    const stored = new Set(graph.messages(5, tensor => nameOfStored(tensor)))
    const names = (field: number) => graph.messages(field, value => value.text(1))
    return { inputs: names(11).filter(name => !stored.has(name)), outputs: names(12) }
  } catch (cause) {
    if (!(cause instanceof RangeError || cause instanceof TypeError)) throw cause
    throw new OnnxError('onnx/damaged', 'model', 'an ONNX model', cause.message)
  }
}

function nameOfStored(tensor: WireReader): string {
  const name = tensor.text(8)
  if (tensor.has(13) || tensor.int(14) !== 0)
    throw unsupported(`numbers in the model itself`, `tensor '${name.slice(0, 60)}' in another file`)
  return name
}

function unsupported(expected: string, got: string): OnnxError {
  return new OnnxError('onnx/unsupported', 'model', expected, got)
}

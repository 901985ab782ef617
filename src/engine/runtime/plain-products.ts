/**
 * Models for a runtime that has no kernel for `FusedMatMul`: WebGPU's. The gradients of linear layers are such products, and each
 * would be computed by the processor, with its matrices copied there and back.
 */
import { GraphBuilder } from '../graph/builder.js'
import type { CopyOptions } from '../graph/passes/copy.js'
import type { Value } from '../graph/value.js'
import { decodeModel } from '../onnx/decode.js'
import { encodeModel } from '../onnx/encode.js'
import { OnnxError } from '../onnx/error.js'

/** The same model with transpositions and plain products. One that the engine does not read stays as it is. */
export function withPlainProducts(model: Uint8Array): Uint8Array {
  let decoded: ReturnType<typeof decodeModel>
  try {
    decoded = decodeModel(model)
  } catch (error) {
    if (error instanceof OnnxError) return model
    throw error
  }
  const { graph, initializers } = decoded
  const g = new GraphBuilder(graph.name)
  const inputs = graph.inputs.map(({ type, shape }, i) => {
    const name = graph.inputNames[i]
    return [name, g.input(name, type, shape)] as const
  })
  const outputs = g.include(graph, Object.fromEntries(inputs), { replace: plainProduct })
  return encodeModel(g.finish(outputs), { initializers })
}

const plainProduct: NonNullable<CopyOptions['replace']> = (g, node, inputs) => {
  const [a, b] = inputs
  if (node.kind !== 'FusedMatMul' || !a || !b) return undefined
  const { transA, transB, alpha } = node.attributes as Readonly<Record<string, number>>
  const turned = (value: Value, isTurned: number) => {
    const rank = value.shape.length
    const axes = value.shape.map((_, axis) => axis)
    return isTurned ? g.transpose(value, [...axes.slice(0, -2), rank - 1, rank - 2]) : value
  }
  const [product] = g.op('MatMul', [turned(a, transA), turned(b, transB)])
  return [(alpha ?? 1) === 1 ? product : g.mul(product, alpha)]
}

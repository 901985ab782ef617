/** Matrix products. `FusedMatMul` is ONNX Runtime's product with transposed operands and a factor. */
import { type Dim, sameShape } from '../dim.js'
import { reduceTo } from '../gradient-rules.js'
import type { AllAttributes, MatrixKind } from '../kinds.js'
import { broadcastShape, broadcastStrides, forEachCell, type NdArray, ndArray, offset } from '../nd-array.js'
import type { Operations, ProductOptions } from '../operations.js'
import type { GradientCall, Operators, ShapeCall } from '../operator.js'
import { broadcast, checkDim, checkFloat, checkRank, checkSameType } from '../shape-rules.js'
import type { Value } from '../value.js'

function swapLast<T>(shape: readonly T[]): T[] {
  const swapped = [...shape]
  const last = swapped.length - 1
  ;[swapped[last], swapped[last - 1]] = [swapped[last - 1], swapped[last]]
  return swapped
}

/** Of `A · B`, batches broadcast. @throws GraphError where they do not fit */
export function productShape(call: ShapeCall, a: readonly Dim[], b: readonly Dim[]): Dim[] {
  if (a.length === 0 || b.length === 0) call.fail('graph/shape', 'at least 1 dimension each', 'a scalar')
  const left = a.length === 1 ? [1, a[0]] : a
  const right = b.length === 1 ? [b[0], 1] : b
  const [m, k] = left.slice(-2)
  const [l, n] = right.slice(-2)
  checkDim(call, 'inner dimensions that agree', k, l)
  const shape = broadcast(call, left.slice(0, -2), right.slice(0, -2))
  if (a.length > 1) shape.push(m)
  if (b.length > 1) shape.push(n)
  return shape
}

/** `alpha · A' · B'` for arrays of at least two dimensions, batches broadcast. */
function product(a: NdArray, b: NdArray, transA: boolean, transB: boolean, alpha: number): NdArray {
  const [m, k] = (transA ? swapLast(a.shape) : a.shape).slice(-2)
  const n = (transB ? swapLast(b.shape) : b.shape).slice(-1)[0]
  const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2))
  const stridesA = broadcastStrides(a.shape.slice(0, -2), batch)
  const stridesB = broadcastStrides(b.shape.slice(0, -2), batch)
  const result = ndArray(a.type, [...batch, m, n])
  forEachCell(batch, (index, at) => {
    const fromA = offset(index, stridesA) * m * k
    const fromB = offset(index, stridesB) * k * n
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let l = 0; l < k; l++)
          sum +=
            a.data[fromA + (transA ? l * m + i : i * k + l)] *
            b.data[fromB + (transB ? j * k + l : l * n + j)]
        result.data[at * m * n + i * n + j] = alpha * sum
      }
  })
  return result
}

function optionsOf({
  transA,
  transB,
  alpha,
}: AllAttributes<'FusedMatMul' | 'Gemm'>): Required<ProductOptions> {
  return { transA: transA !== 0, transB: transB !== 0, alpha }
}

/** `alpha · A' · B'`, where a line stands for a matrix of one row or column. */
export function multiply(
  a: NdArray,
  b: NdArray,
  { transA = false, transB = false, alpha = 1 }: ProductOptions = {},
): NdArray {
  const left = a.shape.length === 1 ? ndArray(a.type, [1, a.shape[0]], a.data) : a
  const right = b.shape.length === 1 ? ndArray(b.type, [b.shape[0], 1], b.data) : b
  const result = product(left, right, transA, transB, alpha)
  const shape = [...result.shape]
  if (b.shape.length === 1) shape.pop()
  if (a.shape.length === 1) shape.splice(b.shape.length === 1 ? shape.length - 1 : shape.length - 2, 1)
  return ndArray(a.type, shape, result.data)
}

/** Gradients of `Y = alpha · A' · B'`, operands of at least two dimensions. */
function productGradients(
  { g, wants }: Pick<GradientCall, 'g' | 'wants'>,
  a: Value,
  b: Value,
  dY: Value,
  { transA = false, transB = false, alpha = 1 }: ProductOptions = {},
): readonly (Value | null)[] {
  const dA = () =>
    transA
      ? g.matMul(b, dY, { transA: transB, transB: true, alpha })
      : g.matMul(dY, b, { transB: !transB, alpha })
  const dB = () =>
    transB
      ? g.matMul(dY, a, { transA: true, transB: transA, alpha })
      : g.matMul(a, dY, { transA: !transA, alpha })
  // One flat product where one weight serves the whole batch: no product per batch that is summed afterwards
  const flatB = () => {
    const x = g.flatten(a, a.shape.length - 1)
    const d = g.flatten(dY, dY.shape.length - 1)
    return transB ? g.matMul(d, x, { transA: true, alpha }) : g.matMul(x, d, { transA: true, alpha })
  }
  const flatA = () => {
    const lead = b.shape.length - a.shape.length
    const x = lastAndLeading(g, transB ? g.transpose(b, swapLast([...b.shape.keys()])) : b, lead)
    const d = lastAndLeading(g, dY, lead)
    return transA ? g.matMul(x, d, { transB: true, alpha }) : g.matMul(d, x, { transB: true, alpha })
  }
  const oneWeight = b.shape.length === 2 && a.shape.length > 2 && !transA
  const leftWeight = a.shape.length < b.shape.length && sameShape(a.shape.slice(0, -2), batchBeside(a, b))
  return [
    wants(0) ? (leftWeight ? flatA() : reduceTo(g, dA(), a)) : null,
    wants(1) ? (oneWeight ? flatB() : reduceTo(g, dB(), b)) : null,
  ]
}

/** The batch axes of the right operand that stand beside those of the left. */
function batchBeside(a: Value, b: Value): readonly Dim[] {
  return b.shape.slice(b.shape.length - a.shape.length, -2)
}

/** `[lead…, batch…, rows, columns]` as `[batch…, rows, lead · columns]`. */
function lastAndLeading(g: Operations, x: Value, lead: number): Value {
  const axes = [...x.shape.keys()]
  const last = axes.length - 1
  const moved = g.transpose(x, [...axes.slice(lead, last), ...axes.slice(0, lead), last])
  return g.reshape(moved, [...axes.slice(lead, last).map(() => 0), -1])
}

export const MATRIX: Operators<MatrixKind> = {
  MatMul: {
    inputs: [2, 2],
    infer: call => {
      const [a, b] = call.inputs
      checkFloat(call, a)
      checkSameType(call, a, b)
      return [{ type: a.type, shape: productShape(call, a.shape, b.shape) }]
    },
    gradient: call => {
      const { g, inputs, dY } = call
      const [a, b] = inputs
      const lineA = a.shape.length === 1
      const lineB = b.shape.length === 1
      const left = lineA ? g.unsqueeze(a, [0]) : a
      const right = lineB ? g.unsqueeze(b, [1]) : b
      const columns = lineB ? g.unsqueeze(dY, [-1]) : dY
      const d = lineA ? g.unsqueeze(columns, [-2]) : columns
      const [dA, dB] = productGradients(call, left, right, d)
      return [dA && lineA ? g.squeeze(dA, [0]) : dA, dB && lineB ? g.squeeze(dB, [1]) : dB]
    },
    evaluate: ({ inputs: [a, b] }) => [multiply(a, b)],
  },
  FusedMatMul: {
    domain: 'com.microsoft',
    inputs: [2, 2],
    infer: call => {
      const [a, b] = call.inputs
      if (a.type !== 'float32') call.fail('graph/type', 'float32', a.type)
      checkSameType(call, a, b)
      for (const value of [a, b])
        if (value.shape.length < 2)
          call.fail('graph/shape', 'at least 2 dimensions each', `[${value.shape.join(', ')}]`)
      const left = call.attributes.transA ? swapLast(a.shape) : a.shape
      const right = call.attributes.transB ? swapLast(b.shape) : b.shape
      return [{ type: a.type, shape: productShape(call, left, right) }]
    },
    gradient: call =>
      productGradients(call, call.inputs[0], call.inputs[1], call.dY, optionsOf(call.attributes)),
    evaluate: ({ inputs: [a, b], attributes }) => [multiply(a, b, optionsOf(attributes))],
  },
  Gemm: {
    inputs: [2, 3],
    infer: call => {
      const [a, b] = call.inputs
      const c = call.optional(2)
      checkFloat(call, a)
      checkSameType(call, a, b)
      checkRank(call, a, 2)
      checkRank(call, b, 2)
      const [m, k] = call.attributes.transA ? swapLast(a.shape) : a.shape
      const [l, n] = call.attributes.transB ? swapLast(b.shape) : b.shape
      checkDim(call, 'inner dimensions that agree', k, l)
      const shape = [m, n]
      if (c) {
        checkSameType(call, a, c)
        const whole = broadcast(call, shape, c.shape)
        if (whole.length !== 2 || (whole[0] !== m && m === 1) || (whole[1] !== n && n === 1))
          call.fail(
            'graph/shape',
            `a bias that broadcasts to [${shape.join(', ')}]`,
            `[${c.shape.join(', ')}]`,
          )
      }
      return [{ type: a.type, shape }]
    },
    gradient: call => {
      const { g, attributes, inputs, optional, dY, wants } = call
      const c = optional(2)
      const { beta } = attributes
      const [dA, dB] = productGradients(call, inputs[0], inputs[1], dY, optionsOf(attributes))
      const dC = c && wants(2) ? reduceTo(g, beta === 1 ? dY : g.mul(dY, beta), c) : null
      return [dA, dB, dC]
    },
    evaluate: ({ inputs: [a, b], optional, attributes }) => {
      const c = optional(2)
      const y = multiply(a, b, optionsOf(attributes))
      if (!c) return [y]
      const strides = broadcastStrides(c.shape, y.shape)
      forEachCell(y.shape, (index, at) => {
        y.data[at] += attributes.beta * c.data[offset(index, strides)]
      })
      return [y]
    },
  },
}

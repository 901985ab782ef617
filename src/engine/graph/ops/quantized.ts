/**
 * Layers whose weights are whole numbers of 8 bits, for inference. The kernels round what they multiply them by to 8 bits as
 * well, with a step that they choose as they run; the reference implementation does not.
 */
import type { QuantizedKind } from '../kinds.js'
import { type NdArray, ndArray } from '../nd-array.js'
import { type Operators, type ReferenceCall, refused, type ShapeCall } from '../operator.js'
import { checkDim, checkFloat, checkRank, checkType } from '../shape-rules.js'
import { RECURRENT } from './recurrent.js'

/** Places of the inputs after those of `LSTM`. */
const [W_SCALE, W_ZERO, R_SCALE, R_ZERO] = [8, 9, 10, 11]

function given(call: ShapeCall<QuantizedKind>, at: number) {
  return call.optional(at) ?? call.fail('graph/arity', `an input ${at}`, 'none')
}

/** `[directions, columns, rows]` of whole numbers as `[directions, rows, columns]` of floats. */
function dequantized(weights: NdArray, steps: NdArray): NdArray {
  const [directions, columns, rows] = weights.shape
  const floats = ndArray('float32', [directions, rows, columns])
  const perRow = steps.data.length === directions * rows
  for (let d = 0; d < directions; d++)
    for (let column = 0; column < columns; column++)
      for (let row = 0; row < rows; row++)
        floats.data[(d * rows + row) * columns + column] =
          weights.data[(d * columns + column) * rows + row] * steps.data[perRow ? d * rows + row : d]
  return floats
}

export const QUANTIZED: Operators<QuantizedKind> = {
  /** As `LSTM` without peepholes; weights `[directions, inputs or hidden, 4·hidden]`, each gate's row with a step of its own. */
  DynamicQuantizeLSTM: {
    domain: 'com.microsoft',
    inputs: [3, 12],
    optionalOutputsFrom: 1,
    infer: call => {
      const [x] = call.inputs
      checkFloat(call, x)
      checkRank(call, x, 3)
      const { hidden_size: hidden, direction } = call.attributes
      const directions = direction === 'bidirectional' ? 2 : 1
      const [time, batch, size] = x.shape
      const check = (at: number, what: string, shape: readonly (typeof size)[], type: 'int8' | 'float32') => {
        const value = given(call, at)
        checkType(call, value, type)
        checkRank(call, value, shape.length)
        value.shape.forEach((dim, i) => {
          checkDim(call, `${what} of [${shape.join(', ')}]`, dim, shape[i])
        })
      }
      check(1, 'weights', [directions, size, 4 * hidden], 'int8')
      check(2, 'recurrent weights', [directions, hidden, 4 * hidden], 'int8')
      check(W_SCALE, 'steps', [directions, 4 * hidden], 'float32')
      check(W_ZERO, 'zero points', [directions, 4 * hidden], 'int8')
      check(R_SCALE, 'steps', [directions, 4 * hidden], 'float32')
      check(R_ZERO, 'zero points', [directions, 4 * hidden], 'int8')
      const every = [time, directions, batch, hidden]
      return [every, every.slice(1), every.slice(1)].map(shape => ({ type: x.type, shape }))
    },
    gradient: refused('a quantized layer, which is for inference'),
    evaluate: call => {
      const [x, w, r] = call.inputs
      const steps = [W_SCALE, R_SCALE].map(at => call.optional(at) as NdArray)
      const floats = [x, dequantized(w, steps[0]), dequantized(r, steps[1])]
      const own = {
        ...call,
        inputs: floats,
        optional: (at: number) => (at < 3 ? floats[at] : at < 7 ? call.optional(at) : null),
      }
      return RECURRENT.LSTM.evaluate(own as unknown as ReferenceCall<'LSTM'>)
    },
  },
  /** x `[…, inputs]` times int8 `[inputs, outputs]`, each column with a step of its own, plus a bias. */
  DynamicQuantizeMatMul: {
    domain: 'com.microsoft',
    inputs: [3, 5],
    infer: call => {
      const [x] = call.inputs
      checkFloat(call, x)
      const weights = given(call, 1)
      checkType(call, weights, 'int8')
      checkRank(call, weights, 2)
      const [inputs, outputs] = weights.shape
      checkDim(call, `an input of [${inputs}] features`, x.shape[x.shape.length - 1], inputs)
      for (const at of [2, 4]) {
        const value = call.optional(at)
        if (!value) continue
        checkType(call, value, 'float32')
        checkRank(call, value, 1)
        checkDim(call, `steps and bias of [${outputs}]`, value.shape[0], outputs)
      }
      return [{ type: x.type, shape: [...x.shape.slice(0, -1), outputs] }]
    },
    gradient: refused('a quantized layer, which is for inference'),
    evaluate: call => {
      const [x, weights, steps] = call.inputs
      const bias = call.optional(4)
      const [inputs, outputs] = weights.shape
      const result = ndArray('float32', [...x.shape.slice(0, -1), outputs])
      for (let row = 0; row * inputs < x.data.length; row++)
        for (let j = 0; j < outputs; j++) {
          let sum = 0
          for (let k = 0; k < inputs; k++) sum += x.data[row * inputs + k] * weights.data[k * outputs + j]
          result.data[row * outputs + j] = sum * steps.data[j] + (bias ? bias.data[j] : 0)
        }
      return [result]
    },
  },
}

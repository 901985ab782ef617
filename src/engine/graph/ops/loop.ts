/** `Scan`: the one way to loop. States go from step to step, sequences are read along axis 0, outputs are stacked. */
import { agree, type Dim, isUnknown } from '../dim.js'
import type { LoopKind } from '../kinds.js'
import { type NdArray, ndArray } from '../nd-array.js'
import type { Operators, ShapeCall } from '../operator.js'
import { scanDirections, scanParts } from '../scan.js'
import { sizeOf } from '../tensor.js'
import { describe, type Value } from '../value.js'
import { scanGradient } from './loop-gradient.js'

function checkFits(call: ShapeCall, what: string, a: Value, type: string, shape: readonly Dim[]): void {
  const fits =
    a.type === type && a.shape.length === shape.length && a.shape.every((dim, i) => agree(dim, shape[i]))
  if (!fits) call.fail('graph/shape', `${what} ${type}[${shape.join(', ')}]`, describe(a))
}

export const LOOPS: Operators<LoopKind> = {
  Scan: {
    inputs: [1, Number.POSITIVE_INFINITY],
    infer: call => {
      const { body } = call
      if (!body) return call.fail('graph/structure', 'a body', 'none')
      const { num_scan_inputs: count } = call.attributes
      if (count < 1) call.fail('graph/arity', 'at least one sequence', String(count))
      const { states, sequences } = scanParts(call.inputs, count)
      if (body.inputs.length !== call.inputs.length)
        call.fail('graph/arity', `a body of ${call.inputs.length} inputs`, String(body.inputs.length))
      if (body.outputs.length < states.length)
        call.fail('graph/arity', `a body that returns ${states.length} states`, String(body.outputs.length))
      let steps: Dim = sequences[0].shape[0]
      states.forEach((state, i) => {
        checkFits(call, `state ${i} of the body to be`, body.inputs[i], state.type, state.shape)
        checkFits(call, `state ${i} after a step to be`, body.outputs[i], state.type, state.shape)
      })
      sequences.forEach((sequence, i) => {
        if (sequence.shape.length === 0)
          call.fail('graph/shape', 'sequences with an axis 0', describe(sequence))
        if (!agree(steps, sequence.shape[0]))
          call.fail('graph/shape', 'sequences of one length', `${steps} and ${sequence.shape[0]}`)
        if (isUnknown(steps)) steps = sequence.shape[0]
        checkFits(
          call,
          `slice ${i} of the body to be`,
          body.inputs[states.length + i],
          sequence.type,
          sequence.shape.slice(1),
        )
      })
      return body.outputs.map((output, i) =>
        i < states.length
          ? { type: output.type, shape: states[i].shape }
          : { type: output.type, shape: [steps, ...output.shape] },
      )
    },
    gradient: scanGradient,
    evaluate: call => {
      const parts = scanParts(call.inputs, call.attributes.num_scan_inputs)
      const { read, written } = scanDirections(call.attributes, call.outputs.length - parts.states.length)
      const steps = parts.sequences[0].shape[0]
      let states: readonly NdArray[] = parts.states
      const stacked: NdArray[][] = []
      for (let step = 0; step < steps; step++) {
        const slices = parts.sequences.map((sequence, i) =>
          sliceAt(sequence, read[i] ? steps - 1 - step : step),
        )
        const results = call.run([...states, ...slices])
        states = results.slice(0, states.length)
        results.slice(states.length).forEach((result, i) => {
          stacked[i] ??= []
          if (written[i]) stacked[i].unshift(result)
          else stacked[i].push(result)
        })
      }
      return [...states, ...stacked.map(stack)]
    },
  },
}

function sliceAt(sequence: NdArray, at: number): NdArray {
  const shape = sequence.shape.slice(1)
  const size = sizeOf(shape)
  return ndArray(sequence.type, shape, sequence.data.slice(at * size, (at + 1) * size))
}

function stack(parts: readonly NdArray[]): NdArray {
  const size = parts[0].data.length
  const result = ndArray(parts[0].type, [parts.length, ...parts[0].shape])
  parts.forEach((part, i) => {
    result.data.set(part.data, i * size)
  })
  return result
}

/** Comparisons, boolean operators and the choice between two values. */
import { reduceTo } from '../gradient-rules.js'
import type { LogicKind } from '../kinds.js'
import { mapCells } from '../nd-array.js'
import { noFlow, type Operator, type Operators } from '../operator.js'
import { broadcast, checkSameType, checkType, NUMBERS } from '../shape-rules.js'
import type { ElementType } from '../tensor.js'

function toBool(types: readonly ElementType[], count: 1 | 2, f: (a: number, b: number) => boolean): Operator {
  return {
    inputs: [count, count],
    infer: call => {
      const values = call.inputs
      for (const value of values) checkType(call, value, ...types)
      checkSameType(call, values[0], ...values)
      return [{ type: 'bool', shape: broadcast(call, ...values.map(value => value.shape)) }]
    },
    gradient: noFlow('it returns true or false'),
    evaluate: ({ inputs }) => [mapCells('bool', (a, b) => Number(f(a, b)), ...inputs)],
  }
}

export const LOGIC: Operators<LogicKind> = {
  And: toBool(['bool'], 2, (a, b) => a !== 0 && b !== 0),
  Equal: toBool([...NUMBERS, 'bool'], 2, (a, b) => a === b),
  Greater: toBool(NUMBERS, 2, (a, b) => a > b),
  GreaterOrEqual: toBool(NUMBERS, 2, (a, b) => a >= b),
  IsNaN: toBool(['float32', 'float64'], 1, a => Number.isNaN(a)),
  Less: toBool(NUMBERS, 2, (a, b) => a < b),
  LessOrEqual: toBool(NUMBERS, 2, (a, b) => a <= b),
  Not: toBool(['bool'], 1, a => a === 0),
  Or: toBool(['bool'], 2, (a, b) => a !== 0 || b !== 0),
  Xor: toBool(['bool'], 2, (a, b) => (a !== 0) !== (b !== 0)),
  Where: {
    inputs: [3, 3],
    infer: call => {
      const [condition, yes, no] = call.inputs
      checkType(call, condition, 'bool')
      checkSameType(call, yes, no)
      return [{ type: yes.type, shape: broadcast(call, condition.shape, yes.shape, no.shape) }]
    },
    gradient: ({ g, inputs: [condition, yes, no], dY, wants }) => [
      null,
      wants(1) ? reduceTo(g, g.where(condition, dY, 0), yes) : null,
      wants(2) ? reduceTo(g, g.where(condition, 0, dY), no) : null,
    ],
    evaluate: ({ inputs }) => [mapCells(inputs[1].type, (is, a, b) => (is !== 0 ? a : b), ...inputs)],
  },
}

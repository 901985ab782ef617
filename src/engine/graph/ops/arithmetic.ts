/** Functions of two or more numbers, cell by cell, with broadcasting. */
import { addDims, type Dim, divideDims, isUnknown, multiplyDims, subtractDims } from '../dim.js'
import { reduceTo } from '../gradient-rules.js'
import type { AllAttributes, ArithmeticKind } from '../kinds.js'
import { mapCells } from '../nd-array.js'
import type { GradientCall, Operator, Operators, ShapeRule } from '../operator.js'
import { broadcast, checkNumber, checkSameType, withContent } from '../shape-rules.js'
import { isFloat } from '../tensor.js'
import type { Value } from '../value.js'

type DimRule = (a: Dim, b: Dim) => Dim | undefined

/** Two numbers in, one out; `content` follows shape arithmetic of exported models. */
const pair =
  (content?: DimRule): ShapeRule =>
  call => {
    const [a, b] = call.inputs
    checkNumber(call, a)
    checkSameType(call, a, b)
    const output = { type: a.type, shape: broadcast(call, a.shape, b.shape) }
    return [withContent(output, content && combine(a, b, content))]
  }

function combine(a: Value, b: Value, rule: DimRule): readonly Dim[] | undefined {
  const x = a.content
  const y = b.content
  if (!x || !y || a.shape.length > 1 || b.shape.length > 1) return undefined
  const length = x.length === 1 ? y.length : x.length
  if (y.length !== 1 && y.length !== length) return undefined
  const result: Dim[] = []
  for (let i = 0; i < length; i++) {
    const dim = rule(x[x.length === 1 ? 0 : i], y[y.length === 1 ? 0 : i])
    if (dim === undefined) return undefined
    result.push(dim)
  }
  return result
}

const known =
  (rule: DimRule): DimRule =>
  (a, b) =>
    isUnknown(a) || isUnknown(b) ? undefined : rule(a, b)

interface PairParts<K extends ArithmeticKind> {
  readonly content?: DimRule
  /** Gradients for the first and second input before they are summed back to the inputs' shapes. */
  readonly gradient: readonly [(call: PairCall) => Value, (call: PairCall) => Value]
  readonly f: (a: number, b: number, floats: boolean, attributes: AllAttributes<K>) => number
}

interface PairCall extends Pick<GradientCall, 'g' | 'dY'> {
  readonly a: Value
  readonly b: Value
  readonly y: Value
}

function binary<K extends ArithmeticKind>({ content, gradient, f }: PairParts<K>): Operator<K> {
  return {
    inputs: [2, 2],
    infer: pair(content),
    gradient: ({ g, dY, inputs: [a, b], outputs: [y], wants }) =>
      [a, b].map((x, i) => (wants(i) ? reduceTo(g, gradient[i]({ g, dY, a, b, y }), x) : null)),
    evaluate: ({ inputs, attributes }) => {
      const [a, b] = inputs
      return [mapCells(a.type, (x, y) => f(x, y, isFloat(a.type), attributes), a, b)]
    },
  }
}

/** The largest or smallest of any number of inputs. Where some are equal the gradient is shared evenly. */
function extreme(f: (...cells: number[]) => number): Operator {
  return {
    inputs: [1, Number.POSITIVE_INFINITY],
    infer: call => {
      const [first, ...others] = call.inputs
      checkNumber(call, first)
      checkSameType(call, first, ...others)
      return [{ type: first.type, shape: broadcast(call, ...call.inputs.map(value => value.shape)) }]
    },
    gradient: ({ g, inputs, outputs, dY, wants }) => {
      const hits = inputs.map(x => g.cast(g.equal(x, outputs[0]), x.type))
      const share = g.div(
        dY,
        hits.reduce((sum, hit) => g.add(sum, hit)),
      )
      return inputs.map((x, i) => (wants(i) ? reduceTo(g, g.mul(share, hits[i]), x) : null))
    },
    evaluate: ({ inputs }) => [mapCells(inputs[0].type, f, ...inputs)],
  }
}

export const ARITHMETIC: Operators<ArithmeticKind> = {
  Add: binary({
    content: known((a, b) => addDims(a, b)),
    gradient: [({ dY }) => dY, ({ dY }) => dY],
    f: (a, b) => a + b,
  }),
  Sub: binary({
    content: known(subtractDims),
    gradient: [({ dY }) => dY, ({ g, dY }) => g.neg(dY)],
    f: (a, b) => a - b,
  }),
  Mul: binary({
    content: known((a, b) => multiplyDims(a, b)),
    gradient: [({ g, dY, b }) => g.mul(dY, b), ({ g, dY, a }) => g.mul(dY, a)],
    f: (a, b) => a * b,
  }),
  Div: binary({
    content: (a, b) =>
      typeof a === 'number' && typeof b === 'number' && b !== 0 ? Math.trunc(a / b) : known(divideDims)(a, b),
    gradient: [({ g, dY, b }) => g.div(dY, b), ({ g, dY, b, y }) => g.neg(g.div(g.mul(dY, y), b))],
    f: (a, b, floats) => (floats ? a / b : Math.trunc(a / b)),
  }),
  Pow: binary({
    gradient: [
      ({ g, dY, a, b }) => g.mul(dY, g.mul(b, g.pow(a, g.sub(b, 1)))),
      // a^b · ln a, and 0 where a is 0
      ({ g, dY, a, y }) =>
        g.mul(dY, g.where(g.greater(a, 0), g.mul(y, g.log(g.where(g.greater(a, 0), a, 1))), 0)),
    ],
    f: (a, b) => a ** b,
  }),
  Mod: binary({
    gradient: [
      ({ dY }) => dY,
      // a = q·b + mod with a whole q
      ({ g, dY, a, b, y }) => g.neg(g.mul(dY, g.apply('Round', [g.div(g.sub(a, y), b)]))),
    ],
    f: (a, b, _floats, { fmod }) => (fmod ? a % b : ((a % b) + b) % b),
  }),
  Max: extreme(Math.max),
  Min: extreme(Math.min),
  Clip: {
    inputs: [1, 3],
    infer: call => {
      const [x] = call.inputs
      checkNumber(call, x)
      for (const bound of [call.optional(1), call.optional(2)]) {
        if (!bound) continue
        checkSameType(call, x, bound)
        if (bound.shape.length > 0)
          call.fail('graph/shape', 'bounds that are scalars', `[${bound.shape.join(', ')}]`)
      }
      return [{ type: x.type, shape: x.shape }]
    },
    gradient: ({ g, inputs: [x], optional, dY }) => {
      const [low, high] = [optional(1), optional(2)]
      const d = low ? g.where(g.less(x, low), 0, dY) : dY
      return [high ? g.where(g.greater(x, high), 0, d) : d]
    },
    evaluate: ({ inputs: [x], optional }) => {
      const low = optional(1)?.data[0] ?? Number.NEGATIVE_INFINITY
      const high = optional(2)?.data[0] ?? Number.POSITIVE_INFINITY
      return [mapCells(x.type, cell => Math.min(Math.max(cell, low), high), x)]
    },
  },
}

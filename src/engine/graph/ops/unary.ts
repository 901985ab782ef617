/** Functions of one number, cell by cell. */
import type { AllAttributes, UnaryKind } from '../kinds.js'
import { mapCells } from '../nd-array.js'
import type { Operations } from '../operations.js'
import {
  type GradientCall,
  type NoGradient,
  noFlow,
  type Operator,
  type Operators,
  type ShapeRule,
} from '../operator.js'
import { checkNumber, floatLikeFirst, likeFirst } from '../shape-rules.js'
import type { Value } from '../value.js'

interface UnaryParts<K extends UnaryKind> {
  readonly domain?: 'com.microsoft'
  /** Default: takes floats, keeps the shape. */
  readonly infer?: ShapeRule
  /** The derivative at `x`, times the incoming gradient. */
  readonly gradient: ((call: GradientCall<K>, x: Value, y: Value, dY: Value) => Value) | NoGradient
  readonly f: (x: number, attributes: AllAttributes<K>) => number
}

function unary<K extends UnaryKind>({
  domain,
  infer = floatLikeFirst,
  gradient,
  f,
}: UnaryParts<K>): Operator<K> {
  return {
    domain,
    inputs: [1, 1],
    infer,
    gradient:
      typeof gradient === 'function'
        ? call => [gradient(call, call.inputs[0], call.outputs[0], call.dY)]
        : gradient,
    evaluate: ({ inputs, attributes }) => [mapCells(inputs[0].type, cell => f(cell, attributes), inputs[0])],
  }
}

const anyNumber: ShapeRule = call => {
  checkNumber(call, call.inputs[0])
  return likeFirst(call)
}

const flat = noFlow('it is flat wherever it has a derivative')

/** `dY` where `x` is positive, elsewhere `slope · dY`. */
function slopeBelow(g: Operations, x: Value, dY: Value, slope: Value | number): Value {
  return g.where(g.greater(x, 0), dY, g.mul(dY, slope))
}

export const UNARY: Operators<UnaryKind> = {
  Abs: unary({
    infer: anyNumber,
    gradient: ({ g }, x, _y, dY) => g.mul(dY, g.sign(x)),
    f: Math.abs,
  }),
  Ceil: unary({ gradient: flat, f: Math.ceil }),
  Cos: unary({ gradient: ({ g }, x, _y, dY) => g.neg(g.mul(dY, g.sin(x))), f: Math.cos }),
  Elu: unary({
    gradient: ({ g, attributes: { alpha } }, x, y, dY) => slopeBelow(g, x, dY, g.add(y, alpha)),
    f: (x, { alpha }) => (x > 0 ? x : alpha * Math.expm1(x)),
  }),
  Erf: unary({
    gradient: ({ g }, x, _y, dY) => g.mul(g.mul(dY, 2 / Math.sqrt(Math.PI)), g.exp(g.neg(g.mul(x, x)))),
    f: erf,
  }),
  Exp: unary({ gradient: ({ g }, _x, y, dY) => g.mul(dY, y), f: Math.exp }),
  Floor: unary({ gradient: flat, f: Math.floor }),
  // x·Φ(x), Φ the standard normal distribution (Hendrycks & Gimpel 2016)
  Gelu: unary({
    domain: 'com.microsoft',
    gradient: ({ g }, x, _y, dY) => {
      // ½·(1 + erf u + u·2/√π·exp(−u²)) with u = x/√2: few passes over the numbers
      const u = g.mul(x, Math.SQRT1_2)
      const density = g.exp(g.sub(Math.log(2 / Math.sqrt(Math.PI)), g.mul(u, u)))
      const slope = g.add(g.add(g.apply('Erf', [u]), g.mul(u, density)), 1)
      return g.mul(g.mul(dY, 0.5), slope)
    },
    f: x => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
  }),
  HardSwish: unary({
    // x/3 + 1/2 between the bends; PyTorch's 0 and 1 at them
    gradient: ({ g }, x, _y, dY) => {
      const between = g.mul(dY, g.add(g.mul(x, 1 / 3), 0.5))
      return g.where(g.lessOrEqual(x, -3), 0, g.where(g.greaterOrEqual(x, 3), dY, between))
    },
    f: x => x * Math.max(0, Math.min(1, x / 6 + 0.5)),
  }),
  LeakyRelu: unary({
    gradient: ({ g, attributes: { alpha } }, x, _y, dY) => slopeBelow(g, x, dY, alpha),
    f: (x, { alpha }) => (x >= 0 ? x : alpha * x),
  }),
  Log: unary({ gradient: ({ g }, x, _y, dY) => g.div(dY, x), f: Math.log }),
  Neg: unary({ infer: anyNumber, gradient: ({ g }, _x, _y, dY) => g.neg(dY), f: x => -x }),
  Reciprocal: unary({
    gradient: ({ g }, _x, y, dY) => g.neg(g.mul(dY, g.mul(y, y))),
    f: x => 1 / x,
  }),
  Relu: unary({
    gradient: ({ g }, _x, y, dY) => g.where(g.greater(y, 0), dY, 0),
    f: x => (x > 0 || Number.isNaN(x) ? x : 0),
  }),
  Round: unary({ gradient: flat, f: roundHalfToEven }),
  Sigmoid: unary({
    gradient: ({ g }, _x, y, dY) => g.mul(dY, g.mul(y, g.sub(1, y))),
    f: x => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  }),
  Sign: unary({ infer: anyNumber, gradient: flat, f: Math.sign }),
  Sin: unary({ gradient: ({ g }, x, _y, dY) => g.mul(dY, g.cos(x)), f: Math.sin }),
  Softplus: unary({
    gradient: ({ g }, x, _y, dY) => g.mul(dY, g.sigmoid(x)),
    f: x => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  }),
  Softsign: unary({
    // 1 / (1 + |x|)²
    gradient: ({ g }, x, _y, dY) => {
      const d = g.add(g.apply('Abs', [x]), 1)
      return g.div(dY, g.mul(d, d))
    },
    f: x => x / (1 + Math.abs(x)),
  }),
  Sqrt: unary({ gradient: ({ g }, _x, y, dY) => g.div(g.mul(dY, 0.5), y), f: Math.sqrt }),
  Tanh: unary({ gradient: ({ g }, _x, y, dY) => g.mul(dY, g.sub(1, g.mul(y, y))), f: Math.tanh }),
}

function roundHalfToEven(x: number): number {
  const below = Math.floor(x)
  const rest = x - below
  return rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1
}

/**
 * The error function to double precision: Taylor's series near 0, Lentz's continued fraction of erfc further out
 * (Abramowitz & Stegun 7.1.6 and 7.1.14).
 */
function erf(x: number): number {
  if (Number.isNaN(x)) return x
  const size = Math.abs(x)
  if (size > 6) return Math.sign(x)
  const square = x * x
  if (size < 2.5) {
    let term = x
    let sum = x
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= (2 * square) / (2 * n + 1)
      sum += term
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-square) * sum
  }
  let fraction = size
  for (let n = 60; n >= 1; n--) fraction = size + n / 2 / fraction
  return Math.sign(x) * (1 - Math.exp(-square) / (fraction * Math.sqrt(Math.PI)))
}

import type { OpKind } from './kinds.js'
import type { Operator } from './operator.js'
import { ARITHMETIC } from './operators/arithmetic.js'
import { CONVOLUTIONS } from './operators/convolution.js'
import { INDEXING } from './operators/indexing.js'
import { LAYOUT } from './operators/layout.js'
import { LOGIC } from './operators/logic.js'
import { LOOPS } from './operators/loop.js'
import { MATRIX } from './operators/matrix.js'
import { NORMALIZATION } from './operators/normalization.js'
import { ORDER } from './operators/order.js'
import { RECURRENT } from './operators/recurrent.js'
import { REDUCTIONS } from './operators/reduction.js'
import { SOURCES } from './operators/source.js'
import { UNARY } from './operators/unary.js'

/**
 * Everything the engine knows of every operator: total over `OpKind`, so that an operator without shape rule, gradient
 * rule or reference implementation doesn't compile.
 */
export const OPERATORS: Readonly<Record<OpKind, Operator>> = {
  ...UNARY,
  ...ARITHMETIC,
  ...LOGIC,
  ...REDUCTIONS,
  ...ORDER,
  ...NORMALIZATION,
  ...MATRIX,
  ...CONVOLUTIONS,
  ...LAYOUT,
  ...INDEXING,
  ...SOURCES,
  ...LOOPS,
  ...RECURRENT,
} satisfies Record<OpKind, Operator>

export const OP_KINDS = Object.keys(OPERATORS) as readonly OpKind[]

export function isOpKind(name: string): name is OpKind {
  return Object.hasOwn(OPERATORS, name)
}

import type { OpKind } from './kinds.js'
import type { Operators } from './operator.js'
import { ARITHMETIC } from './ops/arithmetic.js'
import { CONVOLUTIONS } from './ops/convolution.js'
import { INDEXING } from './ops/indexing.js'
import { LAYOUT } from './ops/layout.js'
import { LOGIC } from './ops/logic.js'
import { LOOPS } from './ops/loop.js'
import { MATRIX } from './ops/matrix.js'
import { NORMALIZATION } from './ops/normalization.js'
import { ORDER } from './ops/order.js'
import { PADDING } from './ops/padding.js'
import { QUANTIZED } from './ops/quantized.js'
import { RECURRENT } from './ops/recurrent.js'
import { REDUCTIONS } from './ops/reduction.js'
import { ROUNDING } from './ops/rounding.js'
import { SOURCES } from './ops/source.js'
import { UNARY } from './ops/unary.js'

/**
 * Everything the engine knows of every operator: total over `OpKind`, so that an operator without shape rule, gradient
 * rule or reference implementation doesn't compile.
 */
export const OPERATORS: Operators<OpKind> = {
  ...UNARY,
  ...ARITHMETIC,
  ...LOGIC,
  ...REDUCTIONS,
  ...ORDER,
  ...NORMALIZATION,
  ...MATRIX,
  ...CONVOLUTIONS,
  ...LAYOUT,
  ...PADDING,
  ...INDEXING,
  ...SOURCES,
  ...LOOPS,
  ...RECURRENT,
  ...QUANTIZED,
  ...ROUNDING,
}

import type { Dim } from './dim.js'
import { GraphError } from './error.js'
import type { Attributes, OpKind } from './kinds.js'
import {
  ELEMENT_CODES,
  type ElementType,
  type Tensor,
  type TensorData,
  tensor,
  typeOfArray,
} from './tensor.js'
import type { Block, Node, Value } from './value.js'

/** A value, or a plain number that takes the type of the value beside it. */
export type Operand = Value | number

export interface Keep {
  /** Keep reduced axes as dimensions of 1. Default false. */
  readonly keepDims?: boolean
}

export interface ProductOptions {
  /** Swap the last two axes of the left operand. */
  readonly transA?: boolean
  readonly transB?: boolean
  /** A factor. Default 1. */
  readonly alpha?: number
}

export type Inputs = readonly (Value | null)[]

/** An end of a slice at or beyond this is the end of the axis. */
const FAR = 2 ** 31 - 1

/**
 * What gradient rules and passes build with: one scope of a graph that nodes are added to, and a method for each
 * operator that this project uses in several places. It knows no operator's rules: `GraphBuilder` records through the
 * table of operators, which is itself built from rules that use this class.
 *
 * Every method adds a node and returns its output, or throws a GraphError that names the node, its layer, the shapes
 * and the broken rule.
 */
export abstract class Operations {
  abstract readonly scope: number
  /** The scope around this one. */
  abstract readonly outer: Operations | undefined
  /** The nodes of this scope so far, in the order in which they were made. */
  abstract readonly nodes: readonly Node[]
  /** The node that made a value; `undefined` for inputs. */
  abstract producerOf(value: Value): Node | undefined
  /** An empty scope inside this one, for the body of a loop. */
  abstract child(): Operations
  abstract bodyInput(type: ElementType, shape: readonly Dim[]): Value
  /** Ends a body. */
  abstract close(inputs: readonly Value[], outputs: readonly Value[]): Block
  /** Runs `build`; nodes made inside belong to the layer of this full name. For nodes made from other nodes. */
  abstract asLayer<T>(name: string, build: () => T): T
  /** A constant tensor, kept once for equal small contents. The data must not change afterwards. */
  abstract constantTensor(value: Tensor): Value

  /**
   * Applies an operator. Works for every operator of the engine, with the attributes of its kind.
   *
   * @param inputs in ONNX's order, `null` for an optional one that is left out
   * @returns every output the operator has
   * @throws GraphError naming the node, its layer, the shapes and the broken rule
   * @example
   * const [values, indices] = g.op('TopK', [x, g.int64([3])], { axis: 1 })
   */
  abstract op<K extends OpKind>(
    kind: K,
    inputs: Inputs,
    attributes?: Attributes<K>,
    body?: Block,
  ): readonly Value[]

  /**
   * Like `op`, but returns the first output only.
   * @example
   * const y = g.apply('Elu', [x], { alpha: 0.5 })
   */
  apply<K extends OpKind>(kind: K, inputs: Inputs, attributes?: Attributes<K>): Value {
    return this.op(kind, inputs, attributes)[0]
  }

  private pair(kind: OpKind, a: Operand, b: Operand): Value {
    return this.apply(kind, this.operands([a, b]))
  }

  /** Turns numbers into constants of the type of the first value among the operands. */
  private operands(list: readonly Operand[]): Value[] {
    const like = list.find(operand => typeof operand !== 'number')
    const type = like ? like.type : 'float32'
    return list.map(operand => (typeof operand === 'number' ? this.scalar(operand, type) : operand))
  }

  // Constants

  /** A constant: a number (a float32 scalar), or an array with its shape; the type is the array's unless given. */
  constant(value: number | TensorData, shape?: readonly number[], type?: ElementType): Value {
    if (typeof value === 'number') return this.scalar(value, type)
    return this.constantTensor({
      type: type ?? typeOfArray(value),
      shape: shape ?? [value.length],
      data: value,
    })
  }

  scalar(value: number, type: ElementType = 'float32'): Value {
    return this.constantTensor(tensor(type, [value], []))
  }

  /** A one-dimensional int64 constant: axes, sizes, a shape. */
  int64(values: readonly number[]): Value {
    return this.constantTensor(tensor('int64', values))
  }

  /** Zeros, or any one number, of a computed shape. */
  constantOfShape(shape: Value, value = 0, type: ElementType = 'float32'): Value {
    return this.apply('ConstantOfShape', [shape], { value: tensor(type, [value]) })
  }

  /** Whole numbers from `start` up to, not including, `limit`, by `delta`. All scalars of one type. */
  range = (start: Value, limit: Value, delta: Value): Value => this.apply('Range', [start, limit, delta])

  /** The shape of a value as int64. */
  shape = (x: Value, options: { readonly start?: number; readonly end?: number } = {}): Value =>
    this.apply('Shape', [x], options)

  // Arithmetic, with broadcasting

  add = (a: Operand, b: Operand): Value => this.pair('Add', a, b)
  sub = (a: Operand, b: Operand): Value => this.pair('Sub', a, b)
  mul = (a: Operand, b: Operand): Value => this.pair('Mul', a, b)
  div = (a: Operand, b: Operand): Value => this.pair('Div', a, b)
  pow = (a: Operand, b: Operand): Value => this.pair('Pow', a, b)
  /** With `fmod` the sign follows the dividend, as floats require; else the divisor. */
  mod = (a: Operand, b: Operand, options: { readonly fmod?: boolean } = {}): Value =>
    this.apply('Mod', this.operands([a, b]), { fmod: Number(options.fmod ?? false) })
  max = (...values: readonly Operand[]): Value => this.apply('Max', this.operands(values))
  min = (...values: readonly Operand[]): Value => this.apply('Min', this.operands(values))

  // Functions of one number

  cos = (x: Value): Value => this.apply('Cos', [x])
  exp = (x: Value): Value => this.apply('Exp', [x])
  gelu = (x: Value): Value => this.apply('Gelu', [x])
  log = (x: Value): Value => this.apply('Log', [x])
  neg = (x: Value): Value => this.apply('Neg', [x])
  reciprocal = (x: Value): Value => this.apply('Reciprocal', [x])
  relu = (x: Value): Value => this.apply('Relu', [x])
  sigmoid = (x: Value): Value => this.apply('Sigmoid', [x])
  sign = (x: Value): Value => this.apply('Sign', [x])
  sin = (x: Value): Value => this.apply('Sin', [x])
  sqrt = (x: Value): Value => this.apply('Sqrt', [x])
  tanh = (x: Value): Value => this.apply('Tanh', [x])

  // Logic

  and = (a: Value, b: Value): Value => this.apply('And', [a, b])
  equal = (a: Operand, b: Operand): Value => this.pair('Equal', a, b)
  greater = (a: Operand, b: Operand): Value => this.pair('Greater', a, b)
  greaterOrEqual = (a: Operand, b: Operand): Value => this.pair('GreaterOrEqual', a, b)
  less = (a: Operand, b: Operand): Value => this.pair('Less', a, b)
  lessOrEqual = (a: Operand, b: Operand): Value => this.pair('LessOrEqual', a, b)

  /** `yes` where the condition holds, else `no`. */
  where(condition: Value, yes: Operand, no: Operand): Value {
    return this.apply('Where', [condition, ...this.operands([yes, no])])
  }

  // Reductions

  private reduce(
    kind: 'ReduceMax' | 'ReduceMean' | 'ReduceProd',
    x: Value,
    axes: readonly number[],
    { keepDims = false }: Keep,
  ): Value {
    // No axes means all of them to ONNX; to us it means none
    if (axes.length === 0 && x.shape.length > 0) return x
    return this.apply(kind, [x], { keepdims: Number(keepDims), axes: axes.length > 0 ? axes : undefined })
  }

  reduceSum = (x: Value, axes: readonly number[], { keepDims = false }: Keep = {}): Value =>
    axes.length === 0 ? x : this.apply('ReduceSum', [x, this.int64(axes)], { keepdims: Number(keepDims) })
  reduceMax = (x: Value, axes: readonly number[], keep: Keep = {}): Value =>
    this.reduce('ReduceMax', x, axes, keep)
  reduceMean = (x: Value, axes: readonly number[], keep: Keep = {}): Value =>
    this.reduce('ReduceMean', x, axes, keep)
  reduceProd = (x: Value, axes: readonly number[], keep: Keep = {}): Value =>
    this.reduce('ReduceProd', x, axes, keep)

  softmax = (x: Value, axis = -1): Value => this.apply('Softmax', [x], { axis })
  logSoftmax = (x: Value, axis = -1): Value => this.apply('LogSoftmax', [x], { axis })

  // Matrices

  /** The matrix product, batches broadcast: ONNX's MatMul, or FusedMatMul where an option asks for more. */
  matMul(a: Value, b: Value, options: ProductOptions = {}): Value {
    const { transA = false, transB = false, alpha = 1 } = options
    if (!transA && !transB && alpha === 1) return this.apply('MatMul', [a, b])
    if (a.type === 'float32')
      return this.apply('FusedMatMul', [a, b], { transA: Number(transA), transB: Number(transB), alpha })
    const product = this.apply('MatMul', [transA ? this.swapLast(a) : a, transB ? this.swapLast(b) : b])
    return alpha === 1 ? product : this.mul(product, alpha)
  }

  private swapLast(x: Value): Value {
    const perm = [...x.shape.keys()]
    const last = perm.length - 1
    if (last < 1)
      throw new GraphError('graph/shape', 'matMul', 'at least 2 dimensions to transpose', `${perm.length}`)
    ;[perm[last], perm[last - 1]] = [perm[last - 1], perm[last]]
    return this.transpose(x, perm)
  }

  // Layout

  cast = (x: Value, type: ElementType): Value =>
    x.type === type ? x : this.apply('Cast', [x], { to: ELEMENT_CODES[type] })
  concat = (values: readonly Value[], axis: number): Value => this.apply('Concat', values, { axis })

  /** Cuts along an axis into pieces of the given sizes. */
  split = (x: Value, sizes: readonly number[], axis: number): readonly Value[] =>
    this.op('Split', [x, this.int64(sizes)], { axis })

  /** The cells `start` up to, not including, `end` of an axis; negative counts from the end; default: all. */
  slice(
    x: Value,
    cut: { readonly axis: number; readonly start?: number; readonly end?: number; readonly step?: number },
  ): Value {
    const { axis, start = 0, end = FAR, step = 1 } = cut
    const inputs = [x, this.int64([start]), this.int64([Math.min(end, FAR)]), this.int64([axis])]
    return this.apply('Slice', step === 1 ? inputs : [...inputs, this.int64([step])])
  }

  /** Numbers; 0 keeps the dimension at its place, one −1 takes what is left. */
  reshape = (x: Value, shape: readonly number[]): Value => this.apply('Reshape', [x, this.int64(shape)])
  /** Reshapes to a computed shape, in which 0 is 0. */
  reshapeTo = (x: Value, shape: Value): Value => this.apply('Reshape', [x, shape], { allowzero: 1 })
  /** To two dimensions: the product of those before `axis`, and of the others. */
  flatten = (x: Value, axis = 1): Value => this.apply('Flatten', [x], { axis })
  transpose = (x: Value, perm: readonly number[]): Value => this.apply('Transpose', [x], { perm })
  unsqueeze = (x: Value, axes: readonly number[]): Value => this.apply('Unsqueeze', [x, this.int64(axes)])
  squeeze = (x: Value, axes: readonly number[]): Value => this.apply('Squeeze', [x, this.int64(axes)])
  identity = (x: Value): Value => this.apply('Identity', [x])
  /** Repeats dimensions of 1 up to a computed shape. */
  expandTo = (x: Value, shape: Value): Value => this.apply('Expand', [x, shape])
  /** @param pads zeros to add before every axis, then after every axis; negative numbers drop cells */
  pad = (x: Value, pads: readonly number[]): Value => this.padBy(x, this.int64(pads))
  padBy = (x: Value, pads: Value): Value => this.apply('Pad', [x, pads])

  // Indexing

  /** Slices of `x` along an axis, by index. */
  gather = (x: Value, indices: Value, { axis = 0 } = {}): Value =>
    this.apply('Gather', [x, indices], { axis })
  scatterElements = (
    x: Value,
    indices: Value,
    updates: Value,
    attributes: Attributes<'ScatterElements'> = {},
  ): Value => this.apply('ScatterElements', [x, indices, updates], attributes)
}

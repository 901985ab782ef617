import type { Dim } from './dim.js'
import { GraphError } from './error.js'
import { finishGraph } from './finish.js'
import { includeGraph } from './include.js'
import type { OpKind } from './kinds.js'
import { Recorder, type Shared } from './recorder.js'
import { recordScan, type ScanLoop, type ScanResult, type ScanStep } from './scan.js'
import { ELEMENT_CODES, type ElementType, type TensorData, tensor, typeOfArray } from './tensor.js'
import type { AttributeValue, Block, Graph, Value } from './value.js'

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

export interface RecurrentOptions {
  readonly hiddenSize: number
  readonly direction?: 'forward' | 'reverse' | 'bidirectional'
  readonly bias?: Value | null
  readonly lengths?: Value | null
  readonly h0?: Value | null
}

export interface ConvolutionOptions {
  readonly stride?: number
  readonly dilation?: number
  /** Zeros before and after. */
  readonly pads?: readonly [number, number]
  readonly group?: number
}

function convolution({ stride = 1, dilation = 1, pads = [0, 0], group = 1 }: ConvolutionOptions): Attributes {
  return { strides: [stride], dilations: [dilation], pads, group }
}

type Attributes = Readonly<Record<string, AttributeValue | undefined>>

/**
 * Builds a computation graph over ONNX's operators. Every method adds a node (or finds that the shapes are wrong, and
 * throws a GraphError that names the node, its layer, the shapes and the rule) and answers its output.
 *
 * @example
 * const g = new GraphBuilder('linear')
 * const x = g.input('x', 'float32', ['batch', 4])
 * const w = g.input('w', 'float32', [4, 2])
 * const loss = g.reduceMean(g.tanh(g.matMul(x, w)), [0, 1])
 * const [dw] = gradients(g, loss, [w])
 * const graph = g.finish({ loss, dw })
 */
export class GraphBuilder extends Recorder<GraphBuilder> {
  constructor(name: string, parent?: GraphBuilder) {
    super(parent ? parent.shared : newShared(name), parent)
  }

  /** An empty body inside this scope. `scan` is what layers use. */
  child(): GraphBuilder {
    return new GraphBuilder(this.name, this)
  }

  /** An input of a body. */
  bodyInput(type: ElementType, shape: readonly Dim[]): Value {
    return this.makeInput(type, shape)
  }

  /** Ends a body. */
  close(inputs: readonly Value[], outputs: readonly Value[]): Block {
    return Object.freeze({
      scope: this.scope,
      inputs: Object.freeze([...inputs]),
      nodes: Object.freeze([...this.recorded]),
      outputs: Object.freeze([...outputs]),
    })
  }

  /**
   * Ends the graph: drops what no output needs, folds constants, shares repeated subexpressions, moves what a loop
   * repeats out of it, and verifies the rest. The builder stays usable: finish it again for other outputs.
   *
   * @param outputs names for what a run answers. Inputs that none of them needs are left out of the graph.
   */
  finish(outputs: Readonly<Record<string, Value>>): Graph {
    return finishGraph(this, new GraphBuilder(this.name), outputs)
  }

  /**
   * Copies a finished or foreign graph into this one.
   * @param inputs a value of this builder for every input of the graph
   * @returns the graph's outputs by name
   */
  include(graph: Graph, inputs: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
    return includeGraph(this, graph, inputs)
  }

  private one(kind: OpKind, inputs: readonly (Value | null)[], attributes?: Attributes): Value {
    return this.op(kind, inputs, attributes)[0]
  }

  private pair(kind: OpKind, a: Operand, b: Operand, attributes?: Attributes): Value {
    const [x, y] = this.operands([a, b])
    return this.one(kind, [x, y], attributes)
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
    return this.one('ConstantOfShape', [shape], { value: tensor(type, [value]) })
  }

  /** Whole numbers from `start` up to, not including, `limit`, by `delta`. All scalars of one type. */
  range(start: Value, limit: Value, delta: Value): Value {
    return this.one('Range', [start, limit, delta])
  }

  /** The shape of a value as int64. */
  shape(x: Value, options: { readonly start?: number; readonly end?: number } = {}): Value {
    return this.one('Shape', [x], { start: options.start, end: options.end })
  }

  // Arithmetic, with broadcasting

  add = (a: Operand, b: Operand): Value => this.pair('Add', a, b)
  sub = (a: Operand, b: Operand): Value => this.pair('Sub', a, b)
  mul = (a: Operand, b: Operand): Value => this.pair('Mul', a, b)
  div = (a: Operand, b: Operand): Value => this.pair('Div', a, b)
  pow = (a: Operand, b: Operand): Value => this.pair('Pow', a, b)
  /** With `fmod` the sign follows the dividend, as floats require; else the divisor. */
  mod = (a: Operand, b: Operand, options: { readonly fmod?: boolean } = {}): Value =>
    this.pair('Mod', a, b, { fmod: Number(options.fmod ?? false) })
  max = (...values: readonly Operand[]): Value => this.one('Max', this.operands(values))
  min = (...values: readonly Operand[]): Value => this.one('Min', this.operands(values))

  clip(x: Value, low?: number, high?: number): Value {
    const bound = (value?: number) => (value === undefined ? null : this.scalar(value, x.type))
    return this.one('Clip', [x, bound(low), bound(high)])
  }

  // Functions of one number

  abs = (x: Value): Value => this.one('Abs', [x])
  ceil = (x: Value): Value => this.one('Ceil', [x])
  cos = (x: Value): Value => this.one('Cos', [x])
  elu = (x: Value, alpha = 1): Value => this.one('Elu', [x], { alpha })
  erf = (x: Value): Value => this.one('Erf', [x])
  exp = (x: Value): Value => this.one('Exp', [x])
  floor = (x: Value): Value => this.one('Floor', [x])
  gelu = (x: Value): Value => this.one('Gelu', [x])
  hardSwish = (x: Value): Value => this.one('HardSwish', [x])
  leakyRelu = (x: Value, alpha = 0.01): Value => this.one('LeakyRelu', [x], { alpha })
  log = (x: Value): Value => this.one('Log', [x])
  neg = (x: Value): Value => this.one('Neg', [x])
  reciprocal = (x: Value): Value => this.one('Reciprocal', [x])
  relu = (x: Value): Value => this.one('Relu', [x])
  /** To the nearest whole number, halves to the even one. */
  round = (x: Value): Value => this.one('Round', [x])
  sigmoid = (x: Value): Value => this.one('Sigmoid', [x])
  sign = (x: Value): Value => this.one('Sign', [x])
  sin = (x: Value): Value => this.one('Sin', [x])
  softplus = (x: Value): Value => this.one('Softplus', [x])
  softsign = (x: Value): Value => this.one('Softsign', [x])
  sqrt = (x: Value): Value => this.one('Sqrt', [x])
  tanh = (x: Value): Value => this.one('Tanh', [x])

  // Logic

  and = (a: Value, b: Value): Value => this.one('And', [a, b])
  or = (a: Value, b: Value): Value => this.one('Or', [a, b])
  xor = (a: Value, b: Value): Value => this.one('Xor', [a, b])
  isNaN = (x: Value): Value => this.one('IsNaN', [x])
  not = (x: Value): Value => this.one('Not', [x])
  equal = (a: Operand, b: Operand): Value => this.pair('Equal', a, b)
  greater = (a: Operand, b: Operand): Value => this.pair('Greater', a, b)
  greaterOrEqual = (a: Operand, b: Operand): Value => this.pair('GreaterOrEqual', a, b)
  less = (a: Operand, b: Operand): Value => this.pair('Less', a, b)
  lessOrEqual = (a: Operand, b: Operand): Value => this.pair('LessOrEqual', a, b)

  /** `yes` where the condition holds, else `no`. */
  where(condition: Value, yes: Operand, no: Operand): Value {
    const [x, y] = this.operands([yes, no])
    return this.one('Where', [condition, x, y])
  }

  // Reductions

  private reduce(kind: OpKind, x: Value, axes: readonly number[], { keepDims = false }: Keep): Value {
    // No axes means all of them to ONNX; to us it means none
    if (axes.length === 0 && x.shape.length > 0) return x
    return this.one(kind, [x], { keepdims: Number(keepDims), axes: axes.length > 0 ? axes : undefined })
  }

  reduceSum = (x: Value, axes: readonly number[], { keepDims = false }: Keep = {}): Value =>
    axes.length === 0 ? x : this.one('ReduceSum', [x, this.int64(axes)], { keepdims: Number(keepDims) })

  reduceL1 = (x: Value, axes: readonly number[], keep: Keep = {}): Value =>
    this.reduce('ReduceL1', x, axes, keep)
  reduceL2 = (x: Value, axes: readonly number[], keep: Keep = {}): Value =>
    this.reduce('ReduceL2', x, axes, keep)
  reduceLogSumExp = (x: Value, axes: readonly number[], keep: Keep = {}): Value =>
    this.reduce('ReduceLogSumExp', x, axes, keep)
  reduceMax = (x: Value, axes: readonly number[], keep: Keep = {}): Value =>
    this.reduce('ReduceMax', x, axes, keep)
  reduceMean = (x: Value, axes: readonly number[], keep: Keep = {}): Value =>
    this.reduce('ReduceMean', x, axes, keep)
  reduceMin = (x: Value, axes: readonly number[], keep: Keep = {}): Value =>
    this.reduce('ReduceMin', x, axes, keep)
  reduceProd = (x: Value, axes: readonly number[], keep: Keep = {}): Value =>
    this.reduce('ReduceProd', x, axes, keep)
  reduceSumSquare = (x: Value, axes: readonly number[], keep: Keep = {}): Value =>
    this.reduce('ReduceSumSquare', x, axes, keep)

  /** Where the largest (of equals the first) cell of an axis is, as int64. */
  argMax = (x: Value, axis: number, { keepDims = false }: Keep = {}): Value =>
    this.one('ArgMax', [x], { axis, keepdims: Number(keepDims) })
  argMin = (x: Value, axis: number, { keepDims = false }: Keep = {}): Value =>
    this.one('ArgMin', [x], { axis, keepdims: Number(keepDims) })
  cumSum = (x: Value, axis: number, { exclusive = false, reverse = false } = {}): Value =>
    this.one('CumSum', [x, this.scalar(axis, 'int64')], {
      exclusive: Number(exclusive),
      reverse: Number(reverse),
    })

  /** The `k` largest (or smallest) cells of an axis in order, and where they were. With `k` the whole axis: a sort. */
  topK(x: Value, k: number, { axis = -1, largest = true } = {}): readonly [values: Value, indices: Value] {
    const [values, indices] = this.op('TopK', [x, this.int64([k])], { axis, largest: Number(largest) })
    return [values, indices]
  }

  softmax = (x: Value, axis = -1): Value => this.one('Softmax', [x], { axis })
  logSoftmax = (x: Value, axis = -1): Value => this.one('LogSoftmax', [x], { axis })

  /** Normalizes the axes from `axis` on to mean 0 and variance 1, then scales and shifts them. */
  layerNormalization = (
    x: Value,
    scale: Value,
    bias?: Value | null,
    { axis = -1, epsilon = 1e-5 }: { readonly axis?: number; readonly epsilon?: number } = {},
  ): Value => this.one('LayerNormalization', [x, scale, bias ?? null], { axis, epsilon })

  /** Where `training` holds: zeroes cells with probability `ratio` and scales the others up. */
  dropout = (x: Value, ratio: Value, training: Value, seed?: number): Value =>
    this.one('Dropout', [x, ratio, training], { seed })

  // Matrices

  /** The matrix product, batches broadcast: ONNX's MatMul, or FusedMatMul where an option asks for more. */
  matMul(a: Value, b: Value, options: ProductOptions = {}): Value {
    const { transA = false, transB = false, alpha = 1 } = options
    if (!transA && !transB && alpha === 1) return this.one('MatMul', [a, b])
    if (a.type === 'float32')
      return this.one('FusedMatMul', [a, b], { transA: Number(transA), transB: Number(transB), alpha })
    const product = this.one('MatMul', [transA ? this.swapLast(a) : a, transB ? this.swapLast(b) : b])
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

  /** `alpha · A' · B' + beta · C` for matrices; `c` broadcasts. */
  gemm(
    a: Value,
    b: Value,
    c?: Value | null,
    options: ProductOptions & { readonly beta?: number } = {},
  ): Value {
    const { transA = false, transB = false, alpha = 1, beta = 1 } = options
    return this.one('Gemm', [a, b, c ?? null], {
      transA: Number(transA),
      transB: Number(transB),
      alpha,
      beta,
    })
  }

  /** Convolution over one axis: x `[batch, channels, length]`, w `[filters, channels / group, kernel]`. */
  conv = (x: Value, w: Value, bias?: Value | null, options: ConvolutionOptions = {}): Value =>
    this.one('Conv', [x, w, bias ?? null], convolution(options))

  /** The transpose of `conv`: x `[batch, filters, length]`, w as conv has it; answers `[batch, channels, …]`. */
  convTranspose = (
    x: Value,
    w: Value,
    bias?: Value | null,
    options: ConvolutionOptions & { readonly outputPadding?: number } = {},
  ): Value =>
    this.one('ConvTranspose', [x, w, bias ?? null], {
      ...convolution(options),
      output_padding: [options.outputPadding ?? 0],
    })

  /** The largest cell of every window along the last of three axes. */
  maxPool = (x: Value, kernel: number, { stride = 1, pads = [0, 0] as readonly number[] } = {}): Value =>
    this.one('MaxPool', [x], { kernel_shape: [kernel], strides: [stride], pads })

  // Layout

  cast(x: Value, type: ElementType): Value {
    return x.type === type ? x : this.one('Cast', [x], { to: ELEMENT_CODES[type] })
  }

  concat = (values: readonly Value[], axis: number): Value => this.one('Concat', values, { axis })

  /** Cuts along an axis into pieces of the given sizes. */
  split(x: Value, sizes: readonly number[], axis: number): readonly Value[] {
    return this.op('Split', [x, this.int64(sizes)], { axis })
  }

  /** Like `split`, for sizes that are computed; their contents must be known as dimensions. */
  splitBy(x: Value, sizes: Value, axis: number): readonly Value[] {
    return this.op('Split', [x, sizes], { axis })
  }

  /** The cells `start` up to, not including, `end` of an axis; negative counts from the end; default: all. */
  slice(
    x: Value,
    cut: { readonly axis: number; readonly start?: number; readonly end?: number; readonly step?: number },
  ): Value {
    const { axis, start = 0, end = Number.MAX_SAFE_INTEGER, step = 1 } = cut
    const far = end === Number.MAX_SAFE_INTEGER ? 2 ** 31 - 1 : end
    const inputs = [x, this.int64([start]), this.int64([far]), this.int64([axis])]
    return this.one('Slice', step === 1 ? inputs : [...inputs, this.int64([step])])
  }

  /** Numbers; 0 keeps the dimension at its place, one −1 takes what is left. */
  reshape = (x: Value, shape: readonly number[]): Value => this.one('Reshape', [x, this.int64(shape)])
  /** Reshapes to a computed shape, in which 0 is 0. */
  reshapeTo = (x: Value, shape: Value): Value => this.one('Reshape', [x, shape], { allowzero: 1 })
  /** To two dimensions: the product of those before `axis`, and of the others. */
  flatten = (x: Value, axis = 1): Value => this.one('Flatten', [x], { axis })
  transpose = (x: Value, perm: readonly number[]): Value => this.one('Transpose', [x], { perm })
  unsqueeze = (x: Value, axes: readonly number[]): Value => this.one('Unsqueeze', [x, this.int64(axes)])
  squeeze = (x: Value, axes: readonly number[]): Value => this.one('Squeeze', [x, this.int64(axes)])
  identity = (x: Value): Value => this.one('Identity', [x])
  /** Repeats dimensions of 1. */
  expand = (x: Value, shape: readonly number[]): Value => this.one('Expand', [x, this.int64(shape)])
  expandTo = (x: Value, shape: Value): Value => this.one('Expand', [x, shape])
  tile = (x: Value, repeats: readonly number[]): Value => this.one('Tile', [x, this.int64(repeats)])
  /** @param pads cells to add before every axis, then after every axis; negative ones are dropped */
  pad = (x: Value, pads: readonly number[], value?: number): Value =>
    this.one('Pad', [x, this.int64(pads), value === undefined ? null : this.scalar(value, x.type)])
  padBy = (x: Value, pads: Value): Value => this.one('Pad', [x, pads])
  /** Keeps the upper (or lower) triangle of the last two axes, `k` diagonals above the middle, zeros elsewhere. */
  trilu = (x: Value, { upper = true, k = 0 } = {}): Value =>
    this.one('Trilu', [x, k === 0 ? null : this.scalar(k, 'int64')], { upper: Number(upper) })

  // Indexing

  /** Slices of `x` along an axis, by index. */
  gather = (x: Value, indices: Value, { axis = 0 } = {}): Value => this.one('Gather', [x, indices], { axis })
  gatherElements = (x: Value, indices: Value, { axis = 0 } = {}): Value =>
    this.one('GatherElements', [x, indices], { axis })
  gatherND = (x: Value, indices: Value): Value => this.one('GatherND', [x, indices])
  scatterElements = (
    x: Value,
    indices: Value,
    updates: Value,
    {
      axis = 0,
      reduction = 'none',
    }: { readonly axis?: number; readonly reduction?: 'none' | 'add' | 'mul' } = {},
  ): Value => this.one('ScatterElements', [x, indices, updates], { axis, reduction })
  scatterND = (
    x: Value,
    indices: Value,
    updates: Value,
    { reduction = 'none' }: { readonly reduction?: 'none' | 'add' | 'mul' } = {},
  ): Value => this.one('ScatterND', [x, indices, updates], { reduction })

  oneHot(indices: Value, depth: number, { axis = -1, type = 'float32' as ElementType } = {}): Value {
    const values = this.constantTensor(tensor(type, [0, 1]))
    return this.one('OneHot', [indices, this.scalar(depth, 'int64'), values], { axis })
  }

  // Recurrent layers, fused: for inference, they have no gradient

  /**
   * ONNX's LSTM. x `[time, batch, input]`, w `[directions, 4H, input]`, r `[directions, 4H, H]`, gates i, o, f, c;
   * bias `[directions, 8H]`; lengths int32 `[batch]`.
   * @returns every state `[time, directions, batch, H]`, the last h and the last c `[directions, batch, H]`
   */
  lstm(
    x: Value,
    w: Value,
    r: Value,
    options: RecurrentOptions & { readonly c0?: Value | null },
  ): readonly Value[] {
    const { bias, lengths, h0, c0, hiddenSize, direction = 'forward' } = options
    const inputs = [x, w, r, bias ?? null, lengths ?? null, h0 ?? null, c0 ?? null]
    return this.op('LSTM', inputs, { hidden_size: hiddenSize, direction })
  }

  /** ONNX's GRU: as `lstm`, with 3H for 4H, gates z, r, h, and a bias of 6H. Answers every state and the last h. */
  gru(
    x: Value,
    w: Value,
    r: Value,
    options: RecurrentOptions & { readonly linearBeforeReset?: boolean },
  ): readonly Value[] {
    const { bias, lengths, h0, hiddenSize, direction = 'forward', linearBeforeReset = false } = options
    return this.op('GRU', [x, w, r, bias ?? null, lengths ?? null, h0 ?? null], {
      hidden_size: hiddenSize,
      direction,
      linear_before_reset: Number(linearBeforeReset),
    })
  }

  // Loops

  /**
   * Loops over axis 0 of some sequences (ONNX's Scan). The body is built once, from the states before a step and the
   * step's slices; it answers the states after it and outputs, which are stacked along a new axis 0. Values from
   * outside may be used in the body. Sequences must be one step long at least when the graph is run.
   *
   * @example
   * const { states: [total], outputs: [sums] } = g.scan(
   *   { states: [zero], sequences: [{ value: xs }] },
   *   (body, [sum], [x]) => { const next = body.add(sum, x); return { states: [next], outputs: [next] } },
   * )
   */
  scan(
    loop: ScanLoop,
    build: (body: GraphBuilder, states: readonly Value[], slices: readonly Value[]) => ScanStep,
  ): ScanResult {
    return recordScan(this, loop, build)
  }
}

function newShared(name: string): Shared<GraphBuilder> {
  return {
    name,
    nextId: 0,
    nextScope: 0,
    nextUnknown: 0,
    layers: [],
    inputNames: new Map(),
    constants: new Map(),
    producers: new Map(),
    opaque: new Map(),
  }
}

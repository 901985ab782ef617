/**
 * The operators of the engine, by family, and the attributes of each. Names, inputs and attributes are ONNX's (opset
 * 17, com.microsoft 1). What each operator computes is in the table of `table.ts`, which is total over these names.
 */
import {
  type AttributeSpecs,
  type AttributeValue,
  checkAttributes,
  choice,
  type FilledAttributes,
  float,
  type GivenAttributes,
  int,
  ints,
  optional,
  required,
} from './attributes.js'
import type { GraphError } from './error.js'

type Family = Readonly<Record<string, AttributeSpecs>>

const UNARY = {
  Abs: {},
  Ceil: {},
  Cos: {},
  Elu: { alpha: float(1) },
  Erf: {},
  Exp: {},
  Floor: {},
  Gelu: {},
  HardSwish: {},
  LeakyRelu: { alpha: float(0.01) },
  Log: {},
  Neg: {},
  Reciprocal: {},
  Relu: {},
  Round: {},
  Sigmoid: {},
  Sign: {},
  Sin: {},
  Softplus: {},
  Softsign: {},
  Sqrt: {},
  Tanh: {},
} satisfies Family
export type UnaryKind = keyof typeof UNARY

const ARITHMETIC = {
  Add: {},
  Sub: {},
  Mul: {},
  Div: {},
  Pow: {},
  Mod: { fmod: int(0) },
  Max: {},
  Min: {},
  Clip: {},
} satisfies Family
export type ArithmeticKind = keyof typeof ARITHMETIC

const LOGIC = {
  And: {},
  Equal: {},
  Greater: {},
  GreaterOrEqual: {},
  IsNaN: {},
  Less: {},
  LessOrEqual: {},
  Not: {},
  Or: {},
  Where: {},
  Xor: {},
} satisfies Family
export type LogicKind = keyof typeof LOGIC

const reduced = { keepdims: int(1), axes: optional('ints') }
const REDUCTION = {
  ReduceL1: reduced,
  ReduceL2: reduced,
  ReduceLogSumExp: reduced,
  ReduceMax: reduced,
  ReduceMean: reduced,
  ReduceMin: reduced,
  ReduceProd: reduced,
  ReduceSum: { keepdims: int(1), noop_with_empty_axes: int(0) },
  ReduceSumSquare: reduced,
} satisfies Family
export type ReductionKind = keyof typeof REDUCTION

const extreme = { axis: int(0), keepdims: int(1), select_last_index: int(0) }
const ORDER = {
  ArgMax: extreme,
  ArgMin: extreme,
  CumSum: { exclusive: int(0), reverse: int(0) },
  TopK: { axis: int(-1), largest: int(1), sorted: choice('int', 1) },
} satisfies Family
export type OrderKind = keyof typeof ORDER

const NORMALIZATION = {
  Softmax: { axis: int(-1) },
  LogSoftmax: { axis: int(-1) },
  LayerNormalization: { axis: int(-1), epsilon: float(1e-5), stash_type: int(1) },
  Dropout: { seed: optional('int') },
} satisfies Family
export type NormalizationKind = keyof typeof NORMALIZATION

const transposed = { transA: int(0), transB: int(0), alpha: float(1) }
const MATRIX = {
  MatMul: {},
  FusedMatMul: transposed,
  Gemm: { ...transposed, beta: float(1) },
} satisfies Family
export type MatrixKind = keyof typeof MATRIX

const window = {
  auto_pad: choice('string', 'NOTSET'),
  dilations: ints([1]),
  kernel_shape: optional('ints'),
  pads: ints([0, 0]),
  strides: ints([1]),
}
const CONVOLUTION = {
  Conv: { ...window, group: int(1) },
  ConvTranspose: { ...window, group: int(1), output_padding: ints([0]) },
  MaxPool: {
    ...window,
    kernel_shape: required('ints'),
    ceil_mode: choice('int', 0),
    storage_order: int(0),
  },
} satisfies Family
export type ConvolutionKind = keyof typeof CONVOLUTION

const LAYOUT = {
  Cast: { to: required('int') },
  Concat: { axis: required('int') },
  Expand: {},
  Flatten: { axis: int(1) },
  Identity: {},
  Reshape: { allowzero: int(0) },
  Split: { axis: int(0) },
  Squeeze: {},
  Transpose: { perm: optional('ints') },
  Unsqueeze: {},
} satisfies Family
export type LayoutKind = keyof typeof LAYOUT

const PADDING = {
  Pad: { mode: choice('string', 'constant') },
  Slice: {},
  Tile: {},
  Trilu: { upper: int(1) },
} satisfies Family
export type PaddingKind = keyof typeof PADDING

const reduction = choice('string', 'none', 'add', 'mul')
const INDEX = {
  Gather: { axis: int(0) },
  GatherElements: { axis: int(0) },
  GatherND: { batch_dims: choice('int', 0) },
  ScatterElements: { axis: int(0), reduction },
  ScatterND: { reduction },
  OneHot: { axis: int(-1) },
} satisfies Family
export type IndexKind = keyof typeof INDEX

const SOURCE = {
  Constant: { value: required('tensor') },
  ConstantOfShape: { value: optional('tensor') },
  Range: {},
  Shape: { start: int(0), end: optional('int') },
} satisfies Family
export type SourceKind = keyof typeof SOURCE

const LOOP = {
  Scan: {
    num_scan_inputs: required('int'),
    scan_input_directions: optional('ints'),
    scan_output_directions: optional('ints'),
  },
} satisfies Family
export type LoopKind = keyof typeof LOOP

const fused = {
  hidden_size: required('int'),
  direction: choice('string', 'forward', 'reverse', 'bidirectional'),
  layout: choice('int', 0),
  activations: optional('strings'),
}
const RECURRENT = {
  LSTM: fused,
  GRU: { ...fused, linear_before_reset: int(0) },
} satisfies Family
export type RecurrentKind = keyof typeof RECURRENT

const QUANTIZED = {
  DynamicQuantizeLSTM: fused,
  DynamicQuantizeMatMul: {},
} satisfies Family
export type QuantizedKind = keyof typeof QUANTIZED

const ROUNDING = {
  DequantizeLinear: { axis: int(1) },
  DynamicQuantizeLinear: {},
  MatMulInteger: {},
  QuantizeLinear: { axis: int(1) },
} satisfies Family
export type RoundingKind = keyof typeof ROUNDING

const SPECS = {
  ...UNARY,
  ...ARITHMETIC,
  ...LOGIC,
  ...REDUCTION,
  ...ORDER,
  ...NORMALIZATION,
  ...MATRIX,
  ...CONVOLUTION,
  ...LAYOUT,
  ...PADDING,
  ...INDEX,
  ...SOURCE,
  ...LOOP,
  ...RECURRENT,
  ...QUANTIZED,
  ...ROUNDING,
}

export type OpKind = keyof typeof SPECS

export function isOpKind(name: string): name is OpKind {
  return Object.hasOwn(SPECS, name)
}

/** The attributes of an operator as a node stores them: those that equal their default are left out. */
export type Attributes<K extends OpKind = OpKind> = GivenAttributes<(typeof SPECS)[K]>

/** The attributes of an operator as its rules read them: defaults filled in. */
export type AllAttributes<K extends OpKind = OpKind> = FilledAttributes<(typeof SPECS)[K]>

export function attributeSpecs(kind: OpKind): AttributeSpecs {
  return SPECS[kind]
}

/** @throws what `refuse` makes, for an attribute that is unknown, missing or of the wrong type */
export function parseAttributes<K extends OpKind>(
  kind: K,
  given: Readonly<Record<string, unknown>>,
  refuse: (expected: string, got: string) => GraphError,
): Attributes<K> {
  return checkAttributes(SPECS[kind], given, refuse) as Attributes<K>
}

/** Fills in the defaults. */
export function readAttributes<K extends OpKind>(kind: K, given: Attributes<K>): AllAttributes<K> {
  const all: Record<string, AttributeValue | undefined> = {}
  for (const [name, spec] of Object.entries<AttributeSpecs[string]>(SPECS[kind])) all[name] = spec.default
  return { ...all, ...given } as AllAttributes<K>
}

import { assemble, MEMORY_IMPORT, op, type WasmFunction } from './wasm-assembler.js'
import { add, compileElementwise, div, type Elementwise, mul, sqrt, sub } from './wasm-elementwise.js'

/**
 * The arithmetic of a training step outside the graph, as WebAssembly SIMD over a store's memory. WebAssembly's
 * floating point is IEEE's without fused operations: the same bytes on every machine.
 *
 * Every update takes the gradient times `scale` (clipping), adds `l2 · value` (weight decay as PyTorch's optimizers
 * other than AdamW do it), and works in place.
 */
const decayed = add(mul('gradient', 'scale'), mul('value', 'l2'))
const firstMoment = add(mul('moment1', 'beta1'), mul('g', 'rest1'))
const secondMoment = add(mul('moment2', 'beta2'), mul(mul('g', 'g'), 'rest2'))
const adamStep = mul('rate', div('moment1', add(sqrt('moment2'), 'epsilon')))

const KERNELS = {
  /** Kingma & Ba 2015, with the bias corrections in `rate` and `epsilon`. */
  adam: {
    arrays: ['value', 'moment1', 'moment2', 'gradient'],
    scalars: ['scale', 'l2', 'beta1', 'rest1', 'beta2', 'rest2', 'rate', 'epsilon'],
    steps: [
      ['g', decayed],
      ['moment1', firstMoment],
      ['moment2', secondMoment],
      ['value', sub('value', adamStep)],
    ],
  },
  /** Loshchilov & Hutter 2019: `keep` = 1 − rate · decay shrinks the value itself. */
  adamw: {
    arrays: ['value', 'moment1', 'moment2', 'gradient'],
    scalars: ['scale', 'keep', 'beta1', 'rest1', 'beta2', 'rest2', 'rate', 'epsilon'],
    steps: [
      ['g', mul('gradient', 'scale')],
      ['moment1', firstMoment],
      ['moment2', secondMoment],
      ['value', sub(mul('value', 'keep'), adamStep)],
    ],
  },
  sgd: {
    arrays: ['value', 'gradient'],
    scalars: ['scale', 'l2', 'rate'],
    steps: [
      ['g', decayed],
      ['value', sub('value', mul('rate', 'g'))],
    ],
  },
  momentum: {
    arrays: ['value', 'moment1', 'gradient'],
    scalars: ['scale', 'l2', 'momentum', 'rate'],
    steps: [
      ['g', decayed],
      ['moment1', add(mul('moment1', 'momentum'), 'g')],
      ['value', sub('value', mul('rate', 'moment1'))],
    ],
  },
  nesterov: {
    arrays: ['value', 'moment1', 'gradient'],
    scalars: ['scale', 'l2', 'momentum', 'rate'],
    steps: [
      ['g', decayed],
      ['moment1', add(mul('moment1', 'momentum'), 'g')],
      ['value', sub('value', mul('rate', add('g', mul('moment1', 'momentum'))))],
    ],
  },
  /** Tieleman & Hinton 2012. */
  rmsprop: {
    arrays: ['value', 'moment2', 'gradient'],
    scalars: ['scale', 'l2', 'beta2', 'rest2', 'rate', 'epsilon'],
    steps: [
      ['g', decayed],
      ['moment2', secondMoment],
      ['value', sub('value', mul('rate', div('g', add(sqrt('moment2'), 'epsilon'))))],
    ],
  },
  rmspropMomentum: {
    arrays: ['value', 'moment1', 'moment2', 'gradient'],
    scalars: ['scale', 'l2', 'beta2', 'rest2', 'rate', 'epsilon', 'momentum'],
    steps: [
      ['g', decayed],
      ['moment2', secondMoment],
      ['moment1', add(mul('moment1', 'momentum'), div('g', add(sqrt('moment2'), 'epsilon')))],
      ['value', sub('value', mul('rate', 'moment1'))],
    ],
  },
  /** target = target · keep + source · take: sums, running and exponential averages. */
  blend: {
    arrays: ['target', 'source'],
    scalars: ['keep', 'take'],
    steps: [['target', add(mul('target', 'keep'), mul('source', 'take'))]],
  },
  scale: {
    arrays: ['target'],
    scalars: ['factor'],
    steps: [['target', mul('target', 'factor')]],
  },
} as const satisfies Record<string, Omit<Elementwise, 'name'>>

export type KernelName = keyof typeof KERNELS

/** `(…byte addresses of the arrays, count of floats, …scalars)`, in the order of the kernel's definition. */
export type Kernel = (...numbers: number[]) => void

export interface Kernels {
  readonly elementwise: Readonly<Record<KernelName, Kernel>>
  /** Σx² of `count` floats, summed in double precision, in the same order every time. */
  sumOfSquares(address: number, count: number): number
}

/** The arrays and scalars a kernel takes, in order. */
export function kernelSignature(name: KernelName): Pick<Elementwise, 'arrays' | 'scalars'> {
  return KERNELS[name]
}

let compiled: WebAssembly.Module | undefined

/** Instantiates the kernels over a store's memory. Takes about a millisecond; the module is compiled once. */
export function createKernels(memory: WebAssembly.Memory): Kernels {
  compiled ??= new WebAssembly.Module(
    assemble([
      ...Object.entries(KERNELS).map(([name, kernel]) => compileElementwise({ name, ...kernel })),
      SUM_OF_SQUARES,
    ]),
  )
  const { module, name } = MEMORY_IMPORT
  const { exports } = new WebAssembly.Instance(compiled, { [module]: { [name]: memory } })
  const names = Object.keys(KERNELS) as KernelName[]
  return {
    elementwise: Object.fromEntries(names.map(kernel => [kernel, exports[kernel]])) as Record<
      KernelName,
      Kernel
    >,
    sumOfSquares: exports[SUM_OF_SQUARES.name] as Kernels['sumOfSquares'],
  }
}

const [ADDRESS, COUNT, END, FLOATS, DOUBLES, LOW, HIGH, SUM] = [0, 1, 2, 3, 4, 5, 6, 7]

const SUM_OF_SQUARES: WasmFunction = {
  name: 'sumOfSquares',
  params: ['i32', 'i32'],
  result: 'f64',
  locals: ['i32', 'v128', 'v128', 'v128', 'v128', 'f64'],
  body: [
    ...endAfter([...op.get(COUNT), ...op.i32(-4), ...op.i32And]),
    ...op.until(atEnd(), [
      ...op.get(ADDRESS),
      ...op.v128Load,
      ...op.tee(FLOATS),
      ...addSquareTo(LOW),
      ...op.get(FLOATS),
      ...op.get(FLOATS),
      ...op.shuffle([8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]),
      ...addSquareTo(HIGH),
      ...advance(16),
    ]),
    ...endAfter([...op.get(COUNT), ...op.i32(3), ...op.i32And]),
    ...op.until(atEnd(), [
      ...op.get(SUM),
      ...op.get(ADDRESS),
      ...op.f32Load,
      ...op.f64PromoteF32,
      ...op.get(ADDRESS),
      ...op.f32Load,
      ...op.f64PromoteF32,
      ...op.f64Mul,
      ...op.f64Add,
      ...op.set(SUM),
      ...advance(4),
    ]),
    ...op.get(LOW),
    ...op.get(HIGH),
    ...op.f64x2Add,
    ...op.tee(LOW),
    ...op.f64x2Lane(0),
    ...op.get(LOW),
    ...op.f64x2Lane(1),
    ...op.f64Add,
    ...op.get(SUM),
    ...op.f64Add,
  ],
}

function endAfter(elements: readonly number[]): readonly number[] {
  return [...op.get(ADDRESS), ...elements, ...op.i32(2), ...op.i32ShiftLeft, ...op.i32Add, ...op.set(END)]
}

function atEnd(): readonly number[] {
  return [...op.get(ADDRESS), ...op.get(END), ...op.i32GreaterOrEqualUnsigned]
}

function advance(bytes: number): readonly number[] {
  return [...op.get(ADDRESS), ...op.i32(bytes), ...op.i32Add, ...op.set(ADDRESS)]
}

function addSquareTo(accumulator: number): readonly number[] {
  return [
    ...op.f64x2PromoteLow,
    ...op.tee(DOUBLES),
    ...op.get(DOUBLES),
    ...op.f64x2Mul,
    ...op.get(accumulator),
    ...op.f64x2Add,
    ...op.set(accumulator),
  ]
}

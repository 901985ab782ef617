import { assemble, FOUR, MEMORY_IMPORT, ONE, op, type WasmFunction } from './wasm-assembler.js'
import {
  add,
  compileElementwise,
  compileRepeated,
  div,
  mul,
  overFloats,
  type Signature,
  type Steps,
  signatureOf,
  sqrt,
  sub,
  withZeros,
} from './wasm-elementwise.js'

/**
 * The arithmetic of a training step outside the graph, as WebAssembly SIMD over a store's memory. WebAssembly's floating
 * point is IEEE's without fused operations: the same bytes on every machine.
 *
 * Every update takes the gradient times `scale` (clipping), adds `l2 · value` (weight decay as in PyTorch's optimizers
 * other than AdamW), and works in place.
 */
const decayed = add(mul('gradient', 'scale'), mul('value', 'l2'))
const firstMoment = add(mul('moment1', 'beta1'), mul('g', 'rest1'))
const secondMoment = add(mul('moment2', 'beta2'), mul(mul('g', 'g'), 'rest2'))
const momentum = mul('moment1', 'momentum')
const adamStep = mul('rate', div('moment1', add(sqrt('moment2'), 'epsilon')))
const rmsStep = div('g', add(sqrt('moment2'), 'epsilon'))

const KERNELS = {
  /** Kingma & Ba 2015, with the bias corrections in `rate` and `epsilon`. */
  adam: [
    ['g', decayed],
    ['moment1', firstMoment],
    ['moment2', secondMoment],
    ['value', sub('value', adamStep)],
  ],
  /** Loshchilov & Hutter 2019: `keep` = 1 − rate · decay shrinks the value itself. */
  adamw: [
    ['g', mul('gradient', 'scale')],
    ['moment1', firstMoment],
    ['moment2', secondMoment],
    ['value', sub(mul('value', 'keep'), adamStep)],
  ],
  sgd: [
    ['g', decayed],
    ['value', sub('value', mul('rate', 'g'))],
  ],
  momentum: [
    ['g', decayed],
    ['moment1', add(momentum, 'g')],
    ['value', sub('value', mul('rate', 'moment1'))],
  ],
  nesterov: [
    ['g', decayed],
    ['moment1', add(momentum, 'g')],
    ['value', sub('value', mul('rate', add('g', momentum)))],
  ],
  /** Tieleman & Hinton 2012. */
  rmsprop: [
    ['g', decayed],
    ['moment2', secondMoment],
    ['value', sub('value', mul('rate', rmsStep))],
  ],
  rmspropMomentum: [
    ['g', decayed],
    ['moment2', secondMoment],
    ['moment1', add(momentum, rmsStep)],
    ['value', sub('value', mul('rate', 'moment1'))],
  ],
  /** Sums, running and exponential averages. */
  blend: [['target', add(mul('target', 'keep'), mul('source', 'take'))]],
  scale: [['target', mul('target', 'factor')]],
} as const satisfies Record<string, Steps>

const ARRAYS = ['value', 'moment1', 'moment2', 'gradient', 'target', 'source']

export type KernelName = keyof typeof KERNELS

/** Kernels that update a value. */
export type UpdateKernelName = Exclude<KernelName, 'blend' | 'scale'>

/** `(…byte addresses of the arrays, count of floats, …scalars)`, in the order of the kernel's signature. */
export type Kernel = (...numbers: number[]) => void

export interface Kernels {
  readonly elementwise: Readonly<Record<KernelName, Kernel>>
  /**
   * Updates without a gradient, several in one pass: `(…addresses of the arrays but the gradient, count of floats, address
   * of the scalars, number of updates)`. The scalars are those of `idleSignature`, update by update. Same bits as the
   * updates one by one with a gradient of zero.
   */
  idle(name: UpdateKernelName, decays: boolean): Kernel
  /** Σx² of `count` floats, summed in double precision, in the same order every time. */
  sumOfSquares(address: number, count: number): number
}

/** The arrays and scalars that a kernel takes, in order. */
export function kernelSignature(name: KernelName): Signature {
  return signatureOf(KERNELS[name], ARRAYS)
}

/** Of updates without a gradient. @param decays whether there may be weight decay other than AdamW's */
export function idleSignature(name: UpdateKernelName, decays: boolean): Signature {
  return signatureOf(idleSteps(name, decays), ARRAYS)
}

function idleSteps(name: UpdateKernelName, decays: boolean): Steps {
  return withZeros(KERNELS[name], decays ? ['gradient'] : ['gradient', 'l2'])
}

const idleName = (name: KernelName, decays: boolean): string => `${name}${decays ? 'IdleDecaying' : 'Idle'}`

function idleKernels(): WasmFunction[] {
  const names = (Object.keys(KERNELS) as KernelName[]).filter(
    (name): name is UpdateKernelName => name !== 'blend' && name !== 'scale',
  )
  return names.flatMap(name =>
    [false, true].map(decays =>
      compileRepeated(idleName(name, decays), idleSteps(name, decays), idleSignature(name, decays)),
    ),
  )
}

let compiled: WebAssembly.Module | undefined

/** Instantiates the kernels over a store's memory. Takes about a millisecond; the module is compiled once. */
export function createKernels(memory: WebAssembly.Memory): Kernels {
  const names = Object.keys(KERNELS) as KernelName[]
  compiled ??= new WebAssembly.Module(
    assemble([
      ...names.map(name => compileElementwise(name, KERNELS[name], kernelSignature(name))),
      ...idleKernels(),
      sumOfSquares(),
    ]),
  )
  const { module, name } = MEMORY_IMPORT
  const { exports } = new WebAssembly.Instance(compiled, { [module]: { [name]: memory } })
  return {
    elementwise: exports as Record<KernelName, Kernel>,
    idle: (name, decays) => exports[idleName(name, decays)] as Kernel,
    sumOfSquares: exports.sumOfSquares as Kernels['sumOfSquares'],
  }
}

/** In how many places at once an array is read: one after the other leaves a processor waiting for memory at each page. */
const STREAMS = 4

/** Four floats go into four doubles, two in each of two vectors; every second stream has vectors of its own. */
function sumOfSquares(): WasmFunction {
  const [address, count, end, floats, doubles] = [0, 1, 2, 3, 4]
  const [low, high, nextLow, nextHigh, sum, stride] = [5, 6, 7, 8, 9, 10]
  const addSquareTo = (accumulator: number) => [
    ...[...op.f64x2PromoteLow, ...op.tee(doubles), ...op.get(doubles), ...op.f64x2Mul],
    ...[...op.get(accumulator), ...op.f64x2Add, ...op.set(accumulator)],
  ]
  const moved = (streams: number) => [
    ...[...op.get(address), ...op.get(stride), ...op.i32(streams), ...op.i32Mul, ...op.i32Add],
  ]
  const promoted = [...op.get(address), ...ONE.load, ...op.f64PromoteF32]
  const fourOf = (stream: number) => [
    ...[...moved(stream), ...FOUR.load, ...op.tee(floats), ...addSquareTo(stream % 2 === 0 ? low : nextLow)],
    ...[...op.get(floats), ...op.get(floats)],
    ...op.shuffle([8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]),
    ...addSquareTo(stream % 2 === 0 ? high : nextHigh),
  ]
  const streams = Array.from({ length: STREAMS }, (_, stream) => fourOf(stream)).flat()
  const one = [...op.get(sum), ...promoted, ...promoted, ...op.f64Mul, ...op.f64Add, ...op.set(sum)]
  return {
    name: 'sumOfSquares',
    params: ['i32', 'i32'],
    result: 'f64',
    locals: ['i32', 'v128', 'v128', 'v128', 'v128', 'v128', 'v128', 'f64', 'i32'],
    body: [
      // Whole fours for each stream: as many floats in all as one stream has bytes.
      ...[...op.get(count), ...op.i32(-4 * STREAMS), ...op.i32And, ...op.set(stride)],
      ...[...moved(1), ...op.set(end)],
      ...op.until(
        [...op.get(address), ...op.get(end), ...op.i32GreaterOrEqualUnsigned],
        [...streams, ...op.get(address), ...op.i32(FOUR.bytes), ...op.i32Add, ...op.set(address)],
      ),
      ...[...moved(STREAMS - 1), ...op.set(address)],
      ...[...op.get(count), ...op.i32(4 * STREAMS - 1), ...op.i32And, ...op.set(count)],
      ...[...op.i32(0), ...op.set(stride)],
      ...overFloats({ cursors: [address], count, end }, fourOf(0), one),
      ...[...op.get(low), ...op.get(high), ...op.f64x2Add],
      ...[...op.get(nextLow), ...op.get(nextHigh), ...op.f64x2Add, ...op.f64x2Add, ...op.tee(low)],
      ...[...op.f64x2Lane(0), ...op.get(low), ...op.f64x2Lane(1), ...op.f64Add, ...op.get(sum), ...op.f64Add],
    ],
  }
}

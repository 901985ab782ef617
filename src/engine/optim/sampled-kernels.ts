/**
 * Logistic regression of one row against a few others, as WebAssembly SIMD: the inner loop of negative sampling (Mikolov
 * et al. 2013). The loss of a row x against rows t₀ … tₙ is −log σ(x·t₀) − Σ log σ(−x·tₖ); a step moves all of them
 * down its gradient. Arithmetic is float32, in the same order every time.
 *
 * The code is generated for the length of a row and for how many rows it is compared with: no loop over them is left.
 */
import { assemble, type Code, MEMORY_IMPORT, op, type WasmFunction } from './wasm-assembler.js'

/** Beyond ±6 the logistic function counts as what it is there. */
const MOST = 6
const STEPS = 1000

/** Floats of the table of the logistic function. */
export const SIGMOID_FLOATS = STEPS + 1

/** σ from −6 to 6 in steps of 12 / 1000. */
export function fillSigmoid(table: Float32Array): void {
  for (let i = 0; i <= STEPS; i++) table[i] = 1 / (1 + Math.exp(MOST - (2 * MOST * i) / STEPS))
}

export interface SampledShape {
  /** Floats of a row; a multiple of 4. */
  readonly stride: number
  /** Rows that one is compared with, the right one among them. */
  readonly targets: number
  /** Byte address of the table that `fillSigmoid` fills. */
  readonly sigmoid: number
  /** The maximum of the memory, in pages. */
  readonly pages: number
}

/** All addresses are in bytes. A list is of int32 addresses of rows. */
export interface SampledKernels {
  /** Moves a row and its targets (`list`: the right one, then the others). */
  step(row: number, list: number, rate: number): void
  /** Moves the targets alone, and writes what would be added to the row. */
  stepTo(row: number, list: number, rate: number, change: number): void
  /** Writes the sum of `count` rows times `scale`. */
  sum(list: number, count: number, scale: number, out: number): void
  /** Adds `change` to each of `count` rows. */
  spread(list: number, count: number, change: number): void
}

/** The kernels' bytes: compiled once, instantiated in each thread. */
export function sampledModule(shape: SampledShape): WebAssembly.Module {
  const functions = [stepKernel(shape, false), stepKernel(shape, true), sumKernel(shape), spreadKernel(shape)]
  return new WebAssembly.Module(assemble(functions, shape.pages))
}

export function sampledKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): SampledKernels {
  const imports = { [MEMORY_IMPORT.module]: { [MEMORY_IMPORT.name]: memory } }
  return new WebAssembly.Instance(module, imports).exports as unknown as SampledKernels
}

/** Vectors of four floats that are written out one after the other; longer rows are walked in blocks of so many. */
const BLOCK = 32

/**
 * Code for each vector of a row. `pointers` are locals with addresses, which move along; they are not put back.
 * @param body the code for the vector at an offset in bytes from the pointers
 */
function overRow(
  { stride }: SampledShape,
  pointers: readonly number[],
  body: (offset: number) => Code,
): number[] {
  const code: number[] = []
  const vectors = stride / 4
  for (let from = 0; from < vectors; from += BLOCK) {
    const count = Math.min(BLOCK, vectors - from)
    for (let v = 0; v < count; v++) code.push(...body(16 * v))
    if (from + count < vectors)
      for (const pointer of pointers)
        code.push(...op.get(pointer), ...op.i32(16 * count), ...op.i32Add, ...op.set(pointer))
  }
  return code
}

function stepKernel(shape: SampledShape, isApart: boolean): WasmFunction {
  const { targets, sigmoid } = shape
  const [row, list, rate, change] = [0, 1, 2, 3]
  const first = isApart ? 4 : 3
  const target = (k: number) => first + k
  const sum = (k: number) => first + targets + k
  const [own, here, moved, dot] = [0, 1, 2, 3].map(i => first + 2 * targets + i)
  const start = dot + 1
  const all = Array.from({ length: targets }, (_, k) => k)
  const addresses = all.flatMap(k => [...op.get(list), ...op.i32Load(4 * k), ...op.set(target(k))])
  const pointers = [row, ...all.map(target)]
  const dots = overRow(shape, pointers, offset => [
    ...[...op.get(row), ...op.v128Load(offset), ...op.set(own)],
    ...all.flatMap(k => [
      ...[...op.get(sum(k)), ...op.get(own), ...op.get(target(k)), ...op.v128Load(offset)],
      ...[...op.f32x4Mul, ...op.f32x4Add, ...op.set(sum(k))],
    ]),
  ])
  /** What is added: rate · (label − σ(x·t)), in all four lanes of the sum's local. */
  const gains = all.flatMap(k => [
    ...([0, 1, 2, 3] as const).flatMap(lane => [
      ...[...op.get(sum(k)), ...op.f32x4Lane(lane)],
      ...(lane > 0 ? op.f32Add : []),
    ]),
    ...[...op.f32(MOST), ...op.f32Min, ...op.f32(-MOST), ...op.f32Max, ...op.set(dot)],
    ...[...op.f32(k === 0 ? 1 : 0), ...op.get(dot), ...op.f32(MOST), ...op.f32Add],
    ...[...op.f32(STEPS / (2 * MOST)), ...op.f32Mul, ...op.i32TruncateF32],
    ...[...op.i32(2), ...op.i32ShiftLeft, ...op.f32Load(sigmoid), ...op.f32Sub],
    ...[...op.get(rate), ...op.f32Mul, ...op.f32x4Splat, ...op.set(sum(k))],
  ])
  const moves = overRow(shape, isApart ? [...pointers, change] : pointers, offset => [
    ...[...op.get(row), ...op.v128Load(offset), ...op.tee(own)],
    ...(isApart ? [...op.set(own), ...op.f32(0), ...op.f32x4Splat] : []),
    ...op.set(moved),
    ...all.flatMap(k => [
      ...[...op.get(target(k)), ...op.get(target(k)), ...op.v128Load(offset), ...op.tee(here)],
      ...[...op.get(own), ...op.get(sum(k)), ...op.f32x4Mul, ...op.f32x4Add, ...op.v128Store(offset)],
      ...[
        ...op.get(moved),
        ...op.get(here),
        ...op.get(sum(k)),
        ...op.f32x4Mul,
        ...op.f32x4Add,
        ...op.set(moved),
      ],
    ]),
    ...[...op.get(isApart ? change : row), ...op.get(moved), ...op.v128Store(offset)],
  ])
  return {
    name: isApart ? 'stepTo' : 'step',
    params: isApart ? ['i32', 'i32', 'f32', 'i32'] : ['i32', 'i32', 'f32'],
    locals: [
      ...all.map(() => 'i32' as const),
      ...all.map(() => 'v128' as const),
      ...(['v128', 'v128', 'v128', 'f32', 'i32'] as const),
    ],
    body: [
      ...[...op.get(row), ...op.set(start), ...addresses, ...dots, ...gains],
      ...[...op.get(start), ...op.set(row), ...addresses, ...moves],
    ],
  }
}

function sumKernel(shape: SampledShape): WasmFunction {
  const [list, count, scale, out, end, row, here, splat] = [0, 1, 2, 3, 4, 5, 6, 7]
  const first = overRow(shape, [row, here], offset => [
    ...[...op.get(here), ...op.get(row), ...op.v128Load(offset), ...op.v128Store(offset)],
  ])
  const more = overRow(shape, [row, here], offset => [
    ...[...op.get(here), ...op.get(here), ...op.v128Load(offset), ...op.get(row), ...op.v128Load(offset)],
    ...[...op.f32x4Add, ...op.v128Store(offset)],
  ])
  const scaled = overRow(shape, [here], offset => [
    ...[...op.get(here), ...op.get(here), ...op.v128Load(offset), ...op.get(splat), ...op.f32x4Mul],
    ...op.v128Store(offset),
  ])
  const begin = [...op.get(list), ...op.i32Load(0), ...op.set(row), ...op.get(out), ...op.set(here)]
  const next = [...op.get(list), ...op.i32(4), ...op.i32Add, ...op.set(list)]
  return {
    name: 'sum',
    params: ['i32', 'i32', 'f32', 'i32'],
    locals: ['i32', 'i32', 'i32', 'v128'],
    body: [
      ...endOf(list, count, end),
      ...[...op.get(scale), ...op.f32x4Splat, ...op.set(splat)],
      ...[...begin, ...first, ...next],
      ...op.until(
        [...op.get(list), ...op.get(end), ...op.i32GreaterOrEqualUnsigned],
        [...begin, ...more, ...next],
      ),
      ...[...op.get(out), ...op.set(here), ...scaled],
    ],
  }
}

function spreadKernel(shape: SampledShape): WasmFunction {
  const [list, count, change, end, row, from] = [0, 1, 2, 3, 4, 5]
  const added = overRow(shape, [row, from], offset => [
    ...[...op.get(row), ...op.get(row), ...op.v128Load(offset), ...op.get(from), ...op.v128Load(offset)],
    ...[...op.f32x4Add, ...op.v128Store(offset)],
  ])
  return {
    name: 'spread',
    params: ['i32', 'i32', 'i32'],
    locals: ['i32', 'i32', 'i32'],
    body: [
      ...endOf(list, count, end),
      ...op.until(
        [...op.get(list), ...op.get(end), ...op.i32GreaterOrEqualUnsigned],
        [
          ...[...op.get(list), ...op.i32Load(0), ...op.set(row), ...op.get(change), ...op.set(from)],
          ...[...added, ...op.get(list), ...op.i32(4), ...op.i32Add, ...op.set(list)],
        ],
      ),
    ],
  }
}

/** Sets `end` to where a list of `count` int32 ends. */
function endOf(list: number, count: number, end: number): Code {
  return [...op.get(list), ...op.get(count), ...op.i32(2), ...op.i32ShiftLeft, ...op.i32Add, ...op.set(end)]
}

/**
 * As much of a WebAssembly assembler as the kernels need: integers in LEB128, the instructions used, and a module of
 * functions over one imported memory. Numbers are those of the WebAssembly 2.0 specification, §5.
 */

export type Code = readonly number[]
export type ValueType = keyof typeof VALUE_TYPES

const VALUE_TYPES = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const

export interface WasmFunction {
  readonly name: string
  readonly params: readonly ValueType[]
  readonly result?: ValueType
  /** Their numbers follow those of the parameters. */
  readonly locals: readonly ValueType[]
  readonly body: Code
}

/** The name under which the module imports its memory. */
export const MEMORY_IMPORT = { module: 'store', name: 'memory' } as const

function unsigned(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  do {
    const low = rest % 128
    rest = Math.floor(rest / 128)
    bytes.push(rest > 0 ? low + 128 : low)
  } while (rest > 0)
  return bytes
}

function signed(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (;;) {
    const low = rest & 127
    rest >>= 7
    const done = (rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0)
    bytes.push(done ? low : low | 128)
    if (done) return bytes
  }
}

/** Instructions with the 0xfd prefix. */
const simd = (number: number): number[] => [0xfd, ...unsigned(number)]
/** Alignment (as a power of two, a hint) and offset 0. */
const at = (alignment: number): number[] => [alignment, 0]

export const op = {
  get: (local: number): Code => [0x20, ...unsigned(local)],
  set: (local: number): Code => [0x21, ...unsigned(local)],
  tee: (local: number): Code => [0x22, ...unsigned(local)],
  i32: (value: number): Code => [0x41, ...signed(value)],
  /** A float32, as the nearest there is to `value`. */
  f32: (value: number): Code => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)],
  /** Loads from the address on the stack plus `offset`. */
  i32Load: (offset: number): Code => [0x28, 2, ...unsigned(offset)],
  f32Load: (offset: number): Code => [0x2a, 2, ...unsigned(offset)],
  v128Load: (offset: number): Code => [...simd(0), 2, ...unsigned(offset)],
  v128Store: (offset: number): Code => [...simd(11), 2, ...unsigned(offset)],
  f32Add: [0x92],
  f32Sub: [0x93],
  f32Mul: [0x94],
  f32Min: [0x96],
  f32Max: [0x97],
  /** Toward zero; 0 for what is no number. */
  i32TruncateF32: [0xfc, 0],
  f32x4Add: simd(0xe4),
  f32x4Mul: simd(0xe6),
  f32x4Lane: (lane: 0 | 1 | 2 | 3): Code => [...simd(0x1f), lane],
  i32Add: [0x6a],
  i32Mul: [0x6c],
  i32And: [0x71],
  i32ShiftLeft: [0x74],
  i32GreaterOrEqualUnsigned: [0x4f],
  f64PromoteF32: [0xbb],
  f64Add: [0xa0],
  f64Mul: [0xa2],
  i32Sub: [0x6b],
  f64: (value: number): Code => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
  f64Load: (offset: number): Code => [0x2b, 3, ...unsigned(offset)],
  f64Store: (offset: number): Code => [0x39, 3, ...unsigned(offset)],
  f64Greater: [0x64],
  f64Div: [0xa3],
  f64Max: [0xa5],
  f64Min: [0xa4],
  f32x4Splat: simd(19),
  /** Loads one float32 to all four lanes. */
  f32x4LoadSplat: (offset: number): Code => [...simd(9), 2, ...unsigned(offset)],
  /** One float64 from memory in both lanes. */
  f64x2LoadSplat: (offset: number): Code => [...simd(10), 3, ...unsigned(offset)],
  f64x2Splat: simd(20),
  f64x2SetLane: (lane: 0 | 1): Code => [...simd(0x22), lane],
  f64x2Sub: simd(0xf1),
  /** `b < a ? b : a` of each lane, and `a < b ? b : a`. */
  f64x2PseudoMin: simd(0xf6),
  f64x2PseudoMax: simd(0xf7),
  i64x2ShiftLeft: simd(0xcb),
  i64x2Add: simd(0xce),
  /** The two low lanes as doubles. */
  f64x2PromoteLow: simd(0x5f),
  f64x2Add: simd(0xf0),
  f64x2Mul: simd(0xf2),
  f64x2Lane: (lane: 0 | 1): Code => [...simd(0x21), lane],
  /** Two vectors to one by 16 byte numbers, 0–15 of the first and 16–31 of the second. */
  shuffle: (bytes: readonly number[]): Code => [...simd(13), ...bytes],
  /** `while (!condition) body`; `condition` leaves an i32. */
  until: (condition: Code, body: Code): Code => [
    ...[0x02, 0x40, 0x03, 0x40],
    ...condition,
    ...[0x0d, 1],
    ...body,
    ...[0x0c, 0, 0x0b, 0x0b],
  ],
} as const

/** Float32 arithmetic on one element, or on four at a time. */
export interface Lanes
  extends Record<'load' | 'store' | 'add' | 'sub' | 'mul' | 'div' | 'sqrt' | 'zero', Code> {
  readonly type: ValueType
  readonly bytes: number
}

export const ONE: Lanes = {
  ...{ type: 'f32', bytes: 4, load: [0x2a, ...at(2)], store: [0x38, ...at(2)] },
  ...{ add: [0x92], sub: [0x93], mul: [0x94], div: [0x95], sqrt: [0x91], zero: [0x43, 0, 0, 0, 0] },
}

export const FOUR: Lanes = {
  ...{ type: 'v128', bytes: 16, load: [...simd(0), ...at(4)], store: [...simd(11), ...at(4)] },
  ...{ add: simd(0xe4), sub: simd(0xe5), mul: simd(0xe6), div: simd(0xe7), sqrt: simd(0xe3) },
  zero: [...simd(12), ...new Array<number>(16).fill(0)],
}

function section(id: number, content: Code): number[] {
  return [id, ...unsigned(content.length), ...content]
}

function vector(items: readonly Code[]): number[] {
  return [...unsigned(items.length), ...items.flat()]
}

function text(value: string): number[] {
  const bytes = [...new TextEncoder().encode(value)]
  return [...unsigned(bytes.length), ...bytes]
}

/**
 * The bytes of a module that exports `functions` and imports `MEMORY_IMPORT`.
 * @param sharedPages the maximum of a memory that threads share; default: a memory of one thread
 */
export function assemble(functions: readonly WasmFunction[], sharedPages?: number): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ params, result }) => [
    0x60,
    ...vector(params.map(type => [VALUE_TYPES[type]])),
    ...vector(result ? [[VALUE_TYPES[result]]] : []),
  ])
  const bodies = functions.map(({ locals, body }) => {
    const code = [...vector(locals.map(type => [1, VALUE_TYPES[type]])), ...body, 0x0b]
    return [...unsigned(code.length), ...code]
  })
  const limits = sharedPages === undefined ? [0, 1] : [3, 1, ...unsigned(sharedPages)]
  const memory = [...text(MEMORY_IMPORT.module), ...text(MEMORY_IMPORT.name), 2, ...limits]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(2, vector([memory])),
    ...section(3, vector(functions.map((_, i) => unsigned(i)))),
    ...section(7, vector(functions.map(({ name }, i) => [...text(name), 0, ...unsigned(i)]))),
    ...section(10, vector(bodies)),
  ])
}

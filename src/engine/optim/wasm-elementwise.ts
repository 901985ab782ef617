import { type Code, FOUR, type Lanes, ONE, op, type ValueType, type WasmFunction } from './wasm-assembler.js'

/** Arithmetic over names of arrays (their current element), scalars and earlier temporaries. */
export type Expression =
  | string
  | { readonly kind: 'add' | 'sub' | 'mul' | 'div'; readonly a: Expression; readonly b: Expression }
  | { readonly kind: 'sqrt'; readonly a: Expression }

export const add = (a: Expression, b: Expression): Expression => ({ kind: 'add', a, b })
export const sub = (a: Expression, b: Expression): Expression => ({ kind: 'sub', a, b })
export const mul = (a: Expression, b: Expression): Expression => ({ kind: 'mul', a, b })
export const div = (a: Expression, b: Expression): Expression => ({ kind: 'div', a, b })
export const sqrt = (a: Expression): Expression => ({ kind: 'sqrt', a })

/**
 * Assignments in order, each to an array's element or to a temporary. Names in `arrays` are arrays, targets that are no
 * array are temporaries, and all other names are scalars.
 */
export type Steps = readonly (readonly [target: string, value: Expression])[]

/** What a kernel takes: `(…addresses of the arrays, count, …scalars)`, each in the order of first use. */
export interface Signature {
  readonly arrays: readonly string[]
  readonly scalars: readonly string[]
}

/** @param known the names that may be arrays, in the order in which kernels take them */
export function signatureOf(steps: Steps, known: readonly string[]): Signature {
  const targets = steps.map(([target]) => target)
  const used = new Set([...targets, ...steps.flatMap(([, value]) => namesIn(value))])
  return {
    arrays: known.filter(name => used.has(name)),
    scalars: [...used].filter(name => !known.includes(name) && !targets.includes(name)),
  }
}

function namesIn(value: Expression): string[] {
  if (typeof value === 'string') return [value]
  return [...namesIn(value.a), ...(value.kind === 'sqrt' ? [] : namesIn(value.b))]
}

/** Locals of a function that walks over arrays side by side. */
export interface Walk {
  /** Addresses, one per array; they move along. */
  readonly cursors: readonly number[]
  readonly count: number
  /** Where the first cursor stops. */
  readonly end: number
}

/** Repeats code for each four floats as far as they go, then other code for each of the last ones. */
export function overFloats({ cursors, count, end }: Walk, four: Code, one: Code): Code {
  const loop = (elements: Code, once: Code, bytes: number): Code => [
    ...[...op.get(cursors[0]), ...op.get(count), ...elements, ...op.i32And],
    ...[...op.i32(2), ...op.i32ShiftLeft, ...op.i32Add, ...op.set(end)],
    ...op.until(
      [...op.get(cursors[0]), ...op.get(end), ...op.i32GreaterOrEqualUnsigned],
      [...once, ...cursors.flatMap(at => [...op.get(at), ...op.i32(bytes), ...op.i32Add, ...op.set(at)])],
    ),
  ]
  return [...loop(op.i32(-4), four, FOUR.bytes), ...loop(op.i32(3), one, ONE.bytes)]
}

/** In place of an expression whose value is always zero. */
const ZERO = '0'

/**
 * Steps as they are where some names stand for zero: products with them are gone. A sum keeps its zero, which makes a
 * negative zero positive, so that the bits are those of the whole steps.
 */
export function withZeros(steps: Steps, names: readonly string[]): Steps {
  const zeros = new Set<string>([ZERO, ...names])
  const simplified = (value: Expression): Expression => {
    if (typeof value === 'string') return zeros.has(value) ? ZERO : value
    const a = simplified(value.a)
    if (value.kind === 'sqrt') return a === ZERO ? ZERO : { kind: 'sqrt', a }
    const b = simplified(value.b)
    if (value.kind === 'mul' && (a === ZERO || b === ZERO)) return ZERO
    if (value.kind === 'div' && a === ZERO) return ZERO
    if (value.kind === 'sub' && b === ZERO) return a
    if (value.kind === 'add' && a === ZERO && b === ZERO) return ZERO
    return { kind: value.kind, a, b }
  }
  return steps.flatMap(([target, value]) => {
    const rest = simplified(value)
    if (rest !== ZERO) return [[target, rest] as const]
    zeros.add(target)
    return []
  })
}

/** Places of a kernel's names, and the code of its steps. */
class KernelCode {
  readonly params: ValueType[]
  readonly locals: ValueType[] = []
  readonly end: number

  constructor(
    private readonly steps: Steps,
    readonly signature: Signature,
    rest: readonly ValueType[],
  ) {
    this.params = [...signature.arrays.map(() => 'i32' as const), 'i32', ...rest]
    this.end = this.local('i32')
  }

  local(type: ValueType): number {
    return this.params.length + this.locals.push(type) - 1
  }

  /** A place for each name. @param scalarOf the place of a scalar */
  places(lane: Lanes, scalarOf: (index: number) => number): ReadonlyMap<string, number> {
    const { arrays, scalars } = this.signature
    const places = new Map(scalars.map((scalar, i) => [scalar, scalarOf(i)]))
    for (const target of [...arrays, ...this.steps.map(([target]) => target)])
      if (!places.has(target)) places.set(target, this.local(lane.type))
    return places
  }

  /** @param shift added to each address */
  load(lane: Lanes, places: ReadonlyMap<string, number>, shift: Code = []): Code {
    const { arrays } = this.signature
    return arrays.flatMap((array, i) => [
      ...[...op.get(i), ...shift, ...lane.load, ...op.set(places.get(array) as number)],
    ])
  }

  /** @param then after each assignment */
  run(lane: Lanes, places: ReadonlyMap<string, number>, then: (target: string) => Code): Code {
    const evaluate = (value: Expression): Code => {
      if (value === ZERO) return lane.zero
      if (typeof value === 'string') return op.get(places.get(value) as number)
      if (value.kind === 'sqrt') return [...evaluate(value.a), ...lane.sqrt]
      return [...evaluate(value.a), ...evaluate(value.b), ...lane[value.kind]]
    }
    return this.steps.flatMap(([target, value]) => [
      ...evaluate(value),
      ...op.set(places.get(target) as number),
      ...then(target),
    ])
  }

  store(lane: Lanes, places: ReadonlyMap<string, number>, target: string, shift: Code = []): Code {
    const cursor = this.signature.arrays.indexOf(target)
    if (cursor < 0) return []
    return [...op.get(cursor), ...shift, ...op.get(places.get(target) as number), ...lane.store]
  }

  /**
   * Walks over both halves of the arrays at once, as far as they have whole fours, and leaves cursors and count at the rest. Reading in
   * more places keeps the processor from waiting for memory at each page.
   *
   * @param once for four floats of one half, whose place is the cursor's plus a shift
   */
  halves(once: (shift: Code) => Code): Code {
    const { length } = this.signature.arrays
    const stride = this.local('i32')
    const shift = [...op.get(stride), ...op.i32Add]
    const cursors = [...this.signature.arrays.keys()]
    const move = (by: Code) => cursors.flatMap(at => [...op.get(at), ...by, ...op.i32Add, ...op.set(at)])
    return [
      ...[
        ...op.get(length),
        ...op.i32(-8),
        ...op.i32And,
        ...op.i32(1),
        ...op.i32ShiftLeft,
        ...op.set(stride),
      ],
      ...[...op.get(cursors[0]), ...shift, ...op.set(this.end)],
      ...op.until(
        [...op.get(cursors[0]), ...op.get(this.end), ...op.i32GreaterOrEqualUnsigned],
        [...once([]), ...once(shift), ...move(op.i32(FOUR.bytes))],
      ),
      ...move(op.get(stride)),
      ...[...op.get(length), ...op.i32(7), ...op.i32And, ...op.set(length)],
    ]
  }

  loops(four: Code, one: Code): Code {
    const { length } = this.signature.arrays
    return overFloats({ cursors: [...this.signature.arrays.keys()], count: length, end: this.end }, four, one)
  }
}

/** All arithmetic is float32, and four lanes give the same bits as one: each operation is IEEE's. */
export function compileElementwise(name: string, steps: Steps, signature: Signature): WasmFunction {
  const { arrays, scalars } = signature
  const code = new KernelCode(
    steps,
    signature,
    scalars.map(() => 'f32'),
  )
  const splats: number[] = []
  const kernel = (lane: Lanes): ((shift: Code) => Code) => {
    const places = code.places(lane, i => {
      const param = arrays.length + 1 + i
      if (lane === ONE) return param
      const splat = code.local('v128')
      splats.push(...op.get(param), ...op.f32x4Splat, ...op.set(splat))
      return splat
    })
    return shift => [
      ...code.load(lane, places, shift),
      ...code.run(lane, places, target => code.store(lane, places, target, shift)),
    ]
  }
  const four = kernel(FOUR)
  const loops = [...code.halves(four), ...code.loops(four([]), kernel(ONE)([]))]
  return { name, params: code.params, locals: code.locals, body: [...splats, ...loops] }
}

/**
 * The same steps several times over each element, which stays in a register meanwhile. Takes `(…addresses of the arrays,
 * count, address of the scalars, times)`: the scalars of each time are side by side in memory, one time after the other.
 */
export function compileRepeated(name: string, steps: Steps, signature: Signature): WasmFunction {
  const { arrays, scalars } = signature
  const code = new KernelCode(steps, signature, ['i32', 'i32'])
  const [first, times] = [arrays.length + 1, arrays.length + 2]
  const [at, last] = [code.local('i32'), code.local('i32')]
  const bytes = ONE.bytes * scalars.length
  const once = (lane: Lanes): Code => {
    const places = code.places(lane, () => code.local(lane.type))
    const loadScalars = scalars.flatMap((scalar, i) => [
      ...op.get(at),
      ...(lane === ONE ? op.f32Load(i * ONE.bytes) : op.f32x4LoadSplat(i * ONE.bytes)),
      ...op.set(places.get(scalar) as number),
    ])
    return [
      ...code.load(lane, places),
      ...[...op.get(first), ...op.set(at)],
      ...op.until(
        [...op.get(at), ...op.get(last), ...op.i32GreaterOrEqualUnsigned],
        [
          ...loadScalars,
          ...code.run(lane, places, () => []),
          ...[...op.get(at), ...op.i32(bytes), ...op.i32Add, ...op.set(at)],
        ],
      ),
      ...arrays.flatMap(array => code.store(lane, places, array)),
    ]
  }
  const loops = code.loops(once(FOUR), once(ONE))
  const begin = [
    ...[...op.get(first), ...op.get(times), ...op.i32(bytes), ...op.i32Mul, ...op.i32Add],
    ...op.set(last),
  ]
  return { name, params: code.params, locals: code.locals, body: [...begin, ...loops] }
}

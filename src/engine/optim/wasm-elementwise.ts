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

/** All arithmetic is float32, and four lanes give the same bits as one: each operation is IEEE's. */
export function compileElementwise(name: string, steps: Steps, { arrays, scalars }: Signature): WasmFunction {
  const params: ValueType[] = [
    ...arrays.map(() => 'i32' as const),
    'i32',
    ...scalars.map(() => 'f32' as const),
  ]
  const count = arrays.length
  const locals: ValueType[] = []
  const local = (type: ValueType): number => params.length + locals.push(type) - 1
  const end = local('i32')
  const splats: number[] = []

  const once = (lane: Lanes): Code => {
    const place = new Map<string, number>()
    const at = (name: string) => place.get(name) as number
    for (const [i, scalar] of scalars.entries()) {
      const param = count + 1 + i
      place.set(scalar, lane === ONE ? param : local('v128'))
      if (lane === FOUR) splats.push(...op.get(param), ...op.f32x4Splat, ...op.set(at(scalar)))
    }
    for (const target of [...arrays, ...steps.map(([target]) => target)])
      if (!place.has(target)) place.set(target, local(lane.type))
    const evaluate = (value: Expression): Code => {
      if (typeof value === 'string') return op.get(at(value))
      if (value.kind === 'sqrt') return [...evaluate(value.a), ...lane.sqrt]
      return [...evaluate(value.a), ...evaluate(value.b), ...lane[value.kind]]
    }
    const store = (target: string): Code => {
      const cursor = arrays.indexOf(target)
      return cursor < 0 ? [] : [...op.get(cursor), ...op.get(at(target)), ...lane.store]
    }
    return [
      ...arrays.flatMap((array, i) => [...op.get(i), ...lane.load, ...op.set(at(array))]),
      ...steps.flatMap(([target, value]) => [...evaluate(value), ...op.set(at(target)), ...store(target)]),
    ]
  }
  const walk = { cursors: [...arrays.keys()], count, end }
  const loops = overFloats(walk, once(FOUR), once(ONE))
  return { name, params, locals, body: [...splats, ...loops] }
}

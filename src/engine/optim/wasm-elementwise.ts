import { type Code, op, type ValueType, type WasmFunction } from './wasm-assembler.js'

/** Arithmetic over names of arrays (their element at hand), scalars and earlier temporaries. */
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
 * A function `(…addresses of the arrays, count, …scalars)` that walks over arrays of `count` floats side by side.
 * Assigning to an array's name stores; any other name is a temporary. All arithmetic is float32.
 */
export interface Elementwise {
  readonly name: string
  readonly arrays: readonly string[]
  readonly scalars: readonly string[]
  readonly steps: readonly (readonly [target: string, value: Expression])[]
}

/** The instructions for one element at a time, or four. */
const LANES = {
  one: {
    type: 'f32',
    bytes: 4,
    load: op.f32Load,
    store: op.f32Store,
    add: op.f32Add,
    sub: op.f32Sub,
    mul: op.f32Mul,
    div: op.f32Div,
    sqrt: op.f32Sqrt,
  },
  four: {
    type: 'v128',
    bytes: 16,
    load: op.v128Load,
    store: op.v128Store,
    add: op.f32x4Add,
    sub: op.f32x4Sub,
    mul: op.f32x4Mul,
    div: op.f32x4Div,
    sqrt: op.f32x4Sqrt,
  },
} as const satisfies Record<string, Lane>

interface Lane extends Record<'load' | 'store' | 'add' | 'sub' | 'mul' | 'div' | 'sqrt', Code> {
  readonly type: ValueType
  readonly bytes: number
}

/** Four at a time as far as they go, then one at a time: both give the same bits, each operation being IEEE's. */
export function compileElementwise({ name, arrays, scalars, steps }: Elementwise): WasmFunction {
  const params: ValueType[] = [
    ...arrays.map(() => 'i32' as const),
    'i32',
    ...scalars.map(() => 'f32' as const),
  ]
  const count = arrays.length
  const locals: ValueType[] = []
  const local = (type: ValueType): number => params.length + locals.push(type) - 1
  const end = local('i32')
  const body: number[] = []

  const loop = (lane: Lane, limit: Code): void => {
    const place = new Map<string, number>()
    scalars.forEach((scalar, i) => {
      const param = arrays.length + 1 + i
      if (lane === LANES.one) {
        place.set(scalar, param)
        return
      }
      place.set(scalar, local('v128'))
      body.push(...op.get(param), ...op.f32x4Splat, ...op.set(placeOf(place, scalar)))
    })
    for (const target of [...arrays, ...steps.map(([target]) => target)])
      if (!place.has(target)) place.set(target, local(lane.type))
    body.push(...limit, ...op.set(end))
    const once = [
      ...arrays.flatMap((array, i) => [...op.get(i), ...lane.load, ...op.set(placeOf(place, array))]),
      ...steps.flatMap(([target, value]) => [
        ...evaluate(value, lane, place),
        ...op.set(placeOf(place, target)),
        ...(arrays.includes(target)
          ? [...op.get(arrays.indexOf(target)), ...op.get(placeOf(place, target)), ...lane.store]
          : []),
      ]),
      ...arrays.flatMap((_, i) => [...op.get(i), ...op.i32(lane.bytes), ...op.i32Add, ...op.set(i)]),
    ]
    body.push(...op.until([...op.get(0), ...op.get(end), ...op.i32GreaterOrEqualUnsigned], once))
  }
  /** Address of array 0 after so many elements. */
  const after = (elements: Code): Code => [
    ...op.get(0),
    ...elements,
    ...op.i32(2),
    ...op.i32ShiftLeft,
    ...op.i32Add,
  ]
  loop(LANES.four, after([...op.get(count), ...op.i32(-4), ...op.i32And]))
  loop(LANES.one, after([...op.get(count), ...op.i32(3), ...op.i32And]))
  return { name, params, locals, body }
}

function evaluate(value: Expression, lane: Lane, place: ReadonlyMap<string, number>): Code {
  if (typeof value === 'string') return op.get(placeOf(place, value))
  const a = evaluate(value.a, lane, place)
  if (value.kind === 'sqrt') return [...a, ...lane.sqrt]
  return [...a, ...evaluate(value.b, lane, place), ...lane[value.kind]]
}

function placeOf(place: ReadonlyMap<string, number>, name: string): number {
  const at = place.get(name)
  if (at === undefined) throw new RangeError(`no array, scalar or temporary named ${name}`)
  return at
}

/** How the attributes of operators are declared, checked and read. `kinds.ts` declares those of every operator. */
import type { GraphError } from './error.js'
import type { Tensor } from './tensor.js'

export interface AttributeTypes {
  int: number
  float: number
  string: string
  ints: readonly number[]
  floats: readonly number[]
  strings: readonly string[]
  tensor: Tensor
}

/** The type ONNX writes an attribute as; a float that happens to be whole is still written as a float. */
export type AttributeType = keyof AttributeTypes
export type AttributeValue = AttributeTypes[AttributeType]

interface AttributeSpec {
  readonly type: AttributeType
  readonly need: 'default' | 'optional' | 'required'
  /** What leaving it out means. */
  readonly default?: AttributeValue
  /** The only values the engine takes. */
  readonly choices?: readonly AttributeValue[]
}

export type AttributeSpecs = Readonly<Record<string, AttributeSpec>>

const withDefault =
  <T extends AttributeType>(type: T) =>
  (value: AttributeTypes[T]) => ({ type, need: 'default' as const, default: value })

export const int = withDefault('int')
export const float = withDefault('float')
export const ints = withDefault('ints')

/** An attribute that takes one of a few values; the first is the default. */
export const choice = <T extends AttributeType, const V extends AttributeTypes[T]>(
  type: T,
  ...choices: readonly [V, ...V[]]
) => ({ type, need: 'default' as const, default: choices[0], choices })

export const optional = <T extends AttributeType>(type: T) => ({ type, need: 'optional' as const })
export const required = <T extends AttributeType>(type: T) => ({ type, need: 'required' as const })

export type ValueOf<S> = S extends { readonly choices: readonly (infer V)[] }
  ? V
  : S extends { readonly type: infer T extends AttributeType }
    ? AttributeTypes[T]
    : never

/** What reading gives: defaults filled in. */
export type FilledAttributes<S> = {
  readonly [N in keyof S]: S[N] extends { readonly need: 'optional' }
    ? ValueOf<S[N]> | undefined
    : ValueOf<S[N]>
}

export type RequiredNames<S> = {
  [N in keyof S]: S[N] extends { readonly need: 'required' } ? N : never
}[keyof S]

/** What is given, and what a node stores: attributes that equal their default may be left out. */
export type GivenAttributes<S> =
  S extends Record<string, never>
    ? Readonly<Record<string, never>>
    : { readonly [N in RequiredNames<S>]: ValueOf<S[N]> } & {
        readonly [N in Exclude<keyof S, RequiredNames<S>>]?: ValueOf<S[N]>
      }

export function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'data' in value
}

const IS: Record<AttributeType, (value: unknown) => boolean> = {
  int: Number.isSafeInteger,
  float: value => typeof value === 'number',
  string: value => typeof value === 'string',
  ints: value => Array.isArray(value) && value.every(Number.isSafeInteger),
  floats: value => Array.isArray(value) && value.every(item => typeof item === 'number'),
  strings: value => Array.isArray(value) && value.every(item => typeof item === 'string'),
  tensor: isTensor,
}

/**
 * Checks attributes against what an operator takes. Returns them without those that equal their default, sorted by
 * name.
 * @param refuse makes the error for an attribute that is unknown, missing or of the wrong type
 */
export function checkAttributes(
  specs: AttributeSpecs,
  given: Readonly<Record<string, unknown>>,
  refuse: (expected: string, got: string) => GraphError,
): Readonly<Record<string, AttributeValue>> {
  const kept: Record<string, AttributeValue> = {}
  for (const name of Object.keys(given).sort()) {
    const value = given[name] as AttributeValue | undefined
    if (value === undefined) continue
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
    if (!spec) {
      const names = Object.keys(specs).join(', ') || 'it has none'
      throw refuse(`an attribute it has (${names})`, `attribute '${name}'`)
    }
    if (!IS[spec.type](value)) throw refuse(`attribute '${name}' to be ${spec.type}`, JSON.stringify(value))
    if (spec.choices && !spec.choices.includes(value))
      throw refuse(`attribute '${name}' to be ${spec.choices.join(' or ')}`, String(value))
    if (spec.default !== undefined && JSON.stringify(spec.default) === JSON.stringify(value)) continue
    kept[name] = Array.isArray(value) ? Object.freeze([...value]) : value
  }
  for (const [name, { need }] of Object.entries(specs))
    if (need === 'required' && kept[name] === undefined) throw refuse(`attribute '${name}'`, 'none')
  return Object.freeze(kept)
}

import type { GraphError } from './error.js'
import type { Tensor } from './tensor.js'
import type { Attributes, AttributeValue } from './value.js'

/** The type ONNX writes an attribute as; a float that happens to be whole is still written as a float. */
export type AttributeType = 'int' | 'float' | 'string' | 'ints' | 'floats' | 'strings' | 'tensor'

export interface AttributeSpec {
  readonly type: AttributeType
  /** What leaving it out means; without one there is no value unless it is given. */
  readonly default?: AttributeValue
}

export type AttributeSpecs = Readonly<Record<string, AttributeSpec>>

export const int = (value?: number): AttributeSpec => ({ type: 'int', default: value })
export const float = (value?: number): AttributeSpec => ({ type: 'float', default: value })
export const string = (value?: string): AttributeSpec => ({ type: 'string', default: value })
export const ints = (value?: readonly number[]): AttributeSpec => ({ type: 'ints', default: value })

/** Reads a node's attributes, defaults filled in. */
export class AttributeReader {
  constructor(
    private readonly specs: AttributeSpecs,
    private readonly values: Attributes,
  ) {}

  private read(name: string): AttributeValue | undefined {
    return this.values[name] ?? this.specs[name]?.default
  }

  int(name: string): number {
    return this.optionalInt(name) ?? 0
  }

  optionalInt(name: string): number | undefined {
    const value = this.read(name)
    return typeof value === 'number' ? value : undefined
  }

  /** An int attribute used as yes or no. */
  flag(name: string): boolean {
    return this.int(name) !== 0
  }

  float(name: string): number {
    return this.int(name)
  }

  string(name: string): string {
    const value = this.read(name)
    return typeof value === 'string' ? value : ''
  }

  ints(name: string): readonly number[] | undefined {
    const value = this.read(name)
    return Array.isArray(value) ? (value as readonly number[]) : undefined
  }

  strings(name: string): readonly string[] | undefined {
    const value = this.read(name)
    return Array.isArray(value) ? (value as readonly string[]) : undefined
  }

  tensor(name: string): Tensor | undefined {
    const value = this.read(name)
    return isTensor(value) ? value : undefined
  }
}

export function isTensor(value: AttributeValue | undefined): value is Tensor {
  return typeof value === 'object' && !Array.isArray(value) && 'data' in value
}

const IS: Record<AttributeType, (value: AttributeValue) => boolean> = {
  int: value => Number.isSafeInteger(value),
  float: value => typeof value === 'number',
  string: value => typeof value === 'string',
  ints: value => Array.isArray(value) && value.every(Number.isSafeInteger),
  floats: value => Array.isArray(value) && value.every(item => typeof item === 'number'),
  strings: value => Array.isArray(value) && value.every(item => typeof item === 'string'),
  tensor: isTensor,
}

/**
 * Checks attributes against what the operator takes and leaves out those that say what is the default anyway.
 * @param refuse makes the error for an attribute that is unknown or of the wrong type
 */
export function normalizeAttributes(
  specs: AttributeSpecs,
  given: Readonly<Record<string, AttributeValue | undefined>>,
  refuse: (expected: string, got: string) => GraphError,
): Attributes {
  const kept: Record<string, AttributeValue> = {}
  for (const name of Object.keys(given).sort()) {
    const value = given[name]
    if (value === undefined) continue
    const spec = specs[name]
    if (!spec)
      throw refuse(
        `an attribute it has (${Object.keys(specs).join(', ') || 'it has none'})`,
        `attribute '${name}'`,
      )
    if (!IS[spec.type](value)) throw refuse(`attribute '${name}' to be ${spec.type}`, JSON.stringify(value))
    if (spec.default !== undefined && JSON.stringify(spec.default) === JSON.stringify(value)) continue
    kept[name] = Array.isArray(value) ? Object.freeze([...value]) : value
  }
  return Object.freeze(kept)
}

/**
 * Parameters of layers. A layer owns no numbers: a function beside it describes its parameters (shape, initial values,
 * what weight decay leaves alone), a `ParameterStore` holds them, and the layer is given the graph's values for them.
 */
import type { ParameterSpec } from '../optim/parameter-store.js'

/** A parameter without its name. */
export type LayerParameter = Omit<ParameterSpec, 'name'>

/** A layer's parameters, or anything that there is one of for each: the same parts, in parts of parts too. */
export type Weights<Parts, T> = Parts extends LayerParameter
  ? T
  : { readonly [Part in keyof Parts]: Weights<Parts[Part], T> }

/**
 * A store's specs for a layer, part by part: `encoder.attention.qkv`, … Without a name, the parts' own: `attention.qkv`.
 *
 * @example
 * const store = new ParameterStore(parameterSpecs('lstm', lstmParameters(size)), { random })
 */
export function parameterSpecs(name: string, parts: object): ParameterSpec[] {
  const specs: ParameterSpec[] = []
  const visit = (own: string, part: object): void => {
    if (isParameter(part)) specs.push({ name: own, ...part })
    else for (const [key, inner] of Object.entries(part)) if (inner) visit(joined(own, key), inner)
  }
  visit(name, parts)
  return specs
}

/**
 * What there is for each of a layer's parameters, by the names that `parameterSpecs` gives.
 *
 * @example
 * const y = lstm(g, x, weightsOf('lstm', lstmParameters(size), name => inputs[name]), context, size)
 */
export function weightsOf<Parts extends object, T>(
  name: string,
  parts: Parts,
  get: (name: string) => T,
): Weights<Parts, T> {
  const visit = (own: string, part: object): unknown => {
    if (isParameter(part)) return get(own)
    const entries = Object.entries(part).filter(([, inner]) => inner)
    return Object.fromEntries(entries.map(([key, inner]) => [key, visit(joined(own, key), inner)]))
  }
  return visit(name, parts) as Weights<Parts, T>
}

function joined(name: string, part: string): string {
  return name === '' ? part : `${name}.${part}`
}

function isParameter(part: object): part is LayerParameter {
  return 'shape' in part
}

/** A matrix with Glorot's uniform values. `outputs`: of one product, where several stand side by side. */
export function matrix(shape: readonly number[], outputs = shape[shape.length - 1]): LayerParameter {
  const fans = { in: shape[shape.length - 2], out: outputs }
  return { shape, initial: { kind: 'xavier-uniform', fans } }
}

/** A bias, or the scale of a norm: all of one value, in the group `bias`, which needs no weight decay. */
export function bias(shape: readonly number[], value = 0): LayerParameter {
  return { shape, initial: { kind: 'constant', value }, group: 'bias' }
}

import type { Dim } from './dim.js'
import { GraphError, type GraphErrorCode } from './error.js'
import { type Attributes, type OpKind, readAttributes } from './kinds.js'
import type { Inferred, Operator } from './operator.js'
import { OPERATORS } from './table.js'
import { type Block, nodeLabel, type Value } from './value.js'

/** A node before its outputs are known. */
export interface Application<K extends OpKind = OpKind> {
  readonly kind: K
  readonly inputs: readonly (Value | null)[]
  readonly attributes: Attributes<K>
  readonly body?: Block
  readonly layer: string
}

/** Applies an operator's shape rule. @throws GraphError */
export function inferOutputs<K extends OpKind>(
  { kind, inputs, attributes, body, layer }: Application<K>,
  unknown: () => Dim,
): readonly Inferred[] {
  const operator: Operator<K> = OPERATORS[kind]
  const fail = (code: GraphErrorCode, expected: string, got: string): never => {
    throw new GraphError(code, nodeLabel({ kind, layer, inputs }), expected, got)
  }
  const [fewest, most] = operator.inputs
  if (inputs.length < fewest || inputs.length > most)
    fail(
      'graph/arity',
      fewest === most ? `${fewest} inputs` : `${fewest} to ${most} inputs`,
      `${inputs.length}`,
    )
  const missing = inputs.indexOf(null)
  if (missing >= 0 && (missing < fewest || most === Number.POSITIVE_INFINITY))
    fail('graph/arity', `input ${missing}`, 'none')
  return operator.infer({
    kind,
    inputs: inputs as readonly Value[],
    optional: at => inputs[at] ?? null,
    body,
    attributes: readAttributes(kind, attributes),
    unknown,
    fail,
  })
}

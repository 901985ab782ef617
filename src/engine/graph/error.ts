/** What went wrong: a shape or type rule, an attribute, a value out of scope, a malformed graph. */
export type GraphErrorCode =
  | 'graph/shape'
  | 'graph/type'
  | 'graph/attribute'
  | 'graph/arity'
  | 'graph/scope'
  | 'graph/structure'
  | 'graph/gradient'
  | 'graph/feed'

/**
 * A graph that breaks a rule. The message names the node, the layer that made it, the shapes, and the rule:
 * `MatMul in layer 'model/output' (float32[2, 3], float32[4, 5]): expected inner dimensions that agree, got 3 and 4`.
 */
export class GraphError extends Error {
  override readonly name = 'GraphError'

  constructor(
    readonly code: GraphErrorCode,
    readonly where: string,
    readonly expected: string,
    readonly got: string,
  ) {
    super(`${where}: expected ${expected}, got ${got}`)
  }
}

import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { OnnxError } from './error.js'
import type { UpgradedNode } from './upgrade.js'

export const REMEDY = 'export the model again without fusing its operators (optimization level 0 or 1)'

/** A fused operator in the model that is read. */
export class FusedCall {
  constructor(
    readonly g: GraphBuilder,
    private readonly node: UpgradedNode,
    private readonly label: string,
  ) {}

  input(at: number, what: string): Value {
    return this.optional(at) ?? this.refuse(what, 'none')
  }

  optional(at: number): Value | null {
    return this.node.inputs[at] ?? null
  }

  number(name: string, otherwise: number): number {
    const value = this.node.attributes[name]
    return typeof value === 'number' ? value : otherwise
  }

  has(name: string): boolean {
    return this.node.attributes[name] !== undefined
  }

  refuse(expected: string, got: string): never {
    throw new OnnxError('onnx/unsupported', this.label, expected, got, REMEDY)
  }
}

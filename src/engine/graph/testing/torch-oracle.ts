/** PyTorch's numbers, as oracles/operators.py wrote them. */
import { readFileSync } from 'node:fs'
import { type ElementType, type Tensor, tensor } from '../tensor.js'

export interface Numbers {
  readonly shape: readonly number[]
  readonly data: readonly number[]
  readonly type?: ElementType
}

export interface OracleCase {
  readonly name: string
  readonly inputs: readonly Numbers[]
  readonly outputs: readonly Numbers[]
  readonly gradients: readonly Numbers[]
  readonly loss: number
}

export interface OracleEncoder {
  readonly opset: number
  /** The exported model, in base64. */
  readonly model: string
  readonly ids: Numbers
  readonly mask: Numbers
  readonly y: Numbers
  readonly loss: number
  readonly parameters: Readonly<Record<string, Numbers>>
  readonly gradients: Readonly<Record<string, Numbers>>
}

export interface Oracle {
  readonly operators: readonly OracleCase[]
  readonly layers: readonly OracleCase[]
  readonly lengths: readonly number[]
  readonly encoders: readonly OracleEncoder[]
}

export function readOracle(): Oracle {
  return JSON.parse(readFileSync('oracles/operators.json', 'utf8')) as Oracle
}

export function toTensor({ shape, data, type = 'float64' }: Numbers): Tensor {
  return tensor(type, data, shape)
}

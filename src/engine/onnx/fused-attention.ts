/** ONNX Runtime's attention operators as plain ones. */
import type { Value } from '../graph/value.js'
import type { FusedCall } from './fused-call.js'

interface Heads {
  readonly query: Value
  readonly key: Value
  readonly value: Value
  /** Added to the scores: it broadcasts to `[batch, heads, time, keys]`. */
  readonly biases: readonly Value[]
}

/**
 * `Attention`: queries, keys and values side by side, `[batch, time, 3·width]`.
 * @param maskAt which input says which keys are seen
 */
export function attention(call: FusedCall, projected: Value, maskAt = 3): readonly (Value | null)[] {
  const { g } = call
  if (
    call.number('unidirectional', 0) !== 0 ||
    call.number('do_rotary', 0) !== 0 ||
    call.has('qkv_hidden_sizes')
  )
    call.refuse('attention of all to all, with heads of one size', 'another kind')
  const width = Number(projected.shape.at(-1)) / 3
  const [query, key, value] = g.split(projected, [width, width, width], 2)
  const mask = call.optional(maskAt)
  const bias = maskAt === 3 ? call.optional(5) : null
  const biases = [...(mask ? [maskBias(call, mask, query)] : []), ...(bias ? [bias] : [])]
  return [attended(call, { query, key, value, biases })]
}

/** `MultiHeadAttention`: queries, keys and values apart, `[batch, time, width]`. */
export function multiHeadAttention(call: FusedCall): readonly (Value | null)[] {
  const { g } = call
  if (call.number('unidirectional', 0) !== 0 || [6, 7].some(at => call.optional(at)))
    call.refuse('attention of all to all within one text', 'another kind')
  const given = [0, 1, 2].map(at => call.input(at, 'queries, keys and values apart'))
  if (given.some(({ shape }) => shape.length !== 3))
    call.refuse('queries, keys and values as [batch, time, width]', 'another layout')
  const all = call.optional(3)
  const widths = given.map(({ shape }) => Number(shape[2]))
  const biasOf = all ? g.split(all, widths, 0) : []
  const [query, key, value] = given.map((x, i) => (all ? g.add(x, biasOf[i]) : x))
  const mask = call.optional(4)
  const bias = call.optional(5)
  const biases = [...(mask ? [maskBias(call, mask, key)] : []), ...(bias ? [bias] : [])]
  return [attended(call, { query, key, value, biases })]
}

/** What is added to the scores of keys that are not seen. The mask says which are, or how many of the first. */
function maskBias(call: FusedCall, mask: Value, keys: Value): Value {
  const { g } = call
  const rank = mask.shape.length
  if (rank > 3) return call.refuse('a mask of up to three axes', `${rank}`)
  const low = call.number('mask_filter_value', -10_000)
  const fromSeen = (isSeen: Value, axes: readonly number[]) =>
    g.mul(g.unsqueeze(g.sub(1, g.cast(isSeen, 'float32')), axes), low)
  if (rank === 3) return fromSeen(g.cast(mask, 'bool'), [1])
  if (rank === 2) return fromSeen(g.cast(mask, 'bool'), [1, 2])
  // [batch]: how many keys from the first are seen.
  const [line] = g.split(keys, [1, Number(keys.shape[2]) - 1], 2)
  const ones = g.cast(g.equal(line, line), 'int32') // [batch, time, 1]
  const place = g.squeeze(g.apply('CumSum', [ones, g.scalar(1, 'int64')]), [2])
  return fromSeen(g.lessOrEqual(place, g.unsqueeze(g.cast(mask, 'int32'), [1])), [1, 2])
}

function attended(call: FusedCall, { query, key, value, biases }: Heads): Value {
  const { g } = call
  const heads = call.number('num_heads', 0)
  const width = Number(query.shape[2])
  const size = width / heads
  if (!Number.isInteger(size) || size < 1)
    return call.refuse('heads that share the features', `${heads} heads`)
  const given = call.number('scale', 0)
  const scale = given === 0 ? 1 / Math.sqrt(size) : given
  const split = (x: Value) => g.transpose(g.reshape(x, [0, 0, heads, -1]), [0, 2, 1, 3])
  const scores = g.matMul(split(query), split(key), { transB: true, alpha: scale })
  const biased = biases.reduce((sum, bias) => g.add(sum, bias), scores)
  const mixed = g.matMul(g.softmax(biased), split(value))
  return g.reshape(g.transpose(mixed, [0, 2, 1, 3]), [0, 0, -1])
}

/** Pieces that gradient rules are made of. */
import { type Dim, multiplyDims, sameShape } from './dim.js'
import type { Operations } from './operations.js'
import type { Value } from './value.js'

/** Sums a gradient over the axes its value was broadcast along, so that it has the value's shape again. */
export function reduceTo(g: Operations, d: Value, like: Value): Value {
  if (sameShape(d.shape, like.shape)) return d
  const lead = d.shape.length - like.shape.length
  const leading = d.shape.slice(0, lead).map((_, axis) => axis)
  const repeated = like.shape.flatMap((dim, i) => (dim === 1 && d.shape[i + lead] !== 1 ? [i + lead] : []))
  const kept = repeated.length > 0 ? g.reduceSum(d, repeated, { keepDims: true }) : d
  return leading.length > 0 ? g.reduceSum(kept, leading, { keepDims: false }) : kept
}

/** The target of a Reshape from one shape to another in constants, 0 and −1; `undefined` where those don't suffice. */
export function reshapeTarget(from: readonly Dim[], to: readonly Dim[]): readonly number[] | undefined {
  let free = false
  const target: number[] = []
  for (const [i, dim] of to.entries()) {
    if (typeof dim === 'number' && dim !== 0) target.push(dim)
    else if (dim === from[i]) target.push(0)
    else if (!free && dim !== 0) {
      free = true
      target.push(-1)
    } else return undefined
  }
  // -1 has no meaning beside a dimension of 0
  return free && to.some(dim => dim === 0) ? undefined : target
}

/** Reshapes `x` to the shape of `like`, which has as many cells. */
export function reshapeLike(g: Operations, x: Value, like: Value): Value {
  if (sameShape(x.shape, like.shape)) return x
  const target = reshapeTarget(x.shape, like.shape)
  return target ? g.reshape(x, target) : g.reshapeTo(x, g.shape(like))
}

/** Repeats `x` to the shape of `like`. */
export function expandLike(g: Operations, x: Value, like: Value): Value {
  if (sameShape(x.shape, like.shape)) return x
  return g.expandTo(x, g.shape(like))
}

export function zerosLike(g: Operations, like: Value): Value {
  return g.constantOfShape(g.shape(like), 0, like.type)
}

/** How many cells lie along some axes, as a scalar of the value's own type. */
export function countAlong(g: Operations, x: Value, axes: readonly number[]): Value {
  const count = multiplyDims(...axes.map(axis => x.shape[axis]))
  if (typeof count === 'number') return g.scalar(count, x.type)
  const dims = g.gather(g.shape(x), g.int64(axes), { axis: 0 })
  return g.cast(g.reduceProd(dims, [0], { keepDims: false }), x.type)
}

/** Brings a reduced gradient back to the rank of what was reduced. */
export function keepReduced(g: Operations, d: Value, axes: readonly number[], kept: boolean): Value {
  return kept ? d : g.unsqueeze(d, [...axes])
}

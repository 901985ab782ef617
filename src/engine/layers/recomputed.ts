/** Activations that are computed again in the backward pass instead of being kept (Chen et al. 2016). */
import type { GraphBuilder } from '../graph/builder.js'
import { gradients } from '../graph/gradients.js'
import type { Value } from '../graph/value.js'

/**
 * Makes a part of a network whose inside is forgotten: the forward pass keeps the inputs alone, and the backward pass
 * computes the rest again from them. Gradients are the same numbers; it takes the time of one more forward pass, and the
 * memory of one part at a time instead of that of all.
 *
 * @param inputs everything inside that a gradient goes back to: states first, then parameters. Other values, such as
 *   masks, `make` may use from outside.
 * @param make builds the part; it is called once for each pass
 * @example
 * const y = recomputed(g, [x, weight], (b, [x, weight]) => b.tanh(b.matMul(x, weight)))
 */
export function recomputed(
  g: GraphBuilder,
  inputs: readonly Value[],
  make: (b: GraphBuilder, inputs: readonly Value[]) => Value,
): Value {
  return g.inLayer('recomputed', () => {
    const [output] = g.withGradient({
      inputs,
      // A node of its own, even where `make` ends with a block that was derived by hand.
      outputs: [g.apply('Identity', [make(g, inputs)])],
      backward: (b, [dY]) => {
        if (!dY) return inputs.map(() => null)
        const [first, ...rest] = inputs
        const again = [cut(b, first, b.add(first, nothingOf(b, dY))), ...rest]
        const [dFirst, ...others] = gradients(b, make(b, again), again, { seed: dY })
        return [afterAll(b, dFirst, others), ...others]
      },
    })
    return output
  })
}

/** The same values, from which no gradient goes on to those that they were made of. */
function cut(b: GraphBuilder, from: Value, value: Value): Value {
  const [output] = b.withGradient({ inputs: [from], outputs: [value], backward: () => [null] })
  return output
}

/**
 * A zero that is known only when the gradient is there. Without it, a runtime would find that the same nodes were computed
 * before, and keep their results.
 */
function nothingOf(b: GraphBuilder, dY: Value): Value {
  return b.mul(firstOf(b, dY), 0)
}

function firstOf(b: GraphBuilder, value: Value): Value {
  return b.slice(b.reshape(value, [-1]), { axis: 0, start: 0, end: 1 })
}

/**
 * A gradient that is there only after some others. Without it, a runtime would compute those of parameters at the very end,
 * and keep the activations of all parts until then.
 */
function afterAll(b: GraphBuilder, gradient: Value, others: readonly Value[]): Value {
  if (others.length === 0) return gradient
  const ends = b.concat(
    others.map(own => firstOf(b, own)),
    0,
  )
  return b.add(gradient, b.mul(b.reduceSum(ends, [0], { keepDims: true }), 0))
}

/** The values of an object and of those in it, and the way back. */
export function leavesOf<Tree extends object>(
  tree: Tree,
): { readonly values: readonly Value[]; readonly fill: (values: readonly Value[]) => Tree } {
  const values: Value[] = []
  const visit = (part: unknown, take: (value: Value) => Value): unknown => {
    if (typeof part !== 'object' || part === null) return part
    if ('shape' in part) return take(part as Value)
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, visit(inner, take)]))
  }
  visit(tree, value => {
    values.push(value)
    return value
  })
  return {
    values,
    fill: others => {
      let next = 0
      return visit(tree, () => others[next++]) as Tree
    },
  }
}

import type { Operations } from '../operations.js'
import { type Block, usedValues, type Value } from '../value.js'
import { ownOutputs } from './copy.js'
import { mergeLoops } from './merge-loops.js'
import { pruneNodes } from './prune.js'
import { rebuildNodes } from './rebuild.js'

/**
 * All passes over recorded nodes, in order: keeps what the outputs need and rebuilds it smaller.
 *
 * @param out an empty builder the result is made in
 * @param copyInput declares an input of the source in `out`
 */
export function finishNodes(
  source: Operations & { readonly inputs: readonly Value[] },
  outputs: readonly Value[],
  out: Operations & { readonly inputs: readonly Value[] },
  copyInput: (value: Value) => Value,
): Block {
  const merged = mergeLoops(source.nodes)
  const wanted = outputs.map(value => merged.alias.get(value) ?? value)
  const needed = pruneNodes(merged.nodes, wanted)
  const used = usedValues({ nodes: needed, outputs: wanted })
  const moved = new Map<Value, Value>()
  for (const value of source.inputs) if (used.has(value)) moved.set(value, copyInput(value))
  rebuildNodes(out, needed, moved)
  const distinct = ownOutputs(
    out,
    wanted.map(value => moved.get(value) ?? value),
  )
  const nodes = pruneNodes(out.nodes, distinct)
  const left = usedValues({ nodes, outputs: distinct })
  return Object.freeze({
    scope: out.scope,
    inputs: Object.freeze(out.inputs.filter(value => left.has(value))),
    nodes: Object.freeze(nodes),
    outputs: Object.freeze(distinct),
  })
}

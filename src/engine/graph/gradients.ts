/**
 * Reverse-mode differentiation (Griewank & Walther 2008, ch. 3): walks the nodes from the loss back to the inputs and
 * appends the gradient's nodes to the same builder. The rules are in the table of operators.
 */
import type { GraphBuilder } from './builder.js'
import { agree } from './dim.js'
import { GraphError } from './error.js'
import { zerosLike } from './gradient-rules.js'
import { type OpKind, readAttributes } from './kinds.js'
import type { Operations } from './operations.js'
import type { DifferentiableBlock, Operator, Tape } from './operator.js'
import { OPERATORS } from './table.js'
import { isFloat } from './tensor.js'
import { capturesOf, describe, type NodeOf, nodeLabel, type Value } from './value.js'

/**
 * Gradients of a loss with respect to some values; zeros where the loss doesn't depend on one.
 *
 * @param loss a float of one element, or of any shape with `seed`
 * @param options.seed gradient with respect to `loss` itself, of its shape; default 1
 * @throws GraphError where an operator on the way can't be differentiated
 * @example
 * const g = new GraphBuilder('square')
 * const x = g.input('x', 'float32', [3])
 * const [dx] = gradients(g, g.reduceSum(g.mul(x, x), [0]), [x]) // 2x
 */
export function gradients(
  g: GraphBuilder,
  loss: Value,
  wrt: readonly Value[],
  options: { readonly seed?: Value } = {},
): readonly Value[] {
  const { seed } = options
  if (!isFloat(loss.type))
    throw new GraphError('graph/gradient', 'gradients', 'a loss of type float32 or float64', describe(loss))
  if (!seed && !loss.shape.every(dim => dim === 1))
    throw new GraphError('graph/gradient', 'gradients', 'a loss of one element or a seed', describe(loss))
  const first = seed ?? g.reshape(g.scalar(1, loss.type), loss.shape as number[])
  const tape: Tape = {
    producerOf: value => g.producerOf(value),
    handDerivedBlockOf: value => {
      const block = g.handDerivedBlockOf(value)
      return block && { ...block, backward: dOutputs => block.backward(g, dOutputs) }
    },
    inside: value => value,
  }
  const found = backpropagate(g, tape, [[loss, first]], wrt)
  for (const value of wrt) if (!found.has(value)) checkNotHidden(g, loss, value)
  return wrt.map(value => found.get(value) ?? zerosLike(g, value))
}

/** A node or a hand-derived block, as differentiation sees it. */
interface Unit {
  readonly inputs: readonly (Value | null)[]
  readonly outputs: readonly Value[]
  readonly flows: boolean
  readonly layer: string
  readonly label: string
  skips?(input: number): boolean
  /** Throws, for an operator that must not be differentiated. */
  readonly refuse?: () => never
  backward(dOutputs: readonly (Value | null)[], wants: (input: number) => boolean): readonly (Value | null)[]
}

/**
 * Sends gradients back along a tape.
 * @param g where the gradient's nodes go
 * @param seeds values with the gradients that arrive at them
 * @returns for each target that anything flows to, its gradient
 */
function backpropagate(
  g: Operations,
  tape: Tape,
  seeds: readonly (readonly [Value, Value])[],
  targets: readonly Value[],
): ReadonlyMap<Value, Value> {
  const units = orderUnits(
    g,
    tape,
    seeds.map(([value]) => value),
  )
  const active = new Set(targets)
  for (const unit of units) {
    if (!unit.flows || !unit.inputs.some(value => value && active.has(value))) continue
    for (const output of unit.outputs) if (isFloat(output.type)) active.add(output)
    // Floats made whole numbers: nothing comes back to this operator, so it would be passed over silently.
    if (unit.refuse && !unit.outputs.every(output => isFloat(output.type))) unit.refuse()
  }

  const found = new Map<Value, Value>()
  const arrive = (value: Value, d: Value) => {
    const before = found.get(value)
    found.set(value, before ? g.add(before, d) : d)
  }
  for (const [value, d] of seeds) arrive(value, d)
  for (const unit of [...units].reverse()) {
    const dOutputs = unit.outputs.map(output => (active.has(output) && found.get(output)) || null)
    const wanted = unit.inputs.map(
      (value, i) => value !== null && active.has(value) && isFloat(value.type) && !unit.skips?.(i),
    )
    if (!unit.flows || dOutputs.every(d => d === null) || !wanted.includes(true)) continue
    g.asLayer(gradientLayer(unit.layer), () => {
      const dInputs = unit.backward(dOutputs, at => wanted[at] ?? false)
      unit.inputs.forEach((value, i) => {
        const d = dInputs[i]
        if (!value || !d || !wanted[i]) return
        checkGradient(unit, value, d)
        arrive(value, d)
      })
    })
  }
  return found
}

/** Every unit the seeds depend on, inputs first. */
function orderUnits(g: Operations, tape: Tape, from: readonly Value[]): readonly Unit[] {
  const seen = new Set<object>()
  const ordered: Unit[] = []
  // Depth first with a stack of its own: graphs are deeper than JavaScript's
  const stack: { unit: Unit; next: number }[] = []
  const visit = (value: Value) => {
    const block = tape.handDerivedBlockOf?.(value)
    const node = tape.producerOf(block ? block.outputs[0] : value)
    const key = block ? block.outputs[0] : node
    if (!node || !key || seen.has(key)) return
    seen.add(key)
    const unit = block
      ? blockUnit(block, node.layer)
      : { ...nodeUnit(g, tape, node), skips: (at: number) => tape.skips?.(node, at) ?? false }
    stack.push({ unit, next: 0 })
  }
  for (const value of from) {
    visit(value)
    while (stack.length > 0) {
      const top = stack[stack.length - 1]
      if (top.next === top.unit.inputs.length) {
        ordered.push(top.unit)
        stack.pop()
        continue
      }
      const input = top.unit.inputs[top.next++]
      if (input) visit(input)
    }
  }
  return ordered
}

function blockUnit(block: DifferentiableBlock, layer: string): Unit {
  return {
    inputs: block.inputs,
    outputs: block.outputs,
    flows: true,
    layer,
    label: `the hand-derived block in layer '${layer}'`,
    backward: dOutputs => block.backward(dOutputs),
  }
}

function nodeUnit<K extends OpKind>(g: Operations, tape: Tape, node: NodeOf<K>): Unit {
  const { kind, attributes, body, inputs, outputs, layer } = node
  const { gradient }: Operator<K> = OPERATORS[kind]
  const captures = body ? capturesOf(body) : []
  const label = nodeLabel(node)
  const refuse = (because: string): never => {
    throw new GraphError('graph/gradient', label, 'an operator that can be differentiated', because)
  }
  const isRefused = typeof gradient !== 'function' && gradient.none === 'refused'
  return {
    inputs: [...inputs, ...captures],
    outputs,
    flows: typeof gradient === 'function' || isRefused,
    layer,
    label,
    ...(isRefused && { refuse: () => refuse(gradient.because) }),
    backward: (dOutputs, wants) => {
      if (typeof gradient !== 'function') return refuse(gradient.because)
      const inside = (value: Value) => tape.inside(value)
      const seen = inputs.map(value => value && inside(value))
      return gradient({
        g,
        attributes: readAttributes(kind, attributes),
        inputs: seen as readonly Value[],
        optional: at => seen[at] ?? null,
        outputs: outputs.map(inside),
        body,
        dY: dOutputs[0] as Value,
        dOutputs,
        wants,
        inside,
        backpropagate,
      })
    },
  }
}

function gradientLayer(layer: string): string {
  if (layer.endsWith('/gradient') || layer === 'gradient') return layer
  return layer ? `${layer}/gradient` : 'gradient'
}

function checkGradient(unit: Unit, value: Value, d: Value): void {
  const fits = d.type === value.type && d.shape.length === value.shape.length
  if (!fits || !d.shape.every((dim, i) => agree(dim, value.shape[i])))
    throw new GraphError('graph/gradient', unit.label, `a gradient of ${describe(value)}`, describe(d))
}

/** A value that the loss depends on only through the inside of a hand-derived block has no gradient to give. */
function checkNotHidden(g: GraphBuilder, loss: Value, value: Value): void {
  const nodeInputs = (output: Value) => {
    const node = g.producerOf(output)
    return node ? [...node.inputs, ...(node.body ? capturesOf(node.body) : [])] : []
  }
  const unitInputs = (output: Value) => g.handDerivedBlockOf(output)?.inputs ?? nodeInputs(output)
  if (reaches(loss, value, nodeInputs) && !reaches(loss, value, unitInputs))
    throw new GraphError(
      'graph/gradient',
      'gradients',
      'values that a hand-derived block names among its inputs',
      `${describe(value)}, which is used inside one`,
    )
}

function reaches(from: Value, to: Value, inputsOf: (output: Value) => readonly (Value | null)[]): boolean {
  const seen = new Set<Value>()
  const open = [from]
  for (let next = open.pop(); next; next = open.pop()) {
    if (next === to) return true
    if (seen.has(next)) continue
    seen.add(next)
    for (const input of inputsOf(next)) if (input) open.push(input)
  }
  return false
}

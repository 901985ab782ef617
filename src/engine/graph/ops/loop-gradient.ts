/**
 * The gradient of a loop, derived from its body: a second `Scan` that walks the steps backwards. It carries the
 * gradient with respect to the states and adds up those of captured values (large weights get theirs after the loop,
 * from one product over all steps). What it needs of the forward steps (the
 * states before each step, intermediate values) comes from a copy of the forward loop that emits them as further
 * outputs; the graph's clean-up merges the copy with the loop itself, so that nothing is computed twice.
 */
import { multiplyDims } from '../dim.js'
import { zerosLike } from '../gradient-rules.js'
import type { Operations } from '../operations.js'
import type { GradientCall, GradientRule, Tape } from '../operator.js'
import { copyBody } from '../passes/copy.js'
import { scanDirections, scanParts } from '../scan.js'
import { isFloat } from '../tensor.js'
import { type Block, capturesOf, type Node, type Value } from '../value.js'

/** Weights of at least this many cells get their gradient from one product over all steps, after the loop. */
const LARGE_WEIGHT = 1024

/** A captured weight times what a step makes. */
interface WeightProduct {
  readonly node: Node
  readonly weight: Value
  readonly weightAt: 0 | 1
  readonly operand: Value
}

/**
 * The products a large weight is used in, where it is used in nothing else: adding up its gradient step by step would
 * touch all of it at every step.
 */
function weightProducts(weight: Value, body: Block): readonly WeightProduct[] | undefined {
  const size = multiplyDims(...weight.shape)
  if (typeof size !== 'number' || size < LARGE_WEIGHT || body.outputs.includes(weight)) return undefined
  const products: WeightProduct[] = []
  for (const node of body.nodes) {
    if (node.body && capturesOf(node.body).includes(weight)) return undefined
    if (!node.inputs.includes(weight)) continue
    const [a, b] = node.inputs
    const operand = a === weight ? b : a
    if ((node.kind !== 'MatMul' && node.kind !== 'FusedMatMul') || !operand || operand === weight)
      return undefined
    if (operand.scope !== body.scope || operand.shape.length < 2 || weight.shape.length < 2) return undefined
    if (operand.shape.length < weight.shape.length) return undefined
    products.push({ node, weight, weightAt: a === weight ? 0 : 1, operand })
  }
  return products
}

const flip = (direction: number) => 1 - direction

export const scanGradient: GradientRule<'Scan'> = call => {
  const { g, body: source } = call
  if (!source) return []
  const captures = capturesOf(source)
  const outside = captures.map(value => call.inside(value))
  const moved = outside.some((value, i) => value !== captures[i])
  const body = moved ? copyBody(g, source, new Map(captures.map((value, i) => [value, outside[i]]))) : source
  return new ScanBackward(call, body, outside).build()
}

class ScanBackward {
  private readonly g: Operations
  private readonly b: Operations
  private readonly count: number
  private readonly readDirections: readonly number[]
  private readonly writeDirections: readonly number[]
  private readonly madeBy = new Map<Value, Node>()
  /** Forward value → the slice of it that the backward body reads. */
  private readonly seen = new Map<Value, Value>()
  /** Sequences the backward loop reads: taken from outside, or saved by the forward loop. */
  private readonly reads: { slice: Value; from: Value | { saved: number }; direction: number }[] = []
  private readonly saved: Value[] = []

  constructor(
    private readonly call: GradientCall<'Scan'>,
    private readonly body: Block,
    private readonly captures: readonly Value[],
  ) {
    const { g, inputs, attributes } = call
    this.g = g
    this.b = g.child()
    this.count = attributes.num_scan_inputs
    const { read, written } = scanDirections(attributes, body.outputs.length - (inputs.length - this.count))
    this.readDirections = read
    this.writeDirections = written
    for (const made of body.nodes) for (const output of made.outputs) this.madeBy.set(output, made)
  }

  build(): readonly (Value | null)[] {
    const { call, g, b, body } = this
    const { states, sequences } = scanParts(call.inputs, this.count)
    const inner = scanParts(body.inputs, this.count)
    const nextStates = body.outputs.slice(0, states.length)
    const emitted = body.outputs.slice(states.length)

    const carried = states.flatMap((state, i) => (isFloat(state.type) ? [i] : []))
    const dStates = carried.map(i => b.bodyInput(states[i].type, inner.states[i].shape))
    const seeds: [Value, Value][] = carried.map((i, at) => [nextStates[i], dStates[at]])
    emitted.forEach((value, k) => {
      const dY = call.dOutputs[states.length + k]
      if (dY) seeds.push([value, this.read(dY, flip(this.writeDirections[k]))])
    })
    const wantedSlices = sequences.flatMap((_, j) =>
      call.wants(states.length + j) && isFloat(sequences[j].type) ? [j] : [],
    )
    const wantedCaptures = this.captures.filter(
      (value, c) => isFloat(value.type) && call.wants(call.inputs.length + c),
    )
    const products = wantedCaptures.flatMap(value => weightProducts(value, body) ?? [])
    const tape: Tape = {
      producerOf: value => this.madeBy.get(value),
      inside: value => this.inside(value),
      skips: (made, at) => products.some(product => product.node === made && product.weightAt === at),
    }
    const found = call.backpropagate(b, tape, seeds, [
      ...carried.map(i => inner.states[i]),
      ...wantedSlices.map(j => inner.sequences[j]),
      ...wantedCaptures,
    ])
    const nextD = carried.map(i => found.get(inner.states[i]) ?? zerosLike(b, this.inside(inner.states[i])))
    const summed = wantedCaptures.filter(value => found.has(value))
    const totals = summed.map(value => b.bodyInput(value.type, value.shape))
    const nextTotals = summed.map((value, c) => b.add(totals[c], found.get(value) ?? totals[c]))
    const dSlices = wantedSlices.map(
      j => found.get(inner.sequences[j]) ?? zerosLike(b, this.inside(inner.sequences[j])),
    )
    const outside = products.filter(({ node }) => found.has(node.outputs[0]))
    const dProducts = outside.map(({ node }) => found.get(node.outputs[0]) as Value)
    for (const { operand } of outside) this.save(operand)

    if (this.reads.length === 0) this.read(sequences[0], 0)
    const savedFrom = this.saveForward()
    const initial = [
      ...carried.map(i => call.dOutputs[i] ?? zerosLike(g, states[i])),
      ...summed.map(value => zerosLike(g, value)),
    ]
    const made = g.op(
      'Scan',
      [...initial, ...this.reads.map(({ from }) => ('saved' in from ? savedFrom[from.saved] : from))],
      {
        num_scan_inputs: this.reads.length,
        scan_input_directions: this.reads.map(({ direction }) => direction),
        scan_output_directions: [
          ...wantedSlices.map(j => flip(this.readDirections[j])),
          // In the order of the forward steps, as what was saved of them
          ...outside.map(() => 1),
        ],
      },
      b.close(
        [...dStates, ...totals, ...this.reads.map(({ slice }) => slice)],
        [...nextD, ...nextTotals, ...dSlices, ...dProducts],
      ),
    )
    const result = new Array<Value | null>(call.inputs.length + this.captures.length).fill(null)
    const add = (at: number, d: Value) => {
      const before = result[at]
      result[at] = before ? g.add(before, d) : d
    }
    const captureAt = (value: Value) => call.inputs.length + this.captures.indexOf(value)
    let next = 0
    for (const i of carried) add(i, made[next++])
    for (const value of summed) add(captureAt(value), made[next++])
    for (const j of wantedSlices) add(states.length + j, made[next++])
    for (const product of outside) {
      const operand = savedFrom[this.saved.indexOf(product.operand)]
      add(captureAt(product.weight), this.allSteps(product, operand, made[next++]))
    }
    return result
  }

  /** The gradient of a weight from all steps at once: what one product of all of them would give. */
  private allSteps({ node, weight, weightAt }: WeightProduct, operand: Value, dY: Value): Value {
    const { g, call } = this
    const inputs = weightAt === 0 ? [weight, operand] : [operand, weight]
    const [stacked] = g.op(node.kind, inputs, node.attributes)
    const tape: Tape = {
      producerOf: value => (value === stacked ? g.producerOf(value) : undefined),
      inside: value => value,
    }
    return call.backpropagate(g, tape, [[stacked, dY]], [weight]).get(weight) ?? zerosLike(g, weight)
  }

  private read(from: Value | { saved: number }, direction: number, like?: Value): Value {
    const slice = like ?? ('saved' in from ? this.saved[from.saved] : undefined)
    const type = slice ? slice.type : (from as Value).type
    const shape = slice ? slice.shape : (from as Value).shape.slice(1)
    const input = this.b.bodyInput(type, shape)
    this.reads.push({ slice: input, from, direction })
    return input
  }

  /** A forward value as the backward body sees it. */
  private inside(value: Value): Value {
    const known = this.seen.get(value)
    if (known) return known
    const found = this.find(value)
    this.seen.set(value, found)
    return found
  }

  private find(value: Value): Value {
    const { body, call } = this
    const made = this.madeBy.get(value)
    const at = body.inputs.indexOf(value)
    if (!made && at < 0) return value
    const states = body.inputs.length - this.count
    if (at >= states) return this.read(call.inputs[at], flip(this.readDirections[at - states]), value)
    if (made && this.isInvariant(made)) {
      const again = this.b.op(
        made.kind,
        made.inputs.map(input => input && this.inside(input)),
        made.attributes,
      )
      return again[made.outputs.indexOf(value)]
    }
    const emitted = body.outputs.indexOf(value, states)
    if (emitted >= 0)
      return this.read(call.outputs[emitted], flip(this.writeDirections[emitted - states]), value)
    return this.read({ saved: this.save(value) }, 1)
  }

  /** Has the forward loop emit a value at every step. @returns its place among the saved ones */
  private save(value: Value): number {
    const known = this.saved.indexOf(value)
    return known >= 0 ? known : this.saved.push(value) - 1
  }

  /** Whether a node makes the same at every step: it is made again rather than saved at each. */
  private isInvariant(node: Node): boolean {
    if (node.body) return false
    return node.inputs.every(input => {
      if (!input) return true
      if (this.body.inputs.includes(input)) return false
      const made = this.madeBy.get(input)
      return !made || this.isInvariant(made)
    })
  }

  /** The forward loop once more, with the saved values as further outputs. */
  private saveForward(): readonly Value[] {
    const { call, body, saved, g } = this
    if (saved.length === 0) return []
    const made = g.op(
      'Scan',
      call.inputs,
      {
        num_scan_inputs: this.count,
        scan_input_directions: this.readDirections,
        scan_output_directions: [...this.writeDirections, ...saved.map(() => 0)],
      },
      { ...body, outputs: [...body.outputs, ...saved] },
    )
    return made.slice(body.outputs.length)
  }
}

import type { GraphBuilder } from './builder.js'
import type { Value } from './value.js'

export interface ScanLoop {
  /** States before the first step; a step must keep their types and shapes. */
  readonly states: readonly Value[]
  /** Values read along axis 0, at least one; `reverse` starts at the end. */
  readonly sequences: readonly { readonly value: Value; readonly reverse?: boolean }[]
  /** A layer name for the loop's nodes. */
  readonly name?: string
}

export interface ScanStep {
  readonly states: readonly Value[]
  /** What a step emits; `reverse` stacks the steps from last to first. */
  readonly outputs: readonly (Value | { readonly value: Value; readonly reverse: boolean })[]
}

export interface ScanResult {
  /** States after the last step. */
  readonly states: readonly Value[]
  /** `[steps, …]` each. */
  readonly outputs: readonly Value[]
}

type Build = (body: GraphBuilder, states: readonly Value[], slices: readonly Value[]) => ScanStep

export function recordScan(g: GraphBuilder, loop: ScanLoop, build: Build): ScanResult {
  if (loop.name !== undefined) {
    const { name, ...rest } = loop
    return g.inLayer(name, () => recordScan(g, rest, build))
  }
  const body = g.child()
  const states = loop.states.map(({ type, shape }) => body.bodyInput(type, shape))
  const slices = loop.sequences.map(({ value }) => body.bodyInput(value.type, value.shape.slice(1)))
  const step = build(body, states, slices)
  const outputs = step.outputs.map(output => ('value' in output ? output : { value: output, reverse: false }))
  const made = g.op(
    'Scan',
    [...loop.states, ...loop.sequences.map(({ value }) => value)],
    {
      num_scan_inputs: loop.sequences.length,
      scan_input_directions: loop.sequences.map(({ reverse }) => Number(reverse ?? false)),
      scan_output_directions: outputs.map(({ reverse }) => Number(reverse)),
    },
    body.close([...states, ...slices], [...step.states, ...outputs.map(({ value }) => value)]),
  )
  return { states: made.slice(0, states.length), outputs: made.slice(states.length) }
}

import type { NodeOf, Value } from './value.js'

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

/** Splits a Scan's inputs, or those of its body, into states and sequences. */
export function scanParts<T>(
  inputs: readonly T[],
  sequences: number,
): { states: readonly T[]; sequences: readonly T[] } {
  const states = inputs.length - sequences
  return { states: inputs.slice(0, states), sequences: inputs.slice(states) }
}

/** The direction of every sequence that is read and of every output that is written: 0 forwards, 1 backwards. */
export function scanDirections(
  {
    num_scan_inputs: count,
    scan_input_directions: read,
    scan_output_directions: written,
  }: NodeOf<'Scan'>['attributes'],
  outputs: number,
): { read: readonly number[]; written: readonly number[] } {
  const forwards = (length: number) => new Array<number>(length).fill(0)
  return { read: read ?? forwards(count), written: written ?? forwards(outputs) }
}

/** Where each number of a store is: parameters with all that belongs to them, laid out in one memory or several. */
import { InputError } from '../../base/errors.js'
import { sizeOf } from '../graph/tensor.js'
import type { DenseRange, Parameter, ParameterSpec, Slot } from './parameter.js'
import { createKernels, type Kernels } from './wasm-kernels.js'

const PAGE = 65536
const ALIGNMENT = 64
/** The most that a WebAssembly memory has. */
export const MOST_BYTES = 65536 * PAGE
/** The least space for gradients that kernels copy in from elsewhere. */
const SCRATCH_FLOATS = 65536
/** Of a row-sparse table's own working space. */
const ROW_SPACE_FLOATS = 8192

/** One memory of a store. */
export class StoreMemory {
  private made: Kernels | undefined

  constructor(
    readonly memory: WebAssembly.Memory,
    /** Working space for kernels, at least one row of the widest table; not kept between calls. */
    readonly scratch: Float32Array,
    private readonly rowSpaces: ReadonlyMap<string, Float32Array>,
  ) {}

  /** Working space of an optimizer for a row-sparse table, which is kept between calls. */
  rowSpace(table: string): Float32Array {
    const space = this.rowSpaces.get(table)
    if (!space) throw new RangeError(`"${table}" is not a table that is trained in this memory`)
    return space
  }

  /** The kernels that work on it. */
  get kernels(): Kernels {
    this.made ??= createKernels(this.memory)
    return this.made
  }
}

type Views = Pick<Parameter, 'value' | 'slots'>

export interface StoreLayout {
  readonly memories: readonly StoreMemory[]
  /** Of each parameter. */
  readonly views: readonly Views[]
  readonly dense: readonly DenseRange[]
}

/**
 * @param most bytes of one memory
 * @throws InputError `model/too-large` for a parameter that does not fit in one, or for more than the machine has
 */
export function layOut(specs: readonly ParameterSpec[], slots: readonly Slot[], most: number): StoreLayout {
  const scratchFloats = scratchOf(specs)
  const views: Views[] = new Array(specs.length)
  const memories: StoreMemory[] = []
  const dense: DenseRange[] = []
  for (const members of partsOf(specs, slots, most)) {
    const layout = new Layout()
    const own = members.map(i => specs[i])
    const { places, ranges } = place(own, slots, layout)
    const scratch = layout.take(scratchFloats)
    const spaces = own
      .filter(spec => hasRowSpace(spec, slots))
      .map(({ name }) => [name, layout.take(ROW_SPACE_FLOATS)] as const)
    const memory = allocate(layout.bytes, specs)
    const rowSpaces = new Map(spaces.map(([name, space]) => [name, space(memory)]))
    memories.push(new StoreMemory(memory, scratch(memory), rowSpaces))
    members.forEach((i, at) => {
      views[i] = viewsOf(places[at], memory)
    })
    for (const [group, range] of ranges) dense.push(Object.freeze({ group, ...viewsOf(range, memory) }))
  }
  return { memories, views, dense: Object.freeze(dense) }
}

function padded(floats: number): number {
  return Math.ceil((floats * 4) / ALIGNMENT) * ALIGNMENT
}

function scratchOf(specs: readonly ParameterSpec[]): number {
  const widest = specs.map(({ shape, sparseRows }) => (sparseRows ? shape[1] : 0))
  return Math.max(SCRATCH_FLOATS, ...widest)
}

/**
 * The parameters of each memory, by their places: as many as it has room for, those of a group next to one another.
 * @throws InputError `model/too-large` for a parameter that does not fit in one
 */
export function partsOf(
  specs: readonly ParameterSpec[],
  slots: readonly Slot[],
  most: number,
): readonly (readonly number[])[] {
  const room = most - ALIGNMENT - padded(scratchOf(specs))
  const bytes = specs.map(
    spec =>
      padded(sizeOf(spec.shape)) * (1 + slotsOf(spec, slots).length) +
      (hasRowSpace(spec, slots) ? padded(ROW_SPACE_FLOATS) : 0),
  )
  const whole = bytes.reduce((sum, own) => sum + own, 0)
  const largest = bytes.indexOf(Math.max(0, ...bytes))
  if (bytes[largest] > room) throw tooLarge(specs, `${gibibytes(bytes[largest])} for one of them`)
  const all = specs.map((_, i) => i)
  if (whole <= room) return [all]
  const groups = [...new Set(specs.map(groupOf))]
  const ordered = groups.flatMap(group => all.filter(i => groupOf(specs[i]) === group))
  const parts: number[][] = [[]]
  let used = 0
  for (const i of ordered) {
    if (used + bytes[i] > room) {
      parts.push([])
      used = 0
    }
    used += bytes[i]
    parts[parts.length - 1].push(i)
  }
  // In their own order within a memory.
  return parts.map(part => part.sort((a, b) => a - b))
}

/** A place in a memory, which is allocated once all places are known. */
type Place = (memory: WebAssembly.Memory) => Float32Array

class Layout {
  bytes = ALIGNMENT

  take(floats: number): Place {
    const at = this.bytes
    this.bytes += padded(floats)
    return ({ buffer }) => new Float32Array(buffer, at, floats)
  }

  /** All that was taken since, with its padding, as one place. */
  since(start: number): Place {
    const floats = (this.bytes - start) / 4
    return ({ buffer }) => new Float32Array(buffer, start, floats)
  }
}

/** Of a parameter, or of a group's dense parameters together. */
type Places = Partial<Record<'value' | Slot, Place>>

function isDense({ sparseRows, trainable = true }: ParameterSpec): boolean {
  return !sparseRows && trainable
}

function hasRowSpace({ sparseRows, trainable = true }: ParameterSpec, slots: readonly Slot[]): boolean {
  return sparseRows === true && trainable && slots.length > 0
}

function groupOf(spec: ParameterSpec): string {
  return isDense(spec) ? `dense ${spec.group ?? 'default'}` : ''
}

/** The slots that a parameter has: a table has no gradient of its own, and what is fixed has none at all. */
function slotsOf(spec: ParameterSpec, slots: readonly Slot[]): readonly Slot[] {
  if (spec.trainable === false) return []
  return isDense(spec) ? slots : slots.filter(slot => slot !== 'gradient' && slot !== 'accumulated')
}

function place(specs: readonly ParameterSpec[], slots: readonly Slot[], layout: Layout) {
  const places: Places[] = specs.map(() => ({}))
  const ranges = new Map<string, Places>()
  for (const { group = 'default' } of specs.filter(isDense)) ranges.set(group, {})
  for (const [group, range] of ranges)
    for (const part of ['value', ...slots] as const) {
      const start = layout.bytes
      specs.forEach((spec, i) => {
        if (isDense(spec) && (spec.group ?? 'default') === group)
          places[i][part] = layout.take(sizeOf(spec.shape))
      })
      range[part] = layout.since(start)
    }
  specs.forEach((spec, i) => {
    if (isDense(spec)) return
    places[i].value = layout.take(sizeOf(spec.shape))
    for (const slot of slotsOf(spec, slots)) places[i][slot] = layout.take(sizeOf(spec.shape))
  })
  return { places, ranges }
}

function viewsOf({ value, ...slots }: Places, memory: WebAssembly.Memory): Views {
  if (!value) throw new Error('a parameter without a place')
  const views = Object.entries(slots).map(([slot, own]) => [slot, own(memory)])
  return { value: value(memory), slots: Object.freeze(Object.fromEntries(views)) }
}

function allocate(bytes: number, specs: readonly ParameterSpec[]): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE)
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages })
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(specs, `no room for ${gibibytes(bytes)} on this machine`)
    throw error
  }
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`
}

function tooLarge(specs: readonly ParameterSpec[], got: string): InputError {
  const [largest] = [...specs].sort((a, b) => sizeOf(b.shape) - sizeOf(a.shape))
  return new InputError('model/too-large', {
    where: 'model',
    expected: 'parameters, gradients and moments that fit in memory, and in 4 GiB for each parameter',
    got: `${got}, the largest of them ${largest.name} (${largest.shape.map(grouped).join(' × ')})`,
    remedy: remedyFor(largest),
  })
}

/** A number with its thousands apart. Making the format takes longer than loading this module: only who needs one waits for it. */
function grouped(size: number): string {
  return new Intl.NumberFormat('en').format(size)
}

/** A table of many rows has too many of them, or they are too long; anything else is too wide. */
function remedyFor({ shape, sparseRows }: ParameterSpec): string {
  if (sparseRows && shape[0] > shape[1])
    return 'use fewer rows (a higher minimum count, for example), shorter rows, or a fixed table'
  return 'make the layer that it belongs to narrower'
}

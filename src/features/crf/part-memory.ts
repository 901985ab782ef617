import { assemble, MEMORY_IMPORT } from '../../engine/optim/wasm-assembler.js'
import { blockBytes, type ChainKernels, chainFunctions } from './chain-kernels.js'
import { type SumKernels, sumFunctions, vectorsOf } from './sum-kernels.js'
import { type CrfData, parameterCount } from './training-data.js'

export type CrfKernels = SumKernels & ChainKernels

const PAGE = 65_536
/** What 32-bit addresses reach. */
const MOST_PAGES = 65_536

/** Where everything of a part is in its memory: addresses in bytes. */
export interface PartLayout extends PartCounts {
  readonly at: Readonly<Record<keyof typeof SIZES, number>>
  readonly bytes: number
}

/** How many there are of everything. */
interface PartCounts {
  readonly tags: number
  readonly parameters: number
  readonly features: number
  readonly sentences: number
  readonly tokens: number
  readonly bundles: number
  readonly ids: number
  readonly offsets: number
  /** Bundles of steps, and their ids. */
  readonly stepBundles: number
  readonly stepIds: number
  /** Tokens of the longest sentence. */
  readonly longest: number
}

const rowBytes = (tags: number) => 16 * vectorsOf(tags)

/** Bytes of what is in a part's memory, one after the other. */
const SIZES = {
  /** float64 for each parameter. */
  weights: ({ parameters }: PartCounts) => 8 * parameters,
  gradient: ({ parameters }: PartCounts) => 8 * parameters,
  /** A row for each bundle: its scores, and the slopes of its scores. */
  scores: ({ bundles, tags }: PartCounts) => bundles * rowBytes(tags),
  slopes: ({ bundles, tags }: PartCounts) => bundles * rowBytes(tags),
  /** As `CrfData` has them, but all numbered from the part's beginning. int32. */
  bundles: ({ bundles }: PartCounts) => 4 * (bundles + 1),
  ids: ({ ids }: PartCounts) => 4 * ids,
  first: ({ features }: PartCounts) => 4 * (features + 1),
  tagBytes: ({ parameters }: PartCounts) => 4 * parameters,
  tokens: ({ tokens }: PartCounts) => 4 * (tokens + 1),
  /** The rows of the bundles of tokens, as bytes from the first bundle's. */
  offsets: ({ offsets }: PartCounts) => 4 * offsets,
  sentences: ({ sentences }: PartCounts) => 4 * (sentences + 1),
  gold: ({ tokens }: PartCounts) => 4 * tokens,
  /** float64 for each sentence: how often it counts. */
  often: ({ sentences }: PartCounts) => 8 * sentences,
  /** uint32 for each token: the address of its step's block. */
  steps: ({ tokens }: PartCounts) => 4 * tokens,
  /** The block that sentences begin with, that of steps without features, and one for each bundle of steps. */
  blocks: ({ tags, stepBundles }: PartCounts) => (2 + stepBundles) * blockBytes(tags),
  /** The features of each bundle of steps, as `bundles` and `ids`. */
  stepBundles: ({ stepBundles }: PartCounts) => 4 * (stepBundles + 1),
  stepIds: ({ stepIds }: PartCounts) => 4 * stepIds,
  /** Of one sentence at a time. */
  emissions: ({ longest, tags }: PartCounts) => longest * rowBytes(tags),
  factors: ({ longest, tags }: PartCounts) => longest * rowBytes(tags),
  alpha: ({ longest, tags }: PartCounts) => (longest + 1) * rowBytes(tags),
  tops: ({ longest }: PartCounts) => 8 * longest,
  sums: ({ longest }: PartCounts) => 8 * longest,
  beta: ({ tags }: PartCounts) => 2 * rowBytes(tags),
} as const

/** A part of the training data in a memory of its own, on which kernels work. */
export interface PartMemory {
  readonly memory: WebAssembly.Memory
  readonly layout: PartLayout
}

/**
 * Copies a part of the data into a new memory.
 * @param isShared whether several threads are to use it
 * @throws RangeError if it takes more than 4 GiB, or more than there is
 */
export function createPartMemory(data: CrfData, part: number, isShared: boolean): PartMemory {
  const { tags, features, tagOf, sentences, parts, tokens, partBundles, bundles } = data
  const [firstSentence, lastSentence] = [parts[part], parts[part + 1]]
  const [firstToken, lastToken] = [sentences[firstSentence], sentences[lastSentence]]
  const [firstBundle, lastBundle] = [partBundles[part], partBundles[part + 1]]
  let longest = 0
  for (let s = firstSentence; s < lastSentence; s++)
    longest = Math.max(longest, sentences[s + 1] - sentences[s])
  const steps = stepsOf(data, firstToken, lastToken)
  const stepIds = steps.bundles.reduce((sum, b) => sum + bundles[b + 1] - bundles[b], 0)
  const counts: PartCounts = {
    tags,
    features,
    parameters: parameterCount(data),
    sentences: lastSentence - firstSentence,
    tokens: lastToken - firstToken,
    bundles: lastBundle - firstBundle,
    ids: bundles[lastBundle] - bundles[firstBundle] - stepIds,
    stepBundles: steps.bundles.length,
    stepIds,
    offsets: tokens[lastToken] - tokens[firstToken],
    longest,
  }
  const { at, bytes } = placed(counts)
  const pages = Math.ceil(bytes / PAGE)
  if (pages > MOST_PAGES) throw new RangeError(`a part of ${bytes} bytes`)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: isShared })
  const layout = { ...counts, at, bytes }
  const { buffer } = memory
  const ints = (address: number, length: number) => new Int32Array(buffer, address, length)
  const copy = (address: number, from: Int32Array, start: number, end: number, minus: number) => {
    const own = ints(address, end - start)
    for (let i = start; i < end; i++) own[i - start] = from[i] - minus
  }
  const isOfStep = (bundle: number) => steps.blocks.has(bundle)
  const others = Array.from({ length: counts.bundles }, (_, i) => firstBundle + i)
  copyLists(data, others, isOfStep, ints(at.bundles, counts.bundles + 1), ints(at.ids, counts.ids))
  const stepEnds = ints(at.stepBundles, counts.stepBundles + 1)
  copyLists(data, steps.bundles, () => false, stepEnds, ints(at.stepIds, stepIds))
  copy(at.first, data.first, 0, features + 1, 0)
  const tagBytes = ints(at.tagBytes, tagOf.length)
  for (let p = 0; p < tagOf.length; p++) tagBytes[p] = 8 * tagOf[p]
  copy(at.tokens, tokens, firstToken, lastToken + 1, tokens[firstToken])
  const offsets = ints(at.offsets, counts.offsets)
  const row = rowBytes(tags)
  for (let i = 0; i < counts.offsets; i++)
    offsets[i] = (data.bundlesOf[tokens[firstToken] + i] - firstBundle) * row
  copy(at.sentences, sentences, firstSentence, lastSentence + 1, firstToken)
  copy(at.gold, data.gold, firstToken, lastToken, 0)
  new Float64Array(buffer, at.often, counts.sentences).set(data.weights.subarray(firstSentence, lastSentence))
  const blockOf = ints(at.steps, counts.tokens)
  for (let t = 0; t < counts.tokens; t++)
    blockOf[t] = at.blocks + (steps.blocks.get(data.stepBundles[firstToken + t]) ?? 1) * blockBytes(tags)
  for (let s = firstSentence; s < lastSentence; s++)
    if (sentences[s + 1] > sentences[s]) blockOf[sentences[s] - firstToken] = at.blocks
  // A sentence's first step leads to every tag, from the one row before it that is all in one place.
  const begin = new Float64Array(buffer, at.blocks, row / 8).fill(1)
  new Float64Array(buffer, at.alpha, begin.length)[0] = 1
  return { memory, layout }
}

/** The bundles of the steps into some tokens, and the number of each one's block: behind the two that there always are. */
function stepsOf({ stepBundles }: CrfData, firstToken: number, lastToken: number) {
  const blocks = new Map<number, number>()
  for (const bundle of stepBundles.subarray(firstToken, lastToken))
    if (bundle >= 0 && !blocks.has(bundle)) blocks.set(bundle, 2 + blocks.size)
  return { blocks, bundles: [...blocks.keys()] }
}

/** Writes the features of bundles, one after the other; none for those that are left out. */
function copyLists(
  { bundles, ids }: CrfData,
  which: readonly number[],
  isLeftOut: (bundle: number) => boolean,
  ends: Int32Array,
  list: Int32Array,
): void {
  let count = 0
  which.forEach((bundle, i) => {
    if (!isLeftOut(bundle))
      for (let at = bundles[bundle]; at < bundles[bundle + 1]; at++) list[count++] = ids[at]
    ends[i + 1] = count
  })
}

function placed(counts: PartCounts) {
  let bytes = 0
  const at: Partial<Record<keyof typeof SIZES, number>> = {}
  for (const name of Object.keys(SIZES) as (keyof typeof SIZES)[]) {
    at[name] = bytes
    bytes += 16 * Math.ceil(SIZES[name](counts) / 16)
  }
  return { at: at as Record<keyof typeof SIZES, number>, bytes }
}

/** The kernels' code for a number of tags: compiled once for each kind of memory. */
export function crfModule(tags: number, isShared: boolean): WebAssembly.Module {
  const functions = [...sumFunctions(tags), ...chainFunctions(tags)]
  return new WebAssembly.Module(assemble(functions, isShared ? MOST_PAGES : undefined))
}

export function crfKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): CrfKernels {
  const imports = { [MEMORY_IMPORT.module]: { [MEMORY_IMPORT.name]: memory } }
  return new WebAssembly.Instance(module, imports).exports as unknown as CrfKernels
}

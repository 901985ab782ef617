import { InputError } from '../base/errors.js'
import { option, say } from '../base/fault.js'
import { Random } from '../base/random.js'
import { fillSigmoid, SIGMOID_FLOATS, sampledModule } from '../engine/optim/sampled-kernels.js'
import { fillAlias, fillKept } from './draw.js'
import type { VectorSettings } from './settings.js'

const PAGE = 65536
/** What WebAssembly can address. */
const MOST_BYTES = 65536 * PAGE

/** Which rows of the table of inputs a word is the mean of: `rows[starts[w]] … rows[starts[w + 1] − 1]`. */
export interface WordRows {
  /** `[words + 1]` */
  readonly starts: Int32Array
  readonly rows: Int32Array
  /** Rows of the table: the words' own, and after them those of their runs of characters. */
  readonly count: number
}

/** Everything that threads share, as it is sent to them. */
export interface VectorMemory {
  readonly memory: WebAssembly.Memory
  readonly module: WebAssembly.Module
  readonly settings: VectorSettings
  readonly words: number
  /** Floats of a row: `dim`, filled up with zeros to a multiple of 4. */
  readonly stride: number
  /** Addresses in bytes. */
  readonly inputs: number
  readonly outputs: number
  readonly scratch: number
  /** Bytes that each thread has for itself. */
  readonly scratchBytes: number
  /** Of the negative words: how often each stands for itself, and for what otherwise. */
  readonly share: Float32Array
  readonly alias: Int32Array
  readonly kept: Float32Array
  readonly subwords: WordRows | null
  /** By thread: tokens that it has read. */
  readonly done: Float64Array
}

const shared = <T>(make: (buffer: SharedArrayBuffer) => T, bytes: number): T =>
  make(new SharedArrayBuffer(bytes))
const padded = (bytes: number) => Math.ceil(bytes / 64) * 64

/**
 * The tables, with random inputs in ±1 / dim and outputs of 0, as gensim starts.
 *
 * @param counts how often each word occurs; `[words]`
 * @throws InputError `vectors/size` where the tables are larger than WebAssembly can address
 */
export function createVectorMemory(
  settings: VectorSettings,
  counts: Float64Array,
  subwords: WordRows | null,
): VectorMemory {
  const { dim, negative, window, threads, seed } = settings
  const words = counts.length
  const stride = 4 * Math.ceil(dim / 4)
  const inputRows = subwords?.count ?? words
  let mostRows = 1
  if (subwords)
    for (let w = 0; w < words; w++) mostRows = Math.max(mostRows, subwords.starts[w + 1] - subwords.starts[w])
  // A list of targets, a list of inputs, a mean and a change.
  const lists = 4 * (negative + 1) + 4 * mostRows * (settings.method === 'cbow' ? 2 * window : 1)
  const scratchBytes = padded(lists) + 2 * padded(4 * stride)
  const scratch = padded(4 * SIGMOID_FLOATS)
  const inputs = scratch + threads * scratchBytes
  const outputs = inputs + padded(4 * stride * inputRows)
  const bytes = outputs + padded(4 * stride * words)
  if (bytes > MOST_BYTES)
    throw new InputError('vectors/size', {
      where: 'the vectors',
      expected: 'at most 4 GiB of them while they are trained',
      got: `${words} words and ${inputRows - words} runs of characters of ${dim} numbers`,
      remedy: say`raise ${option('minCount')}, or lower ${option('dim')}`,
    })
  const pages = Math.ceil(bytes / PAGE)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  fillSigmoid(new Float32Array(memory.buffer, 0, SIGMOID_FLOATS))
  const random = Random.fromSeed(seed)
  const values = new Float32Array(memory.buffer, inputs, stride * inputRows)
  for (let row = 0; row < inputRows; row++)
    for (let d = 0; d < dim; d++) values[row * stride + d] = (2 * random.float() - 1) / dim
  const share = shared(buffer => new Float32Array(buffer), 4 * words)
  const alias = shared(buffer => new Int32Array(buffer), 4 * words)
  const kept = shared(buffer => new Float32Array(buffer), 4 * words)
  fillAlias(
    Float64Array.from(counts, count => count ** settings.negativePower),
    share,
    alias,
  )
  fillKept(counts, settings.sample, kept)
  const module = sampledModule({ stride, targets: negative + 1, sigmoid: 0, pages })
  const done = shared(buffer => new Float64Array(buffer), 8 * threads)
  return {
    ...{ memory, module, settings, words, stride, inputs, outputs, scratch, scratchBytes },
    ...{ share, alias, kept, subwords, done },
  }
}

/** Whether a machine can train at all: its WebAssembly has memory that threads share. */
export function inputMatrix({ memory, inputs, stride, words, subwords }: VectorMemory): Float32Array {
  return new Float32Array(memory.buffer, inputs, stride * (subwords?.count ?? words))
}

/** Where things are in a thread's own memory. */
export function scratchOf({ scratch, scratchBytes, settings, stride }: VectorMemory, thread: number) {
  const start = scratch + thread * scratchBytes
  const end = start + scratchBytes
  return {
    targets: start,
    list: start + 4 * (settings.negative + 1),
    mean: end - 2 * padded(4 * stride),
    change: end - padded(4 * stride),
  }
}

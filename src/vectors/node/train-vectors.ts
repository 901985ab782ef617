import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { startWorker } from '../../base/node/start-worker.js'
import { forgetUnfinished, temporarySibling, trackUnfinished } from '../../base/node/temporary.js'
import { type SubwordScheme, subwordBuckets } from '../../encode/subwords.js'
import type { SubwordTable, WordVectors } from '../../encode/word-vectors.js'
import { createVectorMemory, inputMatrix, type VectorMemory, type WordRows } from '../layout.js'
import type { VectorSettings } from '../settings.js'
import { type TokenFile, tokenRanges, writeTokenFile } from './token-file.js'
import type { VectorTask } from './vector-worker.js'

/** How far training is. */
export interface VectorProgress {
  /** Tokens read: of the text, or of all passes over it. */
  readonly tokens: number
  /** Tokens of all passes; absent while the text is read. */
  readonly all?: number
  /** Tokens per second since training began. */
  readonly tokensPerSecond?: number
}

export interface TrainedVectors extends WordVectors {
  /** The words' runs of characters, where they were trained. */
  readonly subwords?: SubwordTable
  /** How often each word occurs, in the order of the rows. */
  readonly counts: Float64Array
  readonly tokens: number
  readonly kept: number
  readonly sentences: number
  /** Of training alone, without reading the text. */
  readonly seconds: number
  /** Seconds of CPU time that training took in all threads. */
  readonly cpuSeconds: number
}

/** Milliseconds between two reports. */
const INTERVAL = 250

/**
 * Trains word vectors on sentences: skip-gram or CBOW with negative sampling (Mikolov et al. 2013), with runs of
 * characters as fastText has them (Bojanowski et al. 2017) or without.
 *
 * The text is read once and kept as numbers in a temporary file, four bytes per token; memory grows with the number of
 * different words alone. Each thread trains on its own part. Several write to the same rows without waiting for each
 * other, so that only one thread gives the same bytes again.
 *
 * @param near where the temporary file goes: beside this path
 * @throws InputError `vectors/text` for text without two frequent words, `vectors/size` for tables above 4 GiB
 */
export async function trainVectors(
  sentences: AsyncIterable<readonly string[]>,
  settings: VectorSettings,
  {
    near,
    onProgress = () => {},
  }: { readonly near: string; readonly onProgress?: (progress: VectorProgress) => void },
): Promise<TrainedVectors> {
  const path = temporarySibling(near)
  trackUnfinished(path)
  try {
    const { minCount } = settings
    const file = await writeTokenFile(path, sentences, {
      minCount,
      onTokens: tokens => onProgress({ tokens }),
    })
    const rows = settings.subwords && wordRows(file.words, settings.subwords)
    const shared = createVectorMemory(settings, file.counts, rows)
    const [started, before] = [performance.now(), process.cpuUsage()]
    await runThreads(file, shared, onProgress)
    const { user, system } = process.cpuUsage(before)
    const [seconds, cpuSeconds] = [(performance.now() - started) / 1000, (user + system) / 1e6]
    const { tokens, kept, sentences: count, counts } = file
    return {
      ...vectorsOf(file.words, shared, rows),
      counts,
      tokens,
      kept,
      sentences: count,
      seconds,
      cpuSeconds,
    }
  } finally {
    rmSync(path, { force: true })
    forgetUnfinished(path)
  }
}

async function runThreads(
  file: TokenFile,
  shared: VectorMemory,
  onProgress: (progress: VectorProgress) => void,
): Promise<void> {
  const { threads, epochs } = shared.settings
  const ranks = new Int32Array(new SharedArrayBuffer(4 * file.ranks.length))
  ranks.set(file.ranks)
  const started = performance.now()
  const script = new URL('./vector-worker.js', import.meta.url)
  const workers = tokenRanges(file, threads).map((range, thread) =>
    startWorker(script, { shared, thread, path: file.path, range, ranks } satisfies VectorTask),
  )
  const timer = setInterval(() => {
    const tokens = shared.done.reduce((sum, own) => sum + own, 0)
    const tokensPerSecond = (1000 * tokens) / (performance.now() - started)
    onProgress({ tokens, all: epochs * file.tokens, tokensPerSecond })
  }, INTERVAL)
  try {
    await Promise.all(workers.map(worker => once(worker, 'exit')))
  } finally {
    clearInterval(timer)
    await Promise.all(workers.map(worker => worker.terminate()))
  }
}

/** Each word's rows: its own, then those of its runs of characters, of which only those that occur have one. */
function wordRows(
  words: readonly string[],
  scheme: SubwordScheme,
): WordRows & { readonly buckets: Int32Array } {
  const starts = new Int32Array(new SharedArrayBuffer(4 * (words.length + 1)))
  const rowOf = new Map<number, number>()
  const rows: number[] = []
  words.forEach((word, w) => {
    rows.push(w)
    for (const bucket of subwordBuckets(word, scheme)) {
      let row = rowOf.get(bucket)
      if (row === undefined) {
        row = words.length + rowOf.size
        rowOf.set(bucket, row)
      }
      rows.push(row)
    }
    starts[w + 1] = rows.length
  })
  const shared = new Int32Array(new SharedArrayBuffer(4 * rows.length))
  shared.set(rows)
  return { starts, rows: shared, count: words.length + rowOf.size, buckets: Int32Array.from(rowOf.keys()) }
}

/** The words' vectors, each the mean of its rows, and those of the runs. */
function vectorsOf(
  words: readonly string[],
  shared: VectorMemory,
  subwords: (WordRows & { readonly buckets: Int32Array }) | null,
): WordVectors & { readonly subwords?: SubwordTable } {
  const { settings, stride } = shared
  const { dim } = settings
  const values = inputMatrix(shared)
  const matrix = new Float32Array(words.length * dim)
  for (let w = 0; w < words.length; w++) {
    const [from, to] = subwords ? [subwords.starts[w], subwords.starts[w + 1]] : [w, w + 1]
    for (let k = from; k < to; k++) {
      const row = (subwords ? subwords.rows[k] : w) * stride
      for (let d = 0; d < dim; d++) matrix[w * dim + d] += values[row + d]
    }
    for (let d = 0; d < dim; d++) matrix[w * dim + d] /= to - from
  }
  const rows = new Map(words.map((word, w) => [word, w]))
  if (!subwords || !settings.subwords) return { dim, rows, matrix }
  const { buckets } = subwords
  const own = new Float32Array(buckets.length * dim)
  for (let b = 0; b < buckets.length; b++) {
    const row = (words.length + b) * stride
    own.set(values.subarray(row, row + dim), b * dim)
  }
  return { dim, rows, matrix, subwords: { scheme: settings.subwords, buckets, matrix: own } }
}

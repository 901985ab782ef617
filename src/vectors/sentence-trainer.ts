import type { Random } from '../base/random.js'
import { type SampledKernels, sampledKernels } from '../engine/optim/sampled-kernels.js'
import { scratchOf, type VectorMemory } from './layout.js'

/** One thread's part in training: sentences of word numbers in, rows of the shared tables changed. */
export class SentenceTrainer {
  private readonly kernels: SampledKernels
  private readonly ints: Int32Array
  private readonly at: ReturnType<typeof scratchOf>
  private readonly bytes: number

  constructor(
    private readonly shared: VectorMemory,
    thread: number,
    private readonly random: Random,
  ) {
    this.kernels = sampledKernels(shared.module, shared.memory)
    this.ints = new Int32Array(shared.memory.buffer)
    this.at = scratchOf(shared, thread)
    this.bytes = 4 * shared.stride
  }

  /**
   * Leaves out frequent words now and then.
   * @param kept overwritten @returns how many are left
   */
  sample(ids: Int32Array, from: number, to: number, kept: Int32Array): number {
    const { random } = this
    const { kept: shares } = this.shared
    let count = 0
    for (let i = from; i < to; i++) {
      const share = shares[ids[i]]
      if (share >= 1 || random.float() < share) kept[count++] = ids[i]
    }
    return count
  }

  /** One pass over a sentence. @param ids the first `count` are its words */
  train(ids: Int32Array, count: number, rate: number): void {
    const { window, method } = this.shared.settings
    for (let i = 0; i < count; i++) {
      const reach = window - (this.random.uint32() % window)
      const from = Math.max(0, i - reach)
      const to = Math.min(count - 1, i + reach)
      if (method === 'cbow') this.predictFromMean(ids, i, from, to, rate)
      else this.predictAround(ids, i, from, to, rate)
    }
  }

  private predictAround(ids: Int32Array, i: number, from: number, to: number, rate: number): void {
    const { kernels, at, shared } = this
    const { subwords } = shared
    const word = ids[i]
    const count = subwords ? this.listRows(word, 0) : 0
    for (let j = from; j <= to; j++) {
      if (j === i) continue
      // As word2vec's code: the word in the middle is predicted from each one around. FastText's code turns it around.
      this.drawTargets(count === 0 ? word : ids[j])
      if (count === 0) kernels.step(shared.inputs + ids[j] * this.bytes, at.targets, rate)
      else {
        kernels.sum(at.list, count, 1 / count, at.mean)
        kernels.stepTo(at.mean, at.targets, rate, at.change)
        kernels.spread(at.list, count, at.change)
      }
    }
  }

  private predictFromMean(ids: Int32Array, i: number, from: number, to: number, rate: number): void {
    const { kernels, at } = this
    let count = 0
    for (let j = from; j <= to; j++) if (j !== i) count = this.listRows(ids[j], count)
    if (count === 0) return
    this.drawTargets(ids[i])
    kernels.sum(at.list, count, 1 / count, at.mean)
    kernels.stepTo(at.mean, at.targets, rate, at.change)
    kernels.spread(at.list, count, at.change)
  }

  /** Adds the addresses of a word's rows to the list. @returns how many it has then */
  private listRows(word: number, count: number): number {
    const { ints, at, bytes, shared } = this
    const { subwords, inputs } = shared
    const list = at.list >>> 2
    if (!subwords) {
      ints[list + count] = inputs + word * bytes
      return count + 1
    }
    const { starts, rows } = subwords
    let next = count
    for (let k = starts[word]; k < starts[word + 1]; k++) ints[list + next++] = inputs + rows[k] * bytes
    return next
  }

  /** The address of the right word, and of others that are drawn. */
  private drawTargets(word: number): void {
    const { random, ints, at, bytes, shared } = this
    const { share, alias, words, outputs, settings } = shared
    const list = at.targets >>> 2
    ints[list] = outputs + word * bytes
    for (let k = 1; k <= settings.negative; ) {
      const drawn = Math.floor(random.float() * words)
      const other = random.float() < share[drawn] ? drawn : alias[drawn]
      if (other === word) continue
      ints[list + k++] = outputs + other * bytes
    }
  }
}

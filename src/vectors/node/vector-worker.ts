/** A thread that trains vectors on its part of the text, pass by pass, and ends. */
import { workerData } from 'node:worker_threads'
import { Random } from '../../base/random.js'
import type { VectorMemory } from '../layout.js'
import { SentenceTrainer } from '../sentence-trainer.js'
import { readTokenRange, type TokenRange } from './token-file.js'

export interface VectorTask {
  readonly shared: VectorMemory
  readonly thread: number
  readonly path: string
  readonly range: TokenRange
  readonly ranks: Int32Array
}

const { shared, thread, path, range, ranks } = workerData as VectorTask
const { settings, done } = shared
const random = Random.fromSeed(settings.seed + 1 + thread)
const trainer = new SentenceTrainer(shared, thread, random)
const all = settings.epochs * (range.to - range.from)
let sentence = new Int32Array(1024)
let [read, tokens] = [0, 0]
for (let epoch = 0; epoch < settings.epochs; epoch++)
  readTokenRange(path, range, ranks, (words, count, own) => {
    if (sentence.length < count) sentence = new Int32Array(2 * count)
    const left = trainer.sample(words, 0, count, sentence)
    const rate = settings.rate - (settings.rate - settings.endRate) * (read / all)
    trainer.train(sentence, left, rate)
    read += own + 1
    tokens += own
    done[thread] = tokens
  })

// For encoder-memory.mjs: a few training steps in a process of their own. The argument is a JSON object of settings.
import { Random } from '../../dist/base/random.js'
import { update } from '../../dist/train/loop/updates.js'
import { BASE, encoderBatch, prepareEncoder } from '../lib/encoder.mjs'

const { folder, pieces, batch, steps, threads, recompute } = JSON.parse(process.argv[2])
const { vocabulary } = BASE
const training = await prepareEncoder(folder, { recompute, dropout: 0.1, learningRate: 1e-5 }, { threads })
const sentences = encoderBatch(training, { batch, pieces, vocabulary })
const step = await training.createStep()
const setup = { sentences, step, optimizer: training.optimizer, clipNorm: 1 }
const random = Random.fromSeed(3)
const before = Math.round(process.memoryUsage().rss / 1e6)
const losses = []
const began = performance.now()
for (let i = 0; i < steps; i++)
  losses.push((await update(setup, [sentences.map((_, b) => b)], 1e-5, random)).loss)
const seconds = (performance.now() - began) / 1000 / steps
console.log(
  JSON.stringify({ before, megabytes: Math.round(process.resourceUsage().maxRSS / 1000), seconds, losses }),
)
await step.release()

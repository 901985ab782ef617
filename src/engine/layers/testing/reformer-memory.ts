/**
 * A program: one training pass of Reformer layers over one sequence, then this process's peak memory in megabytes on
 * standard output. Arguments: steps, layers, `reversible` or `plain`.
 */
import { Random } from '../../../base/random.js'
import { runNative } from '../../graph/testing/check.js'
import type { ReformerOptions, ReformerSize } from '../reformer.js'
import { feedsOf, graphOf } from './layer-case.js'
import { reformerCase, reformerOf } from './reformer-case.js'

const [time, layers, residuals] = process.argv.slice(2)
const size: ReformerSize = {
  width: 64,
  layers: Number(layers),
  heads: 2,
  dim: 32,
  chunk: 64,
  buckets: 64,
  rounds: 2,
  feedForward: 128,
  feedForwardChunk: 512,
  rotary: true,
}
const batch = { time: Number(time), lengths: [Number(time)] }
const c = reformerCase(size, batch, false, Random.fromSeed(1))
const graph = graphOf(c, (g, values) =>
  reformerOf(g, values, size, { residuals: residuals as ReformerOptions['residuals'] }),
)
await runNative(graph, feedsOf(c, graph))
console.log(process.resourceUsage().maxRSS / 1024)

/**
 * Peak memory of a training step by number of layers: reversible residual layers, which recompute their activations,
 * and plain ones, which keep them. Each runs in its own process.
 *
 * node bench/reformer-memory.mjs [tokens, default 16384]
 */
import { childJson } from './lib/child-json.mjs'
import { commandLine } from './lib/command-line.mjs'
import { markdownTable } from './lib/table.mjs'

const { positionals } = commandLine({
  script: 'reformer-memory.mjs',
  positionals: '[TOKENS, default 16384]',
  about: `Peak memory of a training step by number of layers: reversible residual layers, which recompute their activations,
and plain ones, which keep them. Each runs in its own process.`,
  example: '4096',
})
const time = Number(positionals[0] ?? 16384)
const LAYERS = [2, 6, 12]

const rows = []
for (const layers of LAYERS) {
  const row = [layers]
  for (const residuals of ['reversible', 'plain']) {
    const { megabytes, milliseconds } = await childJson('reformer/training-pass.mjs', {
      layers,
      time,
      residuals,
      runs: 2,
    })
    row.push(megabytes, (milliseconds / 1000).toFixed(1))
    process.stderr.write(`${residuals}, ${layers} layers: ${megabytes} MB\n`)
  }
  rows.push(row)
}
const [first, last] = [rows[0], rows[rows.length - 1]]
const growth = column => `${Math.round((100 * last[column]) / first[column] - 100)} %`
console.log(
  `${time} tokens, width 128, 4 heads, chunks of 64, 2 rounds, feed-forward 512; peak memory of the process\n`,
)
console.log(markdownTable(['layers', 'reversible, MB', 's', 'plain, MB', 's'], rows))
console.log(`\nFrom ${first[0]} to ${last[0]} layers: reversible +${growth(1)}, plain +${growth(3)}`)

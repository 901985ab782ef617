/**
 * Peak memory of training steps of a pretrained encoder of BERT's size (12 layers of 768, random weights), with what layers
 * compute kept for the backward pass, and computed again (`pretrained.recompute`). Each in its own process.
 *
 * node bench/encoder-memory.mjs [--pieces 256] [--batch 16] [--layers 12]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childJson } from './lib/child-json.mjs'
import { commandLine, THREADS } from './lib/command-line.mjs'
import { BASE, writeRandomEncoder } from './lib/encoder.mjs'
import { machine } from './lib/machine.mjs'
import { markdownTable } from './lib/table.mjs'

const { values } = commandLine({
  script: 'encoder-memory.mjs',
  about: `Peak memory of training steps of an encoder of BERT's size (768 features, random weights, all of it trained, dropout 0.1),
with what layers compute kept for the backward pass, and computed again.`,
  options: {
    pieces: { value: 'N', default: '256', help: 'pieces of each sentence' },
    batch: { value: 'N', default: '16', help: 'sentences of a batch' },
    layers: { value: 'N', default: '12', help: 'layers' },
    steps: { value: 'N', default: '2', help: 'updates' },
    only: { value: 'KIND', default: 'both', help: 'kept, again or both' },
    threads: THREADS,
  },
  example: '--pieces 128 --batch 8',
})
const [pieces, batch, layers, steps, threads] = ['pieces', 'batch', 'layers', 'steps', 'threads'].map(name =>
  Number(values[name]),
)
const rows = []
const folder = mkdtempSync(join(tmpdir(), 'nerite-bench-'))
try {
  writeRandomEncoder(folder, { ...BASE, layers })
  for (const recompute of values.only === 'both' ? [false, true] : [values.only === 'again']) {
    const found = await childJson('encoder/whole-step.mjs', {
      folder,
      pieces,
      batch,
      steps,
      threads,
      recompute,
    })
    rows.push([
      recompute ? 'computed again' : 'kept',
      found.before.toLocaleString('en-US'),
      found.megabytes.toLocaleString('en-US'),
      found.seconds.toFixed(1),
      found.losses.map(loss => loss.toFixed(5)).join(', '),
    ])
  }
} finally {
  rmSync(folder, { recursive: true })
}
console.log(`${machine()}; ${layers} layers of 768, batch ${batch}, ${pieces} pieces; ${threads} threads`)
console.log(
  markdownTable(['what layers compute', 'MB before', 'peak memory, MB', 'seconds a step', 'losses'], rows),
)

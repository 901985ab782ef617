/**
 * Peak memory of a whole training step of the preset `reformer` on one long sentence: word, shape and character
 * look-ups, dropout masks, encoder, CRF, gradients, clipping and update. In a process of its own.
 *
 * node bench/reformer-step.mjs [tokens, default 16384]
 */
import { childJson } from './lib/child-json.mjs'
import { machine } from './lib/machine.mjs'

const tokens = Number(process.argv[2] ?? 16384)
const { megabytes, before, seconds, loss, parameters, words } = await childJson('reformer/whole-step.mjs', {
  tokens,
})
console.log(machine())
console.log(
  `one step over a sentence of ${tokens.toLocaleString('en-US')} tokens, ${words.toLocaleString('en-US')} different words, ${parameters.toLocaleString('en-US')} parameters:
peak memory of the process ${megabytes.toLocaleString('en-US')} MB (${before} MB before the step), ${seconds.toFixed(1)} s, loss ${loss.toFixed(1)}`,
)

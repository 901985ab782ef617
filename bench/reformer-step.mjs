/**
 * Peak memory of a whole training step of the preset `reformer` on one long sentence: word, shape and character
 * look-ups, dropout masks, encoder, CRF, gradients, clipping and update. Runs in its own process.
 *
 * node bench/reformer-step.mjs [tokens, default 16384]
 */
import { childJson } from './lib/child-json.mjs'
import { commandLine } from './lib/command-line.mjs'
import { machine } from './lib/machine.mjs'

const { positionals } = commandLine({
  script: 'reformer-step.mjs',
  positionals: '[TOKENS, default 16384]',
  about: `Peak memory of a whole training step of the preset reformer on one long sentence: look-ups, dropout masks, encoder,
CRF, gradients, clipping and update. Runs in its own process.`,
  example: '4096',
})
const tokens = Number(positionals[0] ?? 16384)
const { megabytes, before, seconds, loss, parameters, words } = await childJson('reformer/whole-step.mjs', {
  tokens,
})
console.log(machine())
console.log(
  `one step over a sentence of ${tokens.toLocaleString('en-US')} tokens, ${words.toLocaleString('en-US')} different words, ${parameters.toLocaleString('en-US')} parameters:
peak memory of the process ${megabytes.toLocaleString('en-US')} MB (${before} MB before the step), ${seconds.toFixed(1)} s, loss ${loss.toFixed(1)}`,
)

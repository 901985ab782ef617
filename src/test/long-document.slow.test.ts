import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'

/** Prints the peak memory of a process that takes one training step and update of the preset `reformer`. */
const program = 'bench/reformer/whole-step.mjs'

test('one training step of the preset reformer on 16,384 tokens takes under 4 GB', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    program,
    JSON.stringify({ tokens: 16_384 }),
  ])
  const { megabytes, before, loss, tokens } = JSON.parse(stdout) as Record<string, number>
  assert.equal(tokens, 16_384)
  assert.ok(loss > 1000, `the loss of a path through all the tags of a long sentence, got ${loss}`)
  assert.ok(megabytes > before && megabytes < 4096, `${megabytes} MB`)
})

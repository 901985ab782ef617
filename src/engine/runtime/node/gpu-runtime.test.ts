import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isInputError } from '../../../base/errors.js'
import { temporaryFolder, tinyConfig, trainHere } from '../../../train/testing/tiny-run.js'
import type { Runtime } from '../runtime.js'
import { chooseRuntime } from './choose-runtime.js'

test('a GPU is used or refused by name, and nothing takes its place', async () => {
  for (const device of ['cuda', 'webgpu'] as const) {
    const found: Runtime | Error = await chooseRuntime(undefined, device).catch((error: Error) => error)
    if (found instanceof Error) {
      assert.ok(isInputError(found) && found.code === 'runtime/device', found.message)
      assert.deepEqual(found.faults[0].where, { setting: 'training.runtime', value: device })
    } else assert.equal(found.device, device)
  }
  const before = process.env.NERITE_RUNTIME
  process.env.NERITE_RUNTIME = 'web'
  try {
    await assert.rejects(chooseRuntime(undefined, 'cuda'), { code: 'runtime/choice' })
  } finally {
    if (before === undefined) delete process.env.NERITE_RUNTIME
    else process.env.NERITE_RUNTIME = before
  }
})

test('training on a GPU that is not there leaves nothing behind', async t => {
  if (!((await chooseRuntime(undefined, 'cuda').catch((error: Error) => error)) instanceof Error))
    return t.skip('this machine has CUDA, so that training without it cannot be tried')
  const folder = temporaryFolder()
  try {
    const out = join(folder.path, 'run')
    await assert.rejects(trainHere({ config: tinyConfig({ training: { runtime: 'cuda' } }), out }), {
      code: 'runtime/device',
    })
    assert.equal(existsSync(out), false)
  } finally {
    folder.remove()
  }
})

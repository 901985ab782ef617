/** Memory does not grow in a long run, neither JavaScript's nor WebAssembly's, whatever the shapes of the batches. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Growth } from './testing/growth-process.js'

const program = fileURLToPath(new URL('testing/growth-process.js', import.meta.url))

interface Measured extends Growth {
  /** Sessions that are still open at the end. */
  readonly open: number
  /** WebAssembly memories of ONNX Runtime. */
  readonly memories: number
}

function measure(...args: readonly string[]): Measured {
  const output = execFileSync(process.execPath, ['--expose-gc', program, ...args], { encoding: 'utf8' })
  return JSON.parse(output) as Measured
}

for (const runtime of ['node', 'web'] as const) {
  test(`${runtime}: 1,000 training steps on batches of every shape do not grow`, () => {
    const { heap, external, wasm, sessions, open, memories } = measure(runtime, 'steps')
    assert.deepEqual(
      { wasm, sessions, open, memories },
      { wasm: 0, sessions: 0, open: 0, memories: Number(runtime === 'web') },
    )
    // 10 bytes in buffers or 500 in objects, lost in every one of 100 steps, are seen
    assert.ok(external < 1000, `array buffers grew by ${external} bytes in every 100 steps`)
    assert.ok(heap < 50_000, `objects grew by ${heap} bytes in every 100 steps`)
    assert.equal(
      measure(runtime, 'steps', 'keep').external,
      100 * 1024,
      'a kilobyte lost in every step is seen',
    )
  })

  test(`${runtime}: released sessions leave nothing behind`, () => {
    const { heap, external, wasm, sessions, open } = measure(runtime, 'sessions')
    assert.deepEqual({ wasm, sessions, open }, { wasm: 0, sessions: 0, open: 0 })
    assert.ok(external < 1000, `every 8 sessions left ${external} bytes of array buffers`)
    assert.ok(heap < 50_000, `every 8 sessions left ${heap} bytes of objects`)
    assert.equal(measure(runtime, 'sessions', 'keep').sessions, 8, 'sessions that stay open are seen')
  })
}

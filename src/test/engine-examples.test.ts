import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { decodeModel } from '../engine/onnx/decode.js'

const folder = new URL('../../examples/engine/', import.meta.url)

function run(name: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(new URL(name, folder))], {
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
  return stdout
}

/** The numbers in a pattern's groups. */
function numbersIn(text: string, pattern: RegExp): number[] {
  const match = pattern.exec(text)
  assert.ok(match, `${pattern} in ${text}`)
  return match.slice(1).map(Number)
}

test('examples/engine/differentiate.mjs: a function and its derivative equal the closed forms', () => {
  const printed = run('differentiate.mjs')
  const points = [-2, -1, -0.5, 0, 0.5, 1, 1.5]
  const f = points.reduce((sum, x) => sum + x * Math.sin(x * x), 0)
  for (const [name, limit] of [
    ['float32', 1e-6],
    ['float64', 1e-14],
  ] as const) {
    const [value, off] = numbersIn(
      printed,
      new RegExp(`in ${name}: f = (\\S+), df/dx is off by at most (\\S+)`),
    )
    assert.ok(Math.abs(value - f) < 2e-6, `${name}: ${value}, ${f}`)
    assert.ok(off < limit, `${name}: ${off}`)
  }
})

test('examples/engine/train-network.mjs: it begins at ln 2 and tells the spirals apart', () => {
  const printed = run('train-network.mjs')
  const [before] = numbersIn(printed, /before training: (\S+)/)
  assert.ok(Math.abs(before - Math.LN2) < 2e-6, `${before}`)
  const [after] = numbersIn(printed, /after 400 steps: (\S+)/)
  assert.ok(after < 0.1, `${after}`)
  const [right, all] = numbersIn(printed, /accuracy: (\d+) of (\d+)/)
  assert.equal(all, 200)
  assert.ok(right >= 195, `${right} of ${all}`)
})

test("examples/engine/foreign-model.mjs: another tool's file gets names, gradients and a falling loss", () => {
  const printed = run('foreign-model.mjs')
  for (const line of [
    'hidden.bias is hidden.bias',
    'head.bias is head.bias',
    'onnx::MatMul_17 is hidden.weight, transposed',
    'onnx::MatMul_18 is head.weight, transposed',
  ])
    assert.ok(printed.split('\n').includes(line), line)
  const exact = firstStep()
  const gradient = numbersIn(printed, /gradient of head.bias: (\S+),(\S+)/)
  gradient.forEach((d, i) => {
    assert.ok(Math.abs(d - exact.gradient[i]) < 2e-6, `${gradient}, ${exact.gradient}`)
  })
  const losses = [0, 40, 80, 120, 160, 200].map(
    step => numbersIn(printed, RegExp(`step ${step}: loss (\\S+)`))[0],
  )
  assert.ok(Math.abs(losses[0] - exact.loss) < 2e-6, `${losses[0]}, ${exact.loss}`)
  losses.slice(1).forEach((loss, i) => {
    assert.ok(loss < losses[i], `${losses}`)
  })
  assert.ok(losses[5] < losses[0] / 50, `${losses}`)
})

/** The loss and the gradient of the head's bias, written out for the file's two layers. */
function firstStep(): { readonly loss: number; readonly gradient: readonly number[] } {
  const { initializers } = decodeModel(readFileSync(new URL('foreign-model.onnx', folder)))
  const numbers = (name: string) => Array.from(initializers[name].data, Number)
  const [hiddenBias, headBias] = [numbers('hidden.bias'), numbers('head.bias')]
  const [hidden, head] = [numbers('onnx::MatMul_17'), numbers('onnx::MatMul_18')]
  const gradient = [0, 0]
  let loss = 0
  for (let i = 0; i < 81; i++) {
    const [a, b] = [((i % 9) - 4) / 4, (Math.floor(i / 9) - 4) / 4]
    const states = hiddenBias.map((bias, j) => Math.tanh(a * hidden[j] + b * hidden[8 + j] + bias))
    ;[a + b, a * b].forEach((target, k) => {
      const y = states.reduce((sum, state, j) => sum + state * head[2 * j + k], headBias[k])
      loss += (y - target) ** 2 / 162
      gradient[k] += (2 * (y - target)) / 162
    })
  }
  return { loss, gradient }
}

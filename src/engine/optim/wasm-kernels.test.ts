import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import {
  createKernels,
  idleSignature,
  type KernelName,
  kernelSignature,
  type UpdateKernelName,
} from './wasm-kernels.js'

type Element = Record<string, number>
const f = Math.fround

/** What each kernel should do to one element, written out again in plain TypeScript, rounded to float32 each time. */
const TWINS: Record<KernelName, (x: Element) => Element> = {
  adam: x => adamTwin(x, decayedTwin(x), x.value),
  adamw: x => adamTwin(x, f(x.gradient * x.scale), f(x.value * x.keep)),
  sgd: x => ({ value: f(x.value - f(x.rate * decayedTwin(x))) }),
  momentum: x => {
    const moment1 = f(f(x.moment1 * x.momentum) + decayedTwin(x))
    return { moment1, value: f(x.value - f(x.rate * moment1)) }
  },
  nesterov: x => {
    const g = decayedTwin(x)
    const moment1 = f(f(x.moment1 * x.momentum) + g)
    return { moment1, value: f(x.value - f(x.rate * f(g + f(moment1 * x.momentum)))) }
  },
  rmsprop: x => {
    const g = decayedTwin(x)
    const moment2 = f(f(x.moment2 * x.beta2) + f(f(g * g) * x.rest2))
    return { moment2, value: f(x.value - f(x.rate * f(g / f(f(Math.sqrt(moment2)) + x.epsilon)))) }
  },
  rmspropMomentum: x => {
    const g = decayedTwin(x)
    const moment2 = f(f(x.moment2 * x.beta2) + f(f(g * g) * x.rest2))
    const moment1 = f(f(x.moment1 * x.momentum) + f(g / f(f(Math.sqrt(moment2)) + x.epsilon)))
    return { moment1, moment2, value: f(x.value - f(x.rate * moment1)) }
  },
  blend: x => ({ target: f(f(x.target * x.keep) + f(x.source * x.take)) }),
  scale: x => ({ target: f(x.target * x.factor) }),
}

function decayedTwin(x: Element): number {
  return f(f(x.gradient * x.scale) + f(x.value * x.l2))
}

function adamTwin(x: Element, g: number, kept: number): Element {
  const moment1 = f(f(x.moment1 * x.beta1) + f(g * x.rest1))
  const moment2 = f(f(x.moment2 * x.beta2) + f(f(g * g) * x.rest2))
  const step = f(x.rate * f(moment1 / f(f(Math.sqrt(moment2)) + x.epsilon)))
  return { moment1, moment2, value: f(kept - step) }
}

const memory = new WebAssembly.Memory({ initial: 4, maximum: 4 })
const kernels = createKernels(memory)
const LENGTHS = [0, 1, 2, 3, 4, 5, 7, 8, 11, 64, 100, 103]

test('every kernel gives the bits of its plain twin, at every length and alignment, and touches nothing else', () => {
  let cases = 0
  const random = Random.fromSeed(1)
  const names = Object.keys(TWINS) as KernelName[]
  for (const name of names)
    for (const length of LENGTHS)
      for (const shift of [0, 1, 2, 3]) {
        const { arrays, scalars } = kernelSignature(name)
        const all = new Float32Array(memory.buffer, 64, arrays.length * 512)
        for (let i = 0; i < all.length; i++) all[i] = random.normal()
        const views = arrays.map((array, k) => {
          const view = new Float32Array(memory.buffer, 64 + (k * 512 + shift) * 4, length)
          if (array === 'moment2') view.set(view.map(Math.abs))
          return view
        })
        const numbers = scalars.map(() => f(random.float()))
        const expected = all.slice()
        for (let i = 0; i < length; i++) {
          const element: Element = Object.fromEntries([
            ...arrays.map((array, k) => [array, views[k][i]]),
            ...scalars.map((scalar, k) => [scalar, numbers[k]]),
          ])
          const result = TWINS[name](element)
          arrays.forEach((array, k) => {
            if (array in result) expected[k * 512 + shift + i] = result[array]
          })
        }
        kernels.elementwise[name](...views.map(view => view.byteOffset), length, ...numbers)
        assert.deepEqual(all, expected, `${name}, ${length} floats, shifted by ${shift}`)
        cases++
      }
  assert.equal(cases, 9 * LENGTHS.length * 4)
})

test('updates without a gradient in one pass have the bits of one after the other', () => {
  let cases = 0
  const random = Random.fromSeed(3)
  const names = (Object.keys(TWINS) as KernelName[]).filter(
    (name): name is UpdateKernelName => name !== 'blend' && name !== 'scale',
  )
  for (const name of names)
    for (const decays of [false, true])
      for (const length of [1, 4, 7, 100])
        for (const times of [0, 1, 2, 30]) {
          const whole = kernelSignature(name)
          const { arrays, scalars } = idleSignature(name, decays)
          assert.deepEqual(
            arrays,
            whole.arrays.slice(0, -1).filter(array => arrays.includes(array)),
          )
          const history = new Float32Array(memory.buffer, 64, times * scalars.length)
          const numbers = Array.from({ length: times }, () =>
            whole.scalars.map(scalar => (scalar === 'l2' && !decays ? 0 : f(random.float()))),
          )
          numbers.forEach((own, i) => {
            scalars.forEach((scalar, k) => {
              history[i * scalars.length + k] = own[whole.scalars.indexOf(scalar)]
            })
          })
          const [first, second] = [0, 1].map(copy =>
            whole.arrays.map((_, k) => new Float32Array(memory.buffer, 4096 + (copy * 4 + k) * 1024, length)),
          )
          whole.arrays.forEach((array, k) => {
            for (let i = 0; i < length; i++) {
              const value = i % 5 === 0 ? -0 : random.normal()
              first[k][i] = array === 'gradient' ? 0 : array === 'moment2' ? Math.abs(value) : value
            }
            second[k].set(first[k])
          })
          const addresses = (views: readonly Float32Array[]) => views.map(view => view.byteOffset)
          for (const own of numbers) kernels.elementwise[name](...addresses(first), length, ...own)
          const places = arrays.map(array => second[whole.arrays.indexOf(array)])
          kernels.idle(name, decays)(...addresses(places), length, history.byteOffset, times)
          arrays.forEach(array => {
            const k = whole.arrays.indexOf(array)
            assert.deepEqual(second[k], first[k], `${name}, ${length} floats, ${times} times: ${array}`)
          })
          cases++
        }
  assert.equal(cases, names.length * 2 * 4 * 4)
  assert.equal(names.length, 7)
})

test('the sum of squares is that of doubles', () => {
  const random = Random.fromSeed(2)
  for (const length of LENGTHS) {
    const view = new Float32Array(memory.buffer, 68, length)
    for (let i = 0; i < length; i++) view[i] = random.normal() * 10 ** (6 * random.float() - 3)
    const expected = view.reduce((sum, x) => sum + x * x, 0)
    const got = kernels.sumOfSquares(view.byteOffset, length)
    assert.ok(Math.abs(got - expected) <= 1e-14 * expected, `${length}: ${got} against ${expected}`)
  }
  const view = new Float32Array(memory.buffer, 64, 5)
  view.fill(3e38)
  assert.ok(Number.isFinite(kernels.sumOfSquares(64, 5)), 'no overflow where float32 would')
  view[4] = Number.NaN
  assert.ok(Number.isNaN(kernels.sumOfSquares(64, 5)))
})

test('addresses above 2 GiB are unsigned', context => {
  const pages = 32769
  let large: WebAssembly.Memory
  try {
    large = new WebAssembly.Memory({ initial: pages, maximum: pages })
  } catch {
    context.skip('this machine has no 2 GiB of address space to give')
    return
  }
  const { elementwise, sumOfSquares } = createKernels(large)
  const at = 2 ** 31
  const view = new Float32Array(large.buffer, at - 16, 12).fill(2)
  elementwise.scale(at - 16, 12, 1.5)
  assert.deepEqual([...view], new Array(12).fill(3))
  assert.equal(sumOfSquares(at - 16, 12), 108)
})

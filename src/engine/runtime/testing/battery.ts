/** What every runtime must do, as cases that run in Node.js and in a page: they use nothing of either. */
import { GraphBuilder } from '../../graph/builder.js'
import { gradients } from '../../graph/gradients.js'
import { type Tensor, tensor } from '../../graph/tensor.js'
import { encodeModel } from '../../onnx/encode.js'
import { ASYNC_DISPOSE, type Runtime, RuntimeError } from '../runtime.js'

export interface RuntimeCase {
  readonly name: string
  /** @throws Error where the runtime does something else */
  readonly check: (runtime: Runtime) => Promise<void>
}

/** Every element type that features and masks need, passed through. */
function typesModel(): Uint8Array {
  const g = new GraphBuilder('types')
  const flags = g.input('flags', 'bool', ['n'])
  const ids = g.input('ids', 'int64', ['n'])
  const few = g.input('few', 'int32', ['n'])
  const exact = g.input('exact', 'float64', ['n'])
  return encodeModel(
    g.finish({
      not: g.apply('Not', [flags]),
      more: g.add(ids, 1),
      narrow: g.cast(ids, 'int32'),
      less: g.sub(few, 1),
      twice: g.add(exact, exact),
    }),
  )
}

/** y = x·W, its cells' ids, whether they are positive; `batch` is symbolic. */
function linearModel(initializers: Readonly<Record<string, Tensor>> = {}): Uint8Array {
  const g = new GraphBuilder('linear')
  const x = g.input('x', 'float32', ['batch', 2])
  const w = g.input('w', 'float32', [2, 3])
  const y = g.matMul(x, w)
  const positive = g.greater(y, g.constant(Float32Array.of(0)))
  return encodeModel(g.finish({ y, whole: g.cast(y, 'int64'), positive }), { initializers })
}

const feeds = (batch = 1): Record<string, Tensor> => ({
  x: tensor(
    'float32',
    Array.from({ length: 2 * batch }, (_, i) => i + 1),
    [batch, 2],
  ),
  w: tensor('float32', [1, 0, -1, 2, 1, -2], [2, 3]),
})

/** Of `feeds(2)`, worked out by hand. */
const EXPECTED = { y: [5, 2, -5, 11, 4, -11], positive: [1, 1, 0, 1, 1, 0] }

export const RUNTIME_CASES: readonly RuntimeCase[] = [
  {
    name: 'returns every output with its type and shape',
    check: async runtime => {
      await using session = await runtime.createSession(linearModel())
      same([...session.inputNames].sort(), ['w', 'x'])
      same([...session.outputNames].sort(), ['positive', 'whole', 'y'])
      const { y, whole, positive } = await session.run(feeds(2))
      same([y.type, y.shape, [...y.data]], ['float32', [2, 3], EXPECTED.y])
      same([whole.type, whole.shape, Array.from(whole.data, Number)], ['int64', [2, 3], EXPECTED.y])
      same(whole.data instanceof BigInt64Array, true)
      same([positive.type, positive.shape, [...positive.data]], ['bool', [2, 3], EXPECTED.positive])
    },
  },
  {
    name: 'passes tensors of every type in and out',
    check: async runtime => {
      await using session = await runtime.createSession(typesModel(), { threads: 1 })
      const answer = await session.run({
        flags: tensor('bool', [1, 0]),
        ids: tensor('int64', [7, -8]),
        few: tensor('int32', [0, -5]),
        exact: tensor('float64', [0.1, 1e300]),
      })
      const found = Object.entries(answer).map(([name, { type, data }]) => [
        name,
        type,
        Array.from(data, Number),
      ])
      same(found.sort(), [
        ['less', 'int32', [-1, -6]],
        ['more', 'int64', [8, -7]],
        ['narrow', 'int32', [7, -8]],
        ['not', 'bool', [0, 1]],
        ['twice', 'float64', [0.2, 2e300]],
      ])
    },
  },
  {
    name: 'keeps initializers in the model, to be fed no more',
    check: async runtime => {
      const { x, w } = feeds(2)
      await using session = await runtime.createSession(linearModel({ w }))
      same(session.inputNames, ['x'])
      same([...(await session.run({ x })).y.data], EXPECTED.y)
    },
  },
  {
    name: 'takes another batch size at every run, none included',
    check: async runtime => {
      await using session = await runtime.createSession(linearModel())
      for (const batch of [2, 1, 0, 5, 2]) {
        const { y } = await session.run(feeds(batch), { y: null })
        same(y.shape, [batch, 3])
        same([...y.data].slice(0, 6), EXPECTED.y.slice(0, 3 * batch))
      }
    },
  },
  {
    name: 'returns only what is fetched, in the tensor that was given',
    check: async runtime => {
      await using session = await runtime.createSession(linearModel())
      const y = tensor('float32', [9, 9, 9, 9, 9, 9], [2, 3])
      const whole: Tensor = { type: 'int64', shape: [2, 3], data: new BigInt64Array(6) }
      const answer = await session.run(feeds(2), { y, whole })
      same(Object.keys(answer).sort(), ['whole', 'y'])
      same([answer.y === y, answer.whole === whole], [true, true])
      same([...y.data], EXPECTED.y)
      same(Array.from(whole.data, Number), EXPECTED.y)
    },
  },
  {
    name: 'reads and writes views of a WebAssembly memory, run after run',
    check: async runtime => {
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 })
      const view = (at: number, length: number) => new Float32Array(memory.buffer, at, length)
      const x: Tensor = { type: 'float32', shape: [2, 2], data: view(64, 4) }
      const w: Tensor = { type: 'float32', shape: [2, 3], data: view(128, 6) }
      const y: Tensor = { type: 'float32', shape: [2, 3], data: view(256, 6) }
      ;(w.data as Float32Array).set(feeds().w.data as Float32Array)
      await using session = await runtime.createSession(linearModel())
      for (const factor of [1, 3]) {
        ;(x.data as Float32Array).set([1, 2, 3, 4].map(value => value * factor))
        await session.run({ x, w }, { y })
        same(
          [...view(256, 6)],
          EXPECTED.y.map(value => value * factor),
        )
        same([...view(240, 4), ...view(280, 4)], new Array(8).fill(0))
      }
    },
  },
  {
    name: 'refuses wrong feeds and fetches before anything runs',
    check: async runtime => {
      await using session = await runtime.createSession(linearModel())
      const { x, w } = feeds(2)
      await refuses('runtime/feed', /input 'w'/, () => session.run({ x }))
      await refuses('runtime/feed', /got 'z'/, () => session.run({ x, w, z: x }))
      await refuses('runtime/feed', /got 'z'/, () => session.run({ x, w }, { z: null }))
      const { y } = await session.run({ x, w }, { y: null })
      same([...y.data], EXPECTED.y)
    },
  },
  {
    name: 'throws where a tensor does not fit, and stays usable',
    check: async runtime => {
      await using session = await runtime.createSession(linearModel())
      const { x, w } = feeds(2)
      const bad: readonly Record<string, Tensor>[] = [
        { x: { ...x, shape: [3, 2] }, w },
        { x: tensor('float32', [1, 2, 3], [1, 3]), w },
        { x: tensor('int32', [1, 2, 3, 4], [2, 2]), w },
      ]
      for (const wrong of bad) await throwsError(() => session.run(wrong))
      await throwsError(() => session.run({ x, w }, { y: tensor('float32', [0, 0, 0], [1, 3]) }))
      const { y } = await session.run({ x, w }, { y: null })
      same([...y.data], EXPECTED.y)
    },
  },
  {
    name: 'refuses bytes that are not a model',
    check: async runtime => {
      await throwsError(() => runtime.createSession(Uint8Array.of(1, 2, 3, 4)))
      await throwsError(() => runtime.createSession(linearModel().subarray(0, 100)))
    },
  },
  {
    name: 'does not run after it is released, and may be released twice',
    check: async runtime => {
      const session = await runtime.createSession(linearModel())
      await session.run(feeds(2))
      await session.release()
      await session.release()
      await session[ASYNC_DISPOSE]()
      await refuses('runtime/released', /released/, () => session.run(feeds(2)))
    },
  },
  {
    name: 'keeps sessions apart that are open and called at the same time',
    check: async runtime => {
      await using first = await runtime.createSession(linearModel(), { threads: 1 })
      const second = await runtime.createSession(linearModel(), { threads: 1 })
      const sizes = [1, 4, 2, 3]
      const answers = await Promise.all(
        sizes.map((batch, i) => (i % 2 === 0 ? first : second).run(feeds(batch))),
      )
      same(
        answers.map(({ y }) => y.shape[0]),
        sizes,
      )
      await second.release()
      same([...(await first.run(feeds(2))).y.data], EXPECTED.y)
    },
  },
  {
    name: 'runs loops, computed shapes and gradients: a recurrence over time',
    check: async runtime => {
      const g = new GraphBuilder('recurrence')
      const xs = g.input('xs', 'float32', ['time', 2])
      const start = g.input('start', 'float32', [2])
      const loop = g.scan({ states: [start], sequences: [{ value: xs }] }, (body, [h], [x]) => ({
        states: [body.tanh(body.add(body.mul(h, body.constant(Float32Array.of(0.5))), x))],
        outputs: [],
      }))
      const [last] = loop.states
      const loss = g.reduceSum(last, [0])
      const [dxs] = gradients(g, loss, [xs])
      await using session = await runtime.createSession(encodeModel(g.finish({ loss, dxs })))
      const data = Array.from({ length: 10 }, (_, i) => Math.sin(i))
      const answer = await session.run({
        xs: tensor('float32', data, [5, 2]),
        start: tensor('float32', [0.1, -0.2]),
      })
      const { loss: expected, dxs: slopes } = recurrence(data, [0.1, -0.2])
      near([...answer.loss.data].map(Number), [expected], 1e-6)
      near([...answer.dxs.data].map(Number), slopes, 1e-6)
    },
  },
]

/** Σ h_T of h_t = tanh(h_{t−1}/2 + x_t) and its gradient by x, in double precision. */
function recurrence(xs: readonly number[], start: readonly number[]) {
  const steps = xs.length / 2
  const h = [...start]
  const hs: number[] = []
  for (let t = 0; t < steps; t++)
    for (let i = 0; i < 2; i++) hs.push((h[i] = Math.tanh(h[i] / 2 + xs[2 * t + i])))
  const slopes = new Array<number>(xs.length)
  for (let i = 0; i < 2; i++) {
    let d = 1
    for (let t = steps - 1; t >= 0; t--) {
      slopes[2 * t + i] = d * (1 - hs[2 * t + i] ** 2)
      d = slopes[2 * t + i] / 2
    }
  }
  return { loss: h[0] + h[1], dxs: slopes }
}

function same(got: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(got), JSON.stringify(expected)]
  if (a !== b) throw new Error(`expected ${b}, got ${a}`)
}

function near(got: readonly number[], expected: readonly number[], tolerance: number): void {
  const close = got.length === expected.length && got.every((x, i) => Math.abs(x - expected[i]) <= tolerance)
  if (!close) throw new Error(`expected ${expected}, got ${got}`)
}

async function throwsError(run: () => Promise<unknown>): Promise<unknown> {
  try {
    await run()
  } catch (error) {
    if (error instanceof Error && error.message.length > 10) return error
    throw new Error(`expected an error with a message, got ${error}`)
  }
  throw new Error('expected an error, got none')
}

async function refuses(
  code: RuntimeError['code'],
  message: RegExp,
  run: () => Promise<unknown>,
): Promise<void> {
  const error = await throwsError(run)
  if (!(error instanceof RuntimeError)) throw new Error(`expected a RuntimeError, got ${error}`)
  same([error.code, message.test(error.message)], [code, true])
}

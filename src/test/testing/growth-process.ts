/**
 * A process of its own that measures whether repeated work grows: `node --expose-gc growth-process.js RUNTIME WORK
 * [keep]` prints what it found as JSON. It measures what the code owns (garbage that can't be collected, array buffers,
 * WebAssembly's memory, sessions), not the resident set, which moves with the allocator and the machine.
 */
import { readFileSync } from 'node:fs'
import { Random } from '../../base/random.js'
import { webInNode } from '../../engine/runtime/node/choose-runtime.js'
import { nodeRuntime } from '../../engine/runtime/node/ort-node.js'
import type { Runtime, Session } from '../../engine/runtime/runtime.js'
import { buildInferenceGraph } from '../../model/inference-graph.js'
import { Training } from '../../train/training.js'
import { corpusOf, pageConfig } from './page-checks.js'

/** Bytes and sessions; as a result, by how much the quietest window of work grew them. */
export interface Growth {
  /** Objects of JavaScript. */
  readonly heap: number
  /** Array buffers, those of native code included. */
  readonly external: number
  /** ONNX Runtime's WebAssembly memory. */
  readonly wasm: number
  /** Sessions of ONNX Runtime that are not released. */
  readonly sessions: number
}

/** Every shared WebAssembly memory: ONNX Runtime's own. */
const memories: WebAssembly.Memory[] = []
const Plain = WebAssembly.Memory
WebAssembly.Memory = class extends Plain {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    super(descriptor)
    if (descriptor.shared) memories.push(this)
  }
}

let openSessions = 0

/** Counts the sessions that ONNX Runtime itself creates and releases. */
async function countSessions(packageName: string): Promise<void> {
  const { InferenceSession } = await import(packageName)
  const create = InferenceSession.create.bind(InferenceSession)
  InferenceSession.create = async (...args: unknown[]) => {
    const session = await create(...args)
    const release = session.release.bind(session)
    openSessions++
    session.release = async () => {
      openSessions--
      await release()
    }
    return session
  }
}

async function sizes(): Promise<Growth> {
  for (let i = 0; i < 4; i++) {
    globalThis.gc?.()
    await new Promise(resolve => setImmediate(resolve))
  }
  const { heapUsed, external } = process.memoryUsage()
  const wasm = memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0)
  return { heap: heapUsed, external, wasm, sessions: openSessions }
}

/** A leak grows in every window of work; everything else (caches, the compiler) settles in some. */
async function growth(windows: number, work: () => Promise<void>): Promise<Growth> {
  await work()
  await work()
  const found: Growth[] = []
  let last = await sizes()
  for (let i = 0; i < windows; i++) {
    await work()
    const now = await sizes()
    found.push({
      heap: now.heap - last.heap,
      external: now.external - last.external,
      wasm: now.wasm - last.wasm,
      sessions: now.sessions - last.sessions,
    })
    last = now
  }
  const least = (key: keyof Growth) => Math.min(...found.map(window => window[key]))
  return {
    heap: least('heap'),
    external: least('external'),
    wasm: least('wasm'),
    sessions: least('sessions'),
  }
}

async function setUp(runtime: Runtime) {
  const corpus = readFileSync(new URL('../../../samples/dev.markup', import.meta.url), 'utf8')
  const config = pageConfig(1)
  const training = Training.prepare({ config, train: await corpusOf(corpus), dev: null, runtime })
  const { prepared, optimizer, value } = training
  const inference = buildInferenceGraph(prepared.definition, value)
  return { step: await training.createStep(), optimizer, sentences: prepared.sentences, inference }
}

/** 100 training steps per window, on batches of every shape. With `keep`, every step loses a kilobyte. */
async function steps(runtime: Runtime, keep: boolean): Promise<Growth> {
  const { step, optimizer, sentences } = await setUp(runtime)
  const random = Random.fromSeed(3)
  const kept: Float32Array[] = []
  let count = 0
  const result = await growth(keep ? 2 : 8, async () => {
    for (let i = 0; i < 100; i++) {
      const { rowGradients } = await step.run(sentences.slice(i % 60, (i % 60) + 1 + (i % 7)), random)
      optimizer.step(0.001, rowGradients, { clipNorm: 5 })
      if (keep) kept.push(new Float32Array(256))
      count++
    }
  })
  await step.release()
  if (!keep && count !== 1000) throw new Error(`expected 1000 steps, got ${count}`)
  return result
}

/** 8 sessions per window, created and released. With `keep`, they stay open. */
async function sessions(runtime: Runtime, keep: boolean): Promise<Growth> {
  const { step, inference } = await setUp(runtime)
  await step.release()
  const kept: Session[] = []
  const result = await growth(keep ? 2 : 4, async () => {
    for (let i = 0; i < 8; i++) {
      const session = await runtime.createSession(inference, { threads: 1 })
      if (keep) kept.push(session)
      else await session.release()
    }
  })
  for (const session of kept) await session.release()
  return result
}

const [runtimeName, work, keep] = process.argv.slice(2)
await countSessions(runtimeName === 'node' ? 'onnxruntime-node' : 'onnxruntime-web')
const runtime = runtimeName === 'node' ? nodeRuntime() : webInNode()
const measure = work === 'steps' ? steps : sessions
const found = await measure(runtime, keep === 'keep')
console.log(JSON.stringify({ ...found, open: openSessions, memories: memories.length }))
process.exit(0)

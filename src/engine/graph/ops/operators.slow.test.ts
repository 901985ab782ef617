import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../../base/random.js'
import { webInNode } from '../../runtime/node/choose-runtime.js'
import { nodeRuntime } from '../../runtime/node/ort-node.js'
import { GraphBuilder } from '../builder.js'
import { GraphError } from '../error.js'
import { gradients } from '../gradients.js'
import type { OpKind } from '../kinds.js'
import { OPERATORS } from '../table.js'
import { isFloat, type Tensor } from '../tensor.js'
import type { OperatorCase } from '../testing/case.js'
import { difference, finiteDifferences, randomTensor, runNative, runReference } from '../testing/check.js'
import {
  CONVOLUTION_CASES,
  LOOP_CASES,
  MATRIX_CASES,
  QUANTIZED_CASES,
  RECURRENT_CASES,
} from '../testing/compound-cases.js'
import {
  ARITHMETIC_CASES,
  LOGIC_CASES,
  NORMALIZATION_CASES,
  ORDER_CASES,
  REDUCTION_CASES,
  UNARY_CASES,
} from '../testing/elementwise-cases.js'
import { ROUNDING_CASES } from '../testing/rounding-cases.js'
import { INDEX_CASES, LAYOUT_CASES, PADDING_CASES, SOURCE_CASES } from '../testing/structure-cases.js'
import type { Graph, Value } from '../value.js'

/** Every operator has its cases, or this doesn't compile. */
const CASES: Readonly<Record<OpKind, readonly OperatorCase[]>> = {
  ...UNARY_CASES,
  ...ARITHMETIC_CASES,
  ...LOGIC_CASES,
  ...REDUCTION_CASES,
  ...ORDER_CASES,
  ...NORMALIZATION_CASES,
  ...MATRIX_CASES,
  ...CONVOLUTION_CASES,
  ...LAYOUT_CASES,
  ...PADDING_CASES,
  ...INDEX_CASES,
  ...SOURCE_CASES,
  ...LOOP_CASES,
  ...RECURRENT_CASES,
  ...QUANTIZED_CASES,
  ...ROUNDING_CASES,
}

/** Those of layers that refuse to be differentiated. */
const FUSED_CASES = { ...RECURRENT_CASES, ...QUANTIZED_CASES, ...ROUNDING_CASES }

const OP_KINDS = Object.keys(OPERATORS) as readonly OpKind[]

interface Built {
  readonly graph: Graph
  readonly feeds: Readonly<Record<string, Tensor>>
  /** Inputs with a gradient output, `d` and the name. */
  readonly differentiated: readonly string[]
}

/** The operator's outputs and, where it has float outputs, the gradients of a random weighting of them. */
function build(kind: OpKind, operatorCase: OperatorCase, random: Random): Built {
  const g = new GraphBuilder(kind)
  const feeds: Record<string, Tensor> = {}
  const inputs = operatorCase.feeds.map((feed, i) => {
    const name = `x${i}`
    feeds[name] = 'tensor' in feed ? feed.tensor : randomTensor(random, feed.shape, feed.low, feed.high)
    return g.input(name, feeds[name].type, operatorCase.named?.[i] ?? feeds[name].shape)
  })
  const made = operatorCase.build(g, inputs)
  const outputs: readonly Value[] = 'type' in made ? [made] : made
  const asked: Record<string, Value> = {}
  let loss: Value | undefined
  outputs.forEach((output, i) => {
    asked[`y${i}`] = output
    if (!isFloat(output.type)) return
    // Σ sin(weight·cell): not linear, so that a gradient that ignores what arrives is seen
    const weights = g.constant(Float32Array.of(0.7 + 0.3 * i))
    const single = output.type === 'float32' ? output : g.cast(output, 'float32')
    const part = g.reduceSum(g.reshape(g.sin(g.mul(single, weights)), [-1]), [0])
    loss = loss ? g.add(loss, part) : part
  })
  const names = operatorCase.feeds.flatMap((_, i) => (isFloat(feeds[`x${i}`].type) ? [i] : []))
  const refused = typeof OPERATORS[kind].gradient !== 'function' && kind in FUSED_CASES
  if (loss && !refused) {
    asked.loss = loss
    gradients(
      g,
      loss,
      names.map(i => inputs[i]),
    ).forEach((d, at) => {
      asked[`dx${names[at]}`] = d
    })
  }
  const graph = g.finish(asked)
  const used = Object.fromEntries(graph.inputNames.map(name => [name, feeds[name]]))
  const differentiated = loss && !refused ? names.map(i => `x${i}`).filter(name => used[name]) : []
  return { graph, feeds: used, differentiated }
}

test('gradients of every operator agree with finite differences', () => {
  const random = Random.fromSeed(11)
  const wrong: string[] = []
  let cases = 0
  let checked = 0
  for (const kind of OP_KINDS)
    for (const [at, operatorCase] of CASES[kind].entries()) {
      const { graph, feeds, differentiated } = build(kind, operatorCase, random)
      const answer = runReference(graph, feeds)
      cases++
      for (const name of differentiated) {
        const gap = difference(answer[`d${name}`], finiteDifferences(graph, feeds, name, 1e-6))
        if (!(gap < 1e-6)) wrong.push(`${kind}, case ${at}, gradient of ${name}: off by ${gap}`)
        checked++
      }
    }
  assert.deepEqual(wrong, [])
  assert.deepEqual(
    { operators: OP_KINDS.length, cases, checked },
    { operators: 98, cases: 763, checked: 816 },
  )
})

for (const runtime of [nodeRuntime(), webInNode()])
  test(`every operator and its gradient on ONNX Runtime (${runtime.name}) agree with the reference`, async () => {
    const random = Random.fromSeed(12)
    const wrong: string[] = []
    const left: string[] = []
    let compared = 0
    for (const kind of OP_KINDS)
      for (const [at, operatorCase] of CASES[kind].entries()) {
        if (operatorCase.notNative) {
          left.push(`${kind}, case ${at}`)
          continue
        }
        const { graph, feeds } = build(kind, operatorCase, random)
        const expected = runReference(graph, feeds, 'float32')
        try {
          const got = await runNative(graph, feeds, runtime)
          for (const name of graph.outputNames) {
            assert.equal(got[name].type, expected[name].type, `type of ${name}`)
            assert.deepEqual(got[name].shape, expected[name].shape, `shape of ${name}`)
            if (operatorCase.random) continue
            const gap = difference(got[name], expected[name])
            assert.ok(gap < (operatorCase.within ?? 2e-5), `${name}: off by ${gap}`)
            compared++
          }
        } catch (error) {
          wrong.push(`${kind}, case ${at}: ${error instanceof Error ? error.message : error}`)
        }
      }
    assert.deepEqual(wrong, [])
    assert.deepEqual({ compared, left }, { compared: 2292, left: ['TopK, case 3'] })
  })

test('a fused layer refuses to be differentiated, and says so', () => {
  for (const kind of Object.keys(FUSED_CASES) as (keyof typeof FUSED_CASES)[]) {
    const g = new GraphBuilder(kind)
    const [first] = FUSED_CASES[kind]
    const inputs = first.feeds.map((feed, i) =>
      'tensor' in feed
        ? g.input(`x${i}`, feed.tensor.type, feed.tensor.shape)
        : g.input(`x${i}`, 'float32', feed.shape),
    )
    const made = first.build(g, inputs)
    const [output] = 'type' in made ? [made] : made
    const numbers = isFloat(output.type) ? output : g.cast(output, 'float32')
    assert.throws(
      () => gradients(g, g.reduceSum(g.reshape(numbers, [-1]), [0]), inputs),
      (error: unknown) =>
        error instanceof GraphError &&
        error.code === 'graph/gradient' &&
        /which is for inference/.test(error.message),
      kind,
    )
  }
})

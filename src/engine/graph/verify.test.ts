import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeModel } from '../onnx/encode.js'
import { GraphBuilder } from './builder.js'
import { GraphError, type GraphErrorCode } from './error.js'
import { gradients } from './gradients.js'
import type { Graph, Node, Value } from './value.js'
import { verifyGraph } from './verify.js'

interface Broken {
  readonly what: string
  readonly code: GraphErrorCode
  readonly message: RegExp
  readonly build: (g: GraphBuilder, x: Value, w: Value) => unknown
}

const BUILDER: readonly Broken[] = [
  {
    what: 'inner dimensions of a product',
    code: 'graph/shape',
    message:
      /^MatMul in layer 'model\/output' \(float32\[time, 2\], float32\[time, 2\]\): expected inner dimensions that agree, got 2 and time$/,
    build: (g, x) => g.inLayer('model', () => g.inLayer('output', () => g.matMul(x, x))),
  },
  {
    what: 'dimensions that do not broadcast',
    code: 'graph/shape',
    message:
      /^Add \(float32\[time, 2\], float32\[2, 3\]\): expected dimensions that are equal or 1, got time and 2$/,
    build: (g, x, w) => g.add(x, w),
  },
  {
    what: 'two names that differ',
    code: 'graph/shape',
    message: /got time and batch$/,
    build: (g, x) => g.add(x, g.input('z', 'float32', ['batch', 2])),
  },
  {
    what: 'types that differ',
    code: 'graph/type',
    message: /expected inputs of one type, got float32 and int64$/,
    build: (g, x) => g.mul(x, g.int64([1, 2])),
  },
  {
    what: 'an operator on a type it does not take',
    code: 'graph/type',
    message: /^Tanh \(int64\[1\]\): expected float32 or float64, got int64$/,
    build: g => g.tanh(g.int64([1])),
  },
  {
    what: 'an axis out of range',
    code: 'graph/shape',
    message: /expected an axis in -2 … 1, got 2$/,
    build: (g, x) => g.reduceSum(x, [2]),
  },
  {
    what: 'sizes of a split that do not add up',
    code: 'graph/shape',
    message: /expected sizes that add up to 2, got 2 and 3$/,
    build: (g, x) => g.split(x, [1, 2], 1),
  },
  {
    what: 'a reshape that loses cells',
    code: 'graph/shape',
    message: /expected as many cells as before, got \[2, 3\] and \[5\]$/,
    build: (g, _x, w) => g.reshape(w, [5]),
  },
  {
    what: 'an attribute that the operator does not have',
    code: 'graph/attribute',
    message: /^Softmax \(.*\): expected an attribute it has \(axis\), got attribute 'axes'$/,
    // @ts-expect-error an attribute of another operator
    build: (g, x) => g.op('Softmax', [x], { axes: [1] }),
  },
  {
    what: 'an attribute of the wrong type',
    code: 'graph/attribute',
    message: /expected attribute 'axis' to be int, got 0.5$/,
    build: (g, x) => g.softmax(x, 0.5),
  },
  {
    what: 'an attribute that must be given',
    code: 'graph/attribute',
    message: /^Concat .*: expected attribute 'axis', got none$/,
    build: (g, x) => g.op('Concat', [x, x]),
  },
  {
    what: 'a value that an attribute does not take',
    code: 'graph/attribute',
    message: /expected attribute 'reduction' to be none or add or mul, got max$/,
    // @ts-expect-error not a reduction of the engine
    build: (g, x) => g.op('ScatterND', [x, g.int64([0]), x], { reduction: 'max' }),
  },
  {
    what: 'an input that must be given',
    code: 'graph/arity',
    message: /^Gather .*: expected input 0, got none$/,
    build: (g, x) => g.op('Gather', [null, x]),
  },
  {
    what: 'the gradient of a scatter that multiplies',
    code: 'graph/gradient',
    message: /expected reduction 'none' or 'add', got 'mul'$/,
    build: (g, _x, w) => {
      const y = g.apply(
        'ScatterND',
        [w, g.constant(BigInt64Array.of(0n), [1, 1]), g.constant(new Float32Array(3), [1, 3])],
        { reduction: 'mul' },
      )
      return gradients(g, g.reduceSum(y, [0, 1]), [w])
    },
  },
  {
    what: 'too few inputs',
    code: 'graph/arity',
    message: /expected 2 inputs, got 1$/,
    build: (g, x) => g.op('Add', [x]),
  },
  {
    what: 'a value of a body outside of it',
    code: 'graph/scope',
    message: /return it from the body as an output$/,
    build: (g, x, w) => {
      let inner: Value = w
      g.scan({ states: [], sequences: [{ value: x }] }, (body, _, [slice]) => {
        inner = body.tanh(slice)
        return { states: [], outputs: [inner] }
      })
      return g.tanh(inner)
    },
  },
  {
    what: 'a value of another builder',
    code: 'graph/scope',
    message: /^Tanh \(float32\[3\]\): expected values of this scope/,
    build: g => g.tanh(new GraphBuilder('other').child().bodyInput('float32', [3])),
  },
  {
    what: 'a state that changes its shape',
    code: 'graph/shape',
    message: /^Scan in layer 'loop' .*expected state 0 after a step to be float32\[2\], got float32\[1\]$/,
    build: (g, x) =>
      g.scan(
        { states: [g.constant(new Float32Array(2))], sequences: [{ value: x }], name: 'loop' },
        (body, [h]) => ({
          states: [body.reduceSum(h, [0], { keepDims: true })],
          outputs: [],
        }),
      ),
  },
  {
    what: 'a loop without sequences',
    code: 'graph/arity',
    message: /expected at least one sequence, got 0$/,
    build: (g, x) => g.scan({ states: [x], sequences: [] }, (_, states) => ({ states, outputs: [] })),
  },
  {
    what: 'an input in a body',
    code: 'graph/structure',
    message: /^input 'y': expected inputs outside of bodies/,
    build: (g, x) =>
      g.scan({ states: [], sequences: [{ value: x }] }, body => ({
        states: [],
        outputs: [body.input('y', 'float32', [1])],
      })),
  },
  {
    what: 'a name that is taken',
    code: 'graph/structure',
    message: /^input 'x': expected a name of its own, got one that is taken$/,
    build: g => g.input('x', 'float32', []),
  },
  {
    what: 'a negative dimension',
    code: 'graph/shape',
    message: /got -1$/,
    build: g => g.input('y', 'float32', [-1]),
  },
  {
    what: 'a constant whose data do not fill its shape',
    code: 'graph/type',
    message: /^constant: expected 6 elements of float32, got 5 in a Float32Array$/,
    build: g => g.constant(new Float32Array(5), [2, 3]),
  },
  {
    what: 'no outputs',
    code: 'graph/structure',
    message: /expected at least one output, got none$/,
    build: g => g.finish({}),
  },
  {
    what: 'a loss of many cells',
    code: 'graph/gradient',
    message: /expected a loss of one element or a seed, got float32\[time, 2\]$/,
    build: (g, x) => gradients(g, g.tanh(x), [x]),
  },
  {
    what: 'a value inside a hand-derived block',
    code: 'graph/gradient',
    message: /expected values that a hand-derived block names among its inputs/,
    build: (g, x, w) => {
      const y = g.reduceSum(g.matMul(x, w), [0, 1])
      g.withGradient({ inputs: [x], outputs: [y], backward: () => [null] })
      return gradients(g, y, [w])
    },
  },
  {
    what: 'a hand-derived gradient of the wrong shape',
    code: 'graph/gradient',
    message:
      /^the hand-derived block in layer 'head': expected a gradient of float32\[2, 3\], got float32\[time, 2\]$/,
    build: (g, x, w) => {
      const y = g.inLayer('head', () => g.reduceSum(g.matMul(x, w), [0, 1]))
      g.withGradient({ inputs: [w], outputs: [y], backward: () => [x] })
      return gradients(g, y, [w])
    },
  },
  {
    what: 'an initializer that does not fit',
    code: 'graph/feed',
    message: /^initializer 'w': expected float32\[2, 3\], got float32\[2\]$/,
    build: (g, x, w) =>
      encodeModel(g.finish({ y: g.matMul(x, w) }), {
        initializers: { w: { type: 'float32', shape: [2], data: new Float32Array(2) } },
      }),
  },
]

test('the builder refuses what breaks a rule, naming node, layer, shapes and rule', () => {
  for (const { what, code, message, build } of BUILDER) {
    const g = new GraphBuilder('broken')
    const x = g.input('x', 'float32', ['time', 2])
    const w = g.input('w', 'float32', [2, 3])
    assert.throws(
      () => build(g, x, w),
      (error: unknown) => {
        assert.ok(error instanceof GraphError, `${what}: ${error}`)
        assert.match(error.message, message, what)
        assert.equal(error.code, code, what)
        return true
      },
    )
  }
  assert.equal(BUILDER.length, 28)
})

/** A graph to damage by hand: y = tanh(x · w), z = Σ of a loop. */
function sound(): Graph {
  const g = new GraphBuilder('sound')
  const x = g.input('x', 'float32', ['time', 2])
  const w = g.input('w', 'float32', [2, 3])
  const y = g.inLayer('head', () => g.tanh(g.matMul(x, w)))
  const zero = g.constant(new Float32Array(3))
  const { states } = g.scan({ states: [zero], sequences: [{ value: y }] }, (body, [sum], [slice]) => ({
    states: [body.add(sum, slice)],
    outputs: [],
  }))
  return g.finish({ y, z: states[0] })
}

function replaceNode(graph: Graph, kind: string, change: (node: Node) => object): Graph {
  return {
    ...graph,
    nodes: graph.nodes.map(node => (node.kind === kind ? { ...node, ...change(node) } : node)),
  }
}

const DAMAGE: readonly [what: string, message: RegExp, damage: (graph: Graph) => Graph][] = [
  [
    'a value used before it is made',
    /^Tanh in layer 'head' \(float32\[time, 3\]\): expected inputs made before, in scope/,
    graph => ({
      ...graph,
      nodes: [...graph.nodes].sort((a, b) => Number(b.kind === 'Tanh') - Number(a.kind === 'Tanh')),
    }),
  ],
  [
    'a shape that is not what the rule gives',
    /^MatMul in layer 'head' .*: expected output 0 to be float32\[time, 3\], got float32\[7, 3\]$/,
    graph => replaceNode(graph, 'MatMul', ({ outputs: [y] }) => ({ outputs: [{ ...y, shape: [7, 3] }] })),
  ],
  [
    'a type that is not what the rule gives',
    /expected output 0 to be float32\[time, 3\], got int64\[time, 3\]$/,
    graph => replaceNode(graph, 'MatMul', ({ outputs: [y] }) => ({ outputs: [{ ...y, type: 'int64' }] })),
  ],
  [
    'an output too few',
    /expected 1 outputs, got 0$/,
    graph => replaceNode(graph, 'MatMul', () => ({ outputs: [] })),
  ],
  [
    'an attribute the operator does not have',
    /expected an attribute it has \(it has none\), got attribute 'axis'$/,
    graph => replaceNode(graph, 'Tanh', () => ({ attributes: { axis: 1 } })),
  ],
  [
    'no outputs',
    /expected at least one output, got none$/,
    graph => ({ ...graph, outputs: [], outputNames: [] }),
  ],
  [
    'a blank name',
    /expected names that are not blank, got ''$/,
    graph => ({ ...graph, outputNames: ['y', ''] }),
  ],
  [
    'a name twice',
    /expected names that differ, got 'x' twice$/,
    graph => ({ ...graph, outputNames: ['x', 'z'] }),
  ],
  ['too few names', /expected a name for every input and output/, graph => ({ ...graph, inputNames: ['x'] })],
  [
    'an output twice',
    /expected outputs that differ \(put an Identity between\)/,
    graph => ({ ...graph, outputs: [graph.outputs[0], graph.outputs[0]] }),
  ],
  [
    'an input for an output',
    /expected outputs made by the block's own nodes/,
    graph => ({ ...graph, outputs: [graph.inputs[0], graph.outputs[1]] }),
  ],
  [
    'a constant for an output',
    /expected outputs made by the block's own nodes/,
    graph => ({
      ...graph,
      outputs: [
        graph.outputs[0],
        graph.nodes.find(node => node.kind === 'Constant')?.outputs[0] ?? graph.outputs[0],
      ],
    }),
  ],
  [
    'an unknown operator',
    /expected an operator of the engine/,
    graph => replaceNode(graph, 'Tanh', () => ({ kind: 'Tan' })),
  ],
  [
    'a body that returns what it captured',
    /^the body of Scan .*expected outputs made by the block's own nodes/,
    graph => replaceNode(graph, 'Scan', ({ body, inputs }) => ({ body: { ...body, outputs: [inputs[0]] } })),
  ],
]

test('the verifier refuses every damaged graph, before it is written', () => {
  verifyGraph(sound())
  for (const [what, message, damage] of DAMAGE) {
    const broken = damage(sound())
    assert.throws(
      () => encodeModel(broken),
      (error: unknown) => {
        assert.ok(error instanceof GraphError, `${what}: ${error}`)
        assert.match(error.message, message, what)
        return true
      },
    )
  }
  assert.equal(DAMAGE.length, 14)
})

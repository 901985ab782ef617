/** Whether a layer gives a sequence the same alone and in a padded batch, in both directions. */
import assert from 'node:assert/strict'
import type { Dim } from '../../graph/dim.js'
import { sizeOf, type Tensor, tensor } from '../../graph/tensor.js'
import { difference, runNative } from '../../graph/testing/check.js'
import { type Batch, feedsOf, graphOf, type LayerCase } from './layer-case.js'

/** Calls back for each cell of a tensor with its place and whether it belongs to sequence `b` itself. */
function forEachOf(
  dims: readonly Dim[],
  shape: readonly number[],
  b: number,
  length: number,
  visit: (at: number, own: boolean) => void,
): void {
  for (let at = 0; at < sizeOf(shape); at++) {
    let rest = at
    let here = true
    let own = true
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const index = rest % shape[axis]
      rest = Math.floor(rest / shape[axis])
      if (dims[axis] === 'batch' && index !== b) here = false
      if (dims[axis] === 'time' && index >= length) own = false
    }
    if (here) visit(at, own)
  }
}

/** What a tensor holds of one sequence, its padding cut off. */
function cut(dims: readonly Dim[], { type, shape, data }: Tensor, b: number, length: number): Tensor {
  const cells: number[] = []
  forEachOf(dims, shape, b, length, (at, own) => {
    if (own) cells.push(Number(data[at]))
  })
  const own = shape.map((n, axis) => (dims[axis] === 'batch' ? 1 : dims[axis] === 'time' ? length : n))
  return tensor(type, cells, own)
}

/**
 * Asserts, on ONNX Runtime: outputs and gradients of inputs agree to 1e-5, at padding these gradients are exactly zero,
 * and gradients of weights are the sum over the sequences. Inputs are told apart by whether they have a batch.
 *
 * @returns how many sequences were compared
 */
export async function comparePadding(c: LayerCase, { lengths }: Batch): Promise<number> {
  const graph = graphOf(c)
  const feeds = feedsOf(c, graph)
  const whole = await runNative(graph, feeds)
  const dimsOf = (name: string) => graph.inputs[graph.inputNames.indexOf(name)].shape
  const isOfSequence = (name: string) => dimsOf(name).includes('batch')
  const sums = new Map(
    c.wrt
      .filter(name => !isOfSequence(name))
      .map(name => [name, tensor('float64', new Float64Array(sizeOf(feeds[name].shape)), feeds[name].shape)]),
  )
  const outputDims = graph.outputs[graph.outputNames.indexOf('y')].shape
  for (const [b, length] of lengths.entries()) {
    const own = Object.fromEntries(
      Object.entries(feeds).map(([name, tensor]) => [
        name,
        isOfSequence(name) ? cut(dimsOf(name), tensor, b, length) : tensor,
      ]),
    )
    const alone = await runNative(graph, own)
    const where = `${c.name}, sequence ${b}`
    const gap = difference(cut(outputDims, whole.y, b, length), alone.y)
    assert.ok(gap <= 1e-5, `${where}: output off by ${gap}`)
    for (const name of c.wrt) {
      const d = whole[`d:${name}`]
      const dAlone = alone[`d:${name}`]
      const sum = sums.get(name)
      if (sum) {
        for (let i = 0; i < sum.data.length; i++) sum.data[i] = Number(sum.data[i]) + Number(dAlone.data[i])
        continue
      }
      const off = difference(cut(dimsOf(name), d, b, length), dAlone)
      assert.ok(off <= 1e-5, `${where}: d:${name} off by ${off}`)
      forEachOf(dimsOf(name), d.shape, b, length, (at, isOwn) => {
        assert.ok(isOwn || Number(d.data[at]) === 0, `${where}: d:${name} is ${d.data[at]} at padding`)
      })
    }
  }
  for (const [name, sum] of sums) {
    const off = difference(whole[`d:${name}`], sum)
    assert.ok(off <= 1e-5, `${c.name}: d:${name} off by ${off} from the sum over sequences`)
  }
  return lengths.length
}

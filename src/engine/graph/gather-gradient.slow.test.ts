import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeModel } from '../onnx/encode.js'
import { nodeRuntime } from '../runtime/node/ort-node.js'
import { GraphBuilder } from './builder.js'
import { gradients } from './gradients.js'

const TIMES = 20_000
const DIM = 64
const RUNS = 8

/** Gathers two rows of a table very often; every gradient is a whole number, whatever the order of adding. */
async function wrongRuns(rows: number | 'rows', byCell: boolean): Promise<number> {
  const g = new GraphBuilder('gather')
  const shape = byCell ? ([rows, 1, DIM] as const) : ([rows, DIM] as const)
  const table = g.input('table', 'float32', shape)
  const at = g.input('at', 'int64', byCell ? [TIMES, 2] : [TIMES])
  const y = byCell ? g.apply('GatherND', [table, at]) : g.gather(table, at)
  const [dTable] = gradients(g, g.reduceSum(y, [0, 1]), [table])
  const graph = g.finish({ dTable })
  const count = typeof rows === 'number' ? rows : 1030
  const ids = Array.from({ length: TIMES }, (_, i) => BigInt(i % 2))
  await using session = await nodeRuntime().createSession(encodeModel(graph), { threads: 2 })
  const feeds = {
    table: {
      type: 'float32' as const,
      shape: byCell ? [count, 1, DIM] : [count, DIM],
      data: new Float32Array(count * DIM),
    },
    at: {
      type: 'int64' as const,
      shape: byCell ? [TIMES, 2] : [TIMES],
      data: BigInt64Array.from(byCell ? ids.flatMap(id => [id, 0n]) : ids),
    },
  }
  const needed = Object.fromEntries(
    Object.entries(feeds).filter(([name]) => session.inputNames.includes(name)),
  )
  let wrong = 0
  for (let run = 0; run < RUNS; run++) {
    const { data } = (await session.run(needed)).dTable
    const right = data.every((cell, i) => Number(cell) === (i < 2 * DIM ? TIMES / 2 : 0))
    wrong += Number(!right)
  }
  return wrong
}

test('no update is lost where rows are gathered many times, in two threads', async () => {
  let cases = 0
  for (const byCell of [false, true])
    for (const rows of [2, 1025, 'rows'] as const) {
      assert.equal(await wrongRuns(rows, byCell), 0, `${byCell ? 'GatherND' : 'Gather'} of ${rows} rows`)
      cases++
    }
  assert.equal(cases, 6)
})

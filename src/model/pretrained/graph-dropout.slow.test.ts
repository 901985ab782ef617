import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEncoderFolder } from '../../run/node/read-encoder-folder.js'
import { graphOf } from './graph-architecture.js'
import { dropoutPlaces } from './graph-dropout.js'
import { gradientsOf, largest, prepareEncoder } from './testing/encoder-case.js'
import { FILES, familyOf, openGraph, prepare } from './testing/graph-case.js'

test('every exported encoder has dropout of its embeddings, and in three places of each layer', () => {
  let places = 0
  for (const file of FILES) {
    const { architecture } = openGraph(file)
    const found = [...dropoutPlaces(graphOf(architecture).graph, architecture).values()]
    // ALBERT has one layer's parameters, which it uses three times.
    const layers = file.startsWith('albert')
      ? [0, 0, 0]
      : Array.from({ length: architecture.layers }, (_, i) => i)
    assert.deepEqual(
      found.map(({ at, layer }) => [at === 'output', layer]),
      [
        [!file.startsWith('albert'), -1],
        ...layers.flatMap(layer => [true, false, false].map(isOutput => [isOutput, layer])),
      ],
      file,
    )
    places += found.length
  }
  assert.ok(places > 160, String(places))
})

test('losses and gradients with dropout are those of the same encoder built from layers', async () => {
  let compared = 0
  for (const file of FILES) {
    const [name] = file.split('-')
    // No encoder is built from ALBERT's layers.
    if (name === 'albert') continue
    const family = familyOf(file)
    for (const frozen of [0, 1]) {
      const settings = { dropout: 0.3, frozen }
      const layered = prepareEncoder(await readEncoderFolder(`oracles/encoders/${name}`), settings)
      const expected = await gradientsOf(layered, family)
      const found = await gradientsOf(prepare(file, settings), family)
      const size = Math.max(1, Math.abs(expected.loss))
      assert.ok(Math.abs(found.loss - expected.loss) < 2e-5 * size, `${file}: ${found.loss}`)
      assert.ok(Math.abs(expected.loss - family.loss) > 1e-3 * size, `${file}: nothing is dropped`)
      // The graph reads ids beside the embeddings.
      const [own, wanted] = [rowsOf(found.dX, family.ids), rowsOf(expected.dX, family.ids)]
      const most = Math.max(...wanted.map(Math.abs))
      assert.equal(most > 0, frozen === 0)
      assert.ok(largest(own, wanted) < 5e-5 * most + 1e-6, `${file}: gradient of embeddings`)
      compared++
    }
  }
  assert.ok(compared >= 38, String(compared))
})

/** Those of the 16 features of embeddings, of features `[time, dim, batch]`. */
function rowsOf(all: Float32Array, ids: readonly (readonly number[])[]): number[] {
  const time = Math.max(...ids.map(({ length }) => length))
  const [step, size] = [all.length / time, 16 * ids.length]
  return Array.from({ length: time }, (_, t) => [...all.subarray(t * step, t * step + size)]).flat()
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { longestSequence } from './architecture.js'
import { gradientsOf, infer, largest } from './testing/encoder-case.js'
import { FILES, familyOf, openGraph, prepare } from './testing/graph-case.js'

test('states of every exported encoder equal PyTorch’s, and padding never changes them', async () => {
  let numbers = 0
  for (const file of FILES) {
    const { ids, states } = familyOf(file)
    const opened = prepare(file)
    const together = await infer(opened, ids)
    for (const [i, own] of together.entries()) {
      const size = Math.max(...states[i].map(Math.abs))
      assert.ok(largest(own, states[i]) < 2e-5 * size + 1e-6, `${file}: ${largest(own, states[i])}`)
      const [alone] = await infer(opened, [ids[i]])
      assert.ok(largest(own, alone) < 1e-5, `${file}: padding`)
      numbers += own.length
    }
  }
  assert.equal(FILES.length, 24)
  // Two families or more of each newer operator set, by each exporter.
  const newer = FILES.map(name => name.replace(/^\w+-/, '')).filter(name => /^(19|2\d)/.test(name))
  assert.deepEqual(
    [...new Set(newer)].sort(),
    ['19', '20', '21', '22'].flatMap(opset => [`${opset}-dynamo.onnx`, `${opset}-script.onnx`]),
  )
  assert.ok(numbers > 24 * 500, String(numbers))
})

test('gradients of every exported encoder equal PyTorch’s, by the names that PyTorch gives them', async () => {
  let compared = 0
  for (const file of FILES) {
    const family = familyOf(file)
    const opened = prepare(file)
    const { loss, found, dX } = await gradientsOf(opened, family)
    assert.ok(Math.abs(loss - family.loss) < 2e-5 * Math.max(1, Math.abs(family.loss)), `${file}: ${loss}`)
    const expected = new Map(Object.entries(family.gradients))
    for (const [name, gradient] of found) {
      const own = name.replace('pretrained.model.', '')
      const wanted = expected.get(own)
      assert.ok(wanted, `${file}: ${own}`)
      expected.delete(own)
      const { value } = opened.store.get(name)
      const [norm, product] = [
        Math.sqrt(gradient.reduce((all, x) => all + x * x, 0)),
        gradient.reduce((all, x, i) => all + x * value[i], 0),
      ]
      const wantedNorm = Math.sqrt(wanted[0])
      assert.ok(
        Math.abs(norm - wantedNorm) < 2e-5 * wantedNorm + 5e-6,
        `${file} ${own}: ${norm} ${wantedNorm}`,
      )
      const size = wantedNorm * Math.sqrt(value.reduce((all, x) => all + x * x, 0))
      assert.ok(Math.abs(product - wanted[1]) < 2e-5 * size + 5e-6, `${file} ${own}: product`)
      compared++
    }
    // What is left is the table of pieces, whose gradient is that of the embeddings.
    assert.deepEqual(
      [...expected.keys()],
      [[...expected.keys()].find(name => /(word|tok)_embeddings/.test(name))],
      file,
    )
    assert.ok(dX.every(Number.isFinite))
  }
  assert.ok(compared > 700, String(compared))
})

test('layers are known by name, so that the lower ones can stay as they are', () => {
  for (const file of FILES) {
    const { architecture } = openGraph(file)
    const layers = { albert: 1, modernbert: 3 }[file.split('-')[0]] ?? 2
    assert.equal(architecture.layers, layers, file)
    const { store } = prepare(file, { frozen: 1 })
    const trained = store.parameters.filter(({ trainable }) => trainable).map(({ name }) => name)
    assert.ok(
      trained.every(name => !/layers?\.0\.|embeddings/.test(name) || /albert/.test(name)),
      file,
    )
    if (layers > 1) assert.ok(trained.length > 5, file)
    const { store: none } = prepare(file, { frozen: 'all' })
    assert.ok(
      none.parameters.every(({ trainable }) => !trainable),
      file,
    )
    assert.equal(longestSequence(architecture), file.startsWith('roberta') ? 70 : 72)
  }
})

test('frequencies of rotary positions are constants', () => {
  const files = FILES.filter(name => name.startsWith('modernbert'))
  for (const file of files)
    assert.ok(
      [...openGraph(file).weights.keys()].every(name => !name.includes('inv_freq')),
      file,
    )
  assert.equal(files.length, 4)
})

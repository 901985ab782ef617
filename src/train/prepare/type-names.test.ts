import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInputError } from '../../base/errors.js'
import { resolveConfig } from '../../config/resolve.js'
import { nodeRuntime } from '../../engine/runtime/node/ort-node.js'
import { MemoryStore } from '../../run/memory-store.js'
import { StoredRun } from '../../run/stored-run.js'
import { Training } from '../training.js'

/** Sentences in which each type has a name of its own. */
function corpus(path: string, types: readonly string[]) {
  const sentences = types.flatMap((type, i) =>
    Array.from({ length: 4 }, (_, n) => ({
      tokens: [`Name${i}`, 'went', 'home'],
      tags: [`B-${type}`, 'O', 'O'],
      lines: [n + 1],
    })),
  )
  return { path, scheme: 'BIO' as const, sentences }
}

const config = resolveConfig({
  file: {
    input: { words: { dim: 8 } },
    encoder: [{ kind: 'bilstm', hidden: 6 }],
    decoder: { kind: 'softmax', classWeights: { constructor: 2, PER: 1 } },
    training: { epochs: 1, threads: 1 },
  },
})

test('types with names of JavaScript keep their scores and weights in the run', async () => {
  const types = ['PER', 'constructor', 'prototype', 'toString']
  const both = { train: corpus('train', types), dev: corpus('dev', types) }
  const training = Training.prepare({ config, ...both, runtime: nodeRuntime() })
  const store = new MemoryStore({ config: training.config, vocabularies: training.prepared.vocabularies })
  for await (const _ of training.run(store));
  const files = store.files() ?? assert.fail('no files')
  const run = await StoredRun.open({ read: async name => files.get(name) })
  await run.load(run.names)
  assert.deepEqual(Object.keys(run.metrics()?.dev?.exact.types ?? {}).sort(), [...types].sort())
  const { decoder } = run.neuralConfig()
  assert.ok(decoder.kind === 'softmax' && typeof decoder.classWeights === 'object')
  assert.deepEqual(Object.entries(decoder.classWeights), [
    ['constructor', 2],
    ['PER', 1],
  ])
  const epochs = run.log().flatMap(event => (event.kind === 'epoch' ? [event.types] : []))
  assert.deepEqual(Object.keys(epochs[0] ?? {}).sort(), [...types].sort())
})

test('a type that no file of a run can hold is refused before training, wherever it is', () => {
  const [good, bad] = [corpus('good', ['PER']), corpus('bad', ['PER', '__proto__'])]
  const ranges = {
    ...good,
    path: 'bad',
    sentences: [{ ...good.sentences[0], entities: [{ start: 0, end: 5, type: '__proto__' }] }],
  }
  const cases = [
    { train: bad, dev: null },
    { train: [good, bad], dev: null },
    { train: good, dev: bad },
    { train: good, dev: good, test: bad },
    { train: good, dev: good, test: ranges },
  ]
  for (const corpora of cases)
    assert.throws(
      () => Training.prepare({ config, ...corpora, runtime: nodeRuntime() }),
      (error: unknown) =>
        isInputError(error) && error.code === 'train/type-name' && error.faults[0].where === 'bad',
    )
  assert.equal(cases.length, 5)
})

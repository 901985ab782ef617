import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveConfig } from '../config/resolve.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { loadTaggerFrom } from '../recognize/load-recognizer.js'
import type { TrainEvent } from '../run/events.js'
import type { LabeledCorpus } from '../train/prepare/corpora.js'
import { trainInMemory } from '../train/train-in-memory.js'

const TAGGED = { ada: 'B-PER', bob: 'B-PER', paris: 'B-LOC', oslo: 'B-LOC', walks: 'O', '1900': 'B-DATE' }

/** Sentences of one word each, so that only the word can determine its tag. */
function corpusOf(path: string, write: (word: string) => string): LabeledCorpus {
  const sentences = Object.entries(TAGGED).map(([word, tag], i) => ({
    tokens: [write(word)],
    tags: [tag],
    lines: [i + 1],
  }))
  return { path, scheme: 'BIO', sentences }
}

test('development data and the saved model have the same fallback for unknown words', async () => {
  const runtime = nodeRuntime()
  const train = corpusOf('train', word => word)
  const dev = corpusOf('dev', word => word.toUpperCase())
  const scores: (number | null)[] = []
  for (const fallback of [true, false]) {
    const config = resolveConfig({
      file: {
        input: { words: { dim: 8, dropout: 0, fallback }, dropout: 0 },
        encoder: [{ kind: 'bilstm', hidden: 8, dropout: 0 }],
        training: { epochs: 30, batchSize: 2, learningRate: 0.05, patience: null, threads: 1 },
      },
    })
    const run = trainInMemory({ config, train, dev, runtime })
    const events: TrainEvent[] = []
    let next = await run.next()
    for (; !next.done; next = await run.next()) events.push(next.value)
    const files = next.value
    const done = events.at(-1)
    assert.ok(done?.kind === 'done' && done.best)
    scores.push(done.best.f1)
    await using tagger = await loadTaggerFrom(
      { read: async file => files.get(file) },
      { runtime, threads: 1 },
    )
    let agree = 0
    for (const word of Object.keys(TAGGED)) {
      const [lower] = (await tagger.tagTokens([[word]])).map(({ tags }) => tags)
      const [upper] = (await tagger.tagTokens([[word.toUpperCase()]])).map(({ tags }) => tags)
      if (String(lower) === String(upper)) agree++
    }
    assert.equal(agree === Object.keys(TAGGED).length, fallback)
  }
  assert.equal(scores[0], 1)
  assert.ok((scores[1] ?? 0) < 1)
  assert.equal(scores.length, 2)
})

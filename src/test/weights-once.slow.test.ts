import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { loadTaggerFrom } from '../recognize/load-recognizer.js'
import { trainAndTag } from './testing/page-checks.js'

const sample = (name: string) => readFileSync(new URL(`../../samples/${name}`, import.meta.url), 'utf8')
const TEXT = sample('demo-texts.txt')

test('a source that skips the graph gives the same tagger from the parameters alone', async () => {
  const runtime = nodeRuntime()
  const corpus = { train: sample('dev.markup'), dev: sample('test.markup') }
  const { files, entities } = await trainAndTag(runtime, corpus, TEXT, 1)
  assert.ok(entities.length > 0)
  const asked = async (skipsGraph: boolean | undefined) => {
    const names: string[] = []
    const read = async (name: string) => {
      names.push(name)
      return Uint8Array.from(files[name])
    }
    const tagger = await loadTaggerFrom(
      { read, ...(skipsGraph !== undefined && { skipsGraph }) },
      { runtime },
    )
    assert.deepEqual(await tagger.tag(TEXT), entities)
    await tagger.release()
    return names.filter(name => name.startsWith('model.')).sort()
  }
  assert.deepEqual(await asked(true), ['model.safetensors'])
  assert.deepEqual(await asked(false), ['model.onnx', 'model.safetensors'])
  assert.deepEqual(await asked(undefined), ['model.onnx', 'model.safetensors'])
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Session } from '../../engine/runtime/runtime.js'
import { createSubwordTokenizer } from '../../text/subword/tokenizer-source.js'
import { SpanModel } from './span-model.js'

test('no word, however long, makes a model read more pieces than it can', async () => {
  const json = JSON.parse(readFileSync('oracles/span-model/tokenizer.json', 'utf8'))
  const tokenizer = createSubwordTokenizer({ kind: 'tokenizer.json', json }, 'tokenizer.json')
  const long = 'Ada'.repeat(33)
  const own = tokenizer.encodeWord(long)
  assert.ok(own.length > 64, String(own.length))
  let runs = 0
  for (const pooling of ['first', 'last'] as const) {
    const lengths: number[] = []
    const read: bigint[] = []
    const session = {
      run: async (feeds: Parameters<Session['run']>[0]) => {
        lengths.push(feeds.input_ids.data.length)
        const { data } = feeds.words_mask
        data.forEach((word, i) => {
          if (word) read.push(feeds.input_ids.data[i] as bigint)
        })
        const words = Number(feeds.text_lengths.data[0])
        const shape = [1, words, 3, 1]
        runs++
        return { logits: { type: 'float32', shape, data: new Float32Array(words * 3).fill(-9) } }
      },
    } as Partial<Session> as Session
    const settings = { width: 3, words: 50, typeMark: '<<ENT>>', textMark: '<<SEP>>', pooling, pieces: 64 }
    const model = new SpanModel({ session, tokenizer, settings, where: 'own' })
    await model.find(['Ada', long, 'wrote'], { types: ['person'], threshold: 0.5 })
    assert.ok(lengths.length > 1 && lengths.every(length => length <= 64), String(lengths))
    assert.ok(read.includes(BigInt(pooling === 'first' ? own[0] : (own.at(-1) as number))))
  }
  assert.ok(runs > 3)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { buildInferenceGraph } from '../model/inference-graph.js'
import { UnitTable } from '../model/inputs/unit-table.js'
import { decodeSpans } from '../tags/decode-spans.js'
import { SentenceTagger, type SentenceTaggerOptions } from './sentence-tagger.js'
import { randomParts as parts, WORDS } from './testing/random-tagger.js'

function sentence(seed: number, length: number): string[] {
  const random = Random.fromSeed(seed)
  return Array.from({ length }, () => WORDS[random.below(WORDS.length)])
}

async function create(options?: SentenceTaggerOptions, own = parts()): Promise<SentenceTagger> {
  return SentenceTagger.create(own, own.value, nodeRuntime(), { threads: 1, ...options })
}

test('calls that overlap do not disturb one another, and releasing waits for them', async () => {
  const tagger = await create()
  const sentences = Array.from({ length: 20 }, (_, i) => sentence(i, 1 + (i % 7)))
  const apart = []
  for (const tokens of sentences) apart.push((await tagger.find([tokens]))[0])
  const together = sentences.map(tokens => tagger.find([tokens]))
  await tagger.release()
  for (const [i, [found]] of (await Promise.all(together)).entries()) assert.deepEqual(found, apart[i])
})

test('a tagger from parameters and one from the stored graph find the same, encoded before or not', async () => {
  const own = parts()
  const unitTable = new UnitTable(own.definition.inputs)
  const built = await create({}, own)
  const stored = await SentenceTagger.create({ ...own, unitTable }, own.value, nodeRuntime(), {
    model: buildInferenceGraph(own.definition, own.value),
  })
  const sentences = [[], ...[3, 9, 1].map(length => sentence(length, length))]
  const encoded = sentences.map(tokens => unitTable.encode(tokens))
  const found = await built.tagTokens(sentences)
  assert.deepEqual(await stored.tagTokens(encoded), found)
  assert.deepEqual(
    (await stored.find(encoded)).map(({ tags, spans }) => ({ tags, spans })),
    found.map(({ tags, spans }) => ({ tags, spans: spans.map(({ score: _, ...span }) => span) })),
  )
  for (const [i, { tags, spans }] of found.entries()) {
    assert.equal(tags.length, sentences[i].length)
    assert.equal(decodeSpans(tags, 'IOBES').length, spans.length)
  }
  const best = await built.nBest(sentences, 1)
  assert.deepEqual(
    best.map(([{ tags, spans }]) => ({ tags, spans })),
    found,
  )
  await Promise.all([built.release(), stored.release()])
})

test('a CRF decodes with its own parameters; characters have logits of their own', async () => {
  const crf = parts({ decoder: { kind: 'crf' } })
  const asked: string[] = []
  const model = buildInferenceGraph(crf.definition, crf.value)
  const tagger = await SentenceTagger.create(
    crf,
    name => {
      asked.push(name)
      return crf.value(name)
    },
    nodeRuntime(),
    { model },
  )
  assert.deepEqual(asked, ['decoder.transitions', 'decoder.start', 'decoder.end'])
  await tagger.release()
  const decoder = { kind: 'softmax' as const }
  const characters = await create({}, parts({ input: { unit: 'character', words: { dim: 6 } }, decoder }))
  const [{ logits, units }] = await characters.unitLogits([['Ada', 'wrote']])
  assert.deepEqual(units?.texts, [...'Ada wrote'])
  assert.equal(logits.length, 9 * crf.definition.tags.length)
  assert.equal(
    (await characters.find([['Ada', 'wrote']]))[0].emissions.length,
    2 * crf.definition.tags.length,
  )
  await characters.release()
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import { resolveConfig } from '../config/resolve.js'
import type { PartialConfig } from '../config/schema.js'
import type { Sentence } from '../corpus/sentence.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { SENTENCES } from '../model/inputs/testing/sample.js'
import { MemoryStore } from '../run/memory-store.js'
import type { TrainingCorpus } from './prepare/corpora.js'
import { Training } from './training.js'

const WHOLE: TrainingCorpus = { path: 'whole', scheme: 'BIO', sentences: SENTENCES }

/** The same sentences with nothing annotated, which makes every loss one over allowed tags. */
const BLANK: TrainingCorpus = {
  ...WHOLE,
  path: 'blank',
  sentences: SENTENCES.map(sentence => ({
    ...sentence,
    tags: sentence.tags.map(() => 'O'),
    annotated: { tokens: sentence.tags.map(() => false) },
  })),
}

/** Loss and all gradients of a step on the whole sentences, nothing dropped. */
async function stepOf(file: PartialConfig, train: readonly TrainingCorpus[]) {
  const config = resolveConfig({ file })
  const training = Training.prepare({ config, train, dev: null, runtime: nodeRuntime() })
  const step = await training.createStep()
  try {
    const { sentences, tagSets, definition } = training.prepared
    const { loss } = await step.run(sentences.slice(0, SENTENCES.length), Random.fromSeed(1))
    const gradients = training.parameters.parameters.map(
      ({ name, slots: { gradient } }) => [name, Array.from(gradient ?? [])] as const,
    )
    return { loss, gradients, isPartial: tagSets !== undefined, tags: definition.tags.length }
  } finally {
    await step.release()
  }
}

test('sentences that are labeled whole have the usual loss and gradients beside others that are not', async () => {
  let [cases, numbers] = [0, 0]
  const decoders = [
    { kind: 'crf' },
    { kind: 'softmax' },
    { kind: 'softmax', classWeights: 'balanced', focalGamma: 1.5, labelSmoothing: 0.1 },
  ] as const
  for (const unit of ['word', 'piece', 'character'] as const)
    for (const scheme of ['BIO', 'IOBES'] as const)
      for (const decoder of decoders) {
        if (unit === 'character' && decoder.kind === 'crf') continue
        const file: PartialConfig = {
          tags: { scheme },
          input: { unit, dropout: 0, words: { dim: 4, dropout: 0 } },
          encoder: [{ kind: 'bilstm', hidden: 3, dropout: 0 }],
          decoder,
          training: { threads: 1 },
        }
        const usual = await stepOf(file, [WHOLE])
        const partial = await stepOf(file, [WHOLE, BLANK])
        assert.deepEqual([usual.isPartial, partial.isPartial], [false, true])
        assert.equal(partial.tags, usual.tags)
        assert.ok(Math.abs(usual.loss - partial.loss) < 1e-4 * usual.loss, `${usual.loss}, ${partial.loss}`)
        usual.gradients.forEach(([name, gradient], i) => {
          gradient.forEach((value, k) => {
            const other = partial.gradients[i][1][k]
            assert.ok(
              Math.abs(value - other) < 1e-5,
              `${unit}, ${decoder.kind}, ${name}[${k}]: ${value}, ${other}`,
            )
            numbers++
          })
        })
        cases++
      }
  assert.equal(cases, 16)
  assert.ok(numbers > 2000)
})

const PEOPLE = ['Ada', 'Grace', 'Alan', 'Emmy', 'Kurt', 'Sofia']
const PLACES = ['Rome', 'Lima', 'Oslo', 'Cairo', 'Quito', 'Delhi']

/** `Ada flew to Rome .` for every person and place, with some of its types marked. */
function flights(marked: readonly string[]): Sentence[] {
  return PEOPLE.flatMap(person =>
    PLACES.map(place => ({
      tokens: [person, 'flew', 'to', place, '.'],
      tags: ['B-PER', 'O', 'O', 'B-LOC', 'O'].map(tag => (marked.includes(tag.slice(2)) ? tag : 'O')),
      lines: [1],
    })),
  )
}

async function foundBy(train: readonly TrainingCorpus[], decoder: 'crf' | 'softmax'): Promise<string[]> {
  const config = resolveConfig({
    file: {
      input: { dropout: 0, words: { dim: 8, dropout: 0 } },
      encoder: [{ kind: 'bilstm', hidden: 8, dropout: 0 }],
      decoder,
      training: { epochs: 12, batchSize: 8, learningRate: 0.02, threads: 1, patience: null },
    },
  })
  const training = Training.prepare({ config, train, dev: null, runtime: nodeRuntime() })
  const store = new MemoryStore({ config: training.config, vocabularies: training.prepared.vocabularies })
  for await (const event of training.run(store)) assert.ok(event)
  const tagger = await training.createTagger()
  const [{ spans }] = await tagger.find([['Grace', 'flew', 'to', 'Quito', '.']])
  await tagger.release()
  return spans.map(({ start, type }) => `${start} ${type}`)
}

test('two corpora of different types make a tagger of all of them; taken as whole, they unlearn each other', async () => {
  const people = { path: 'people', scheme: 'BIO', sentences: flights(['PER']) } as const
  const places = { path: 'places', scheme: 'BIO', sentences: flights(['LOC']) } as const
  const all = ['PER', 'LOC']
  for (const decoder of ['crf', 'softmax'] as const) {
    assert.deepEqual(await foundBy([people, places], decoder), ['0 PER', '3 LOC'], decoder)
    // Each name is marked in one half and unmarked in the other.
    const wrong = await foundBy(
      [people, places].map(corpus => ({ ...corpus, types: all })),
      decoder,
    )
    assert.notDeepEqual(wrong, ['0 PER', '3 LOC'], decoder)
  }
})

test('a type that stands for several is decided by the corpus that tells them apart', async () => {
  const fine: Sentence[] = PLACES.map((place, i) => ({
    tokens: ['to', place, i % 2 ? 'airport' : 'city'],
    tags: ['O', i % 2 ? 'B-FAC' : 'B-GPE', 'O'],
    lines: [1],
  }))
  const coarse: Sentence[] = fine.map(({ tokens }) => ({ tokens, tags: ['O', 'B-LOC', 'O'], lines: [1] }))
  const config = resolveConfig({ file: { tags: { scheme: 'BIO' } } })
  const train = [
    { path: 'fine', scheme: 'BIO', sentences: fine },
    { path: 'coarse', scheme: 'BIO', sentences: coarse, map: { LOC: ['GPE', 'FAC'] }, types: ['GPE', 'FAC'] },
  ] as const
  const { prepared } = Training.prepare({ config, train, dev: null, runtime: nodeRuntime() })
  const { vocabularies, sentences, tagSets } = prepared
  assert.deepEqual(vocabularies.types, ['FAC', 'GPE'])
  const [, set] = sentences[fine.length].allowed ?? []
  assert.deepEqual(
    tagSets?.tagsOf(set).map(tag => vocabularies.tags[tag]),
    ['B-FAC', 'B-GPE'],
  )
})

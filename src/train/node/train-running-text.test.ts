import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { resolveConfig } from '../../config/resolve.js'
import type { PartialConfig } from '../../config/schema.js'
import { loadCorpus } from '../../corpus/node/read-corpus.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { predictCorpus } from '../../recognize/predict-corpus.js'
import { lenientSpans } from '../../tags/lenient-spans.js'
import { modelBytes, temporaryFolder } from '../testing/tiny-run.js'
import { trainToFolder } from './train-to-folder.js'

interface Labeled {
  readonly text: string
  readonly entities: readonly (readonly [number, number, string])[]
}

const NAMES = ['Ada', 'Grace', 'Alan', 'Mary', 'Emmy', 'Kurt']
const SINGLE: readonly Labeled[] = NAMES.flatMap((name, i): Labeled[] => [
  { text: `${name} wrote from Bath.`, entities: [[0, name.length, 'PER']] },
  { text: `Then ${NAMES[(i + 1) % 6]} left.`, entities: [[5, 5 + NAMES[(i + 1) % 6].length, 'PER']] },
  { text: 'It rained all day!', entities: [] },
])

/** Records of three sentences each. */
function joined(sentences: readonly Labeled[]): Labeled[] {
  const records: Labeled[] = []
  for (let i = 0; i < sentences.length; i += 3) {
    let text = ''
    const entities: [number, number, string][] = []
    for (const each of sentences.slice(i, i + 3)) {
      if (text !== '') text += ' '
      for (const [start, end, type] of each.entities)
        entities.push([start + text.length, end + text.length, type])
      text += each.text
    }
    records.push({ text, entities })
  }
  return records
}

function config(train: string, unit: 'word' | 'character') {
  const file: PartialConfig = {
    corpus: { train, dev: train },
    input: { unit, words: { dim: 6 } },
    encoder: [{ kind: 'bilstm', hidden: 6 }],
    decoder: { kind: unit === 'character' ? 'softmax' : 'crf' },
    training: {
      epochs: unit === 'character' ? 24 : 8,
      batchSize: 4,
      learningRate: 0.03,
      threads: 1,
      patience: null,
    },
  }
  return resolveConfig({ file })
}

for (const unit of ['word', 'character'] as const)
  test(`${unit}: records of several sentences train, score and tag as the same sentences one by one`, async () => {
    const folder = temporaryFolder()
    try {
      const runs: string[] = []
      for (const [name, records] of [
        ['single', SINGLE],
        ['joined', joined(SINGLE)],
      ] as const) {
        const file = join(folder.path, `${name}.jsonl`)
        writeFileSync(file, records.map(record => `${JSON.stringify(record)}\n`).join(''))
        const out = join(folder.path, name)
        const told: string[] = []
        for await (const event of trainToFolder({ config: config(file, unit), out }, () => false))
          if (event.kind === 'warning') told.push(event.message)
        assert.equal(
          told.some(message => /6 records of running text are read as 18 /.test(message)),
          name === 'joined',
        )
        runs.push(out)
      }
      const [single, whole] = runs
      assert.ok(modelBytes(single).equals(modelBytes(whole)), 'the parameters differ')
      const dev = (run: string) => JSON.parse(readFileSync(join(run, 'metrics.json'), 'utf8')).dev
      assert.deepEqual(dev(whole).exact, dev(single).exact)
      assert.deepEqual([dev(whole).sentences, dev(single).sentences], [6, 18])
      const tagger = await loadTagger(whole)
      const { sentences } = await loadCorpus(`${whole}.jsonl`)
      let entities = 0
      let next = 0
      for await (const { gold, predicted, spans } of predictCorpus(tagger, sentences, 'BIO')) {
        const { text = '', offsets = [], tags } = sentences[next++]
        assert.equal(gold, tags)
        const found = await tagger.tag(text)
        assert.deepEqual(
          spans.map(({ start, end }) => [offsets[start].start, offsets[end - 1].end]),
          found.map(({ start, end }) => [start, end]),
        )
        assert.deepEqual(
          spans.map(({ score }) => score.toFixed(4)),
          found.map(({ score }) => score.toFixed(4)),
        )
        assert.equal(lenientSpans(predicted).length, spans.length)
        entities += found.length
      }
      await tagger.release()
      assert.equal(next, 6)
      assert.ok(entities >= 6, `${entities} entities`)
    } finally {
      folder.remove()
    }
  })

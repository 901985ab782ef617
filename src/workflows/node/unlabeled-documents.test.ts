import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { temporaryFolder } from '../../base/node/temporary.js'
import { loadCorpus } from '../../corpus/node/read-corpus.js'
import type { Sentence } from '../../corpus/sentence.js'
import type { Recognizer } from '../../recognize/recognizer.js'
import { labelCorpus } from './label-corpus.js'
import { writeSoftCorpus } from './soft-corpus.js'

const folder = temporaryFolder('nerite-documents-')
after(() => folder[Symbol.dispose]())
const at = (name: string) => join(folder.path, name)

const TAGS = ['O', 'B-PER', 'I-PER']

/** Reads the document, and notes what it was given of it. */
function reader(seen: Map<string, string>): Recognizer {
  const note = (sentences: readonly Sentence[]) => {
    for (const { tokens, around } of sentences)
      seen.set(tokens.join(' '), `${around?.before.join(' ')}|${around?.after.join(' ')}`)
  }
  return {
    info: { recognizer: 'neural', types: ['PER'], scheme: 'BIO', tags: TAGS, context: 9, columns: [] },
    tagTokens: async (sentences: readonly Sentence[]) => {
      note(sentences)
      return sentences.map(() => ({ spans: [] }))
    },
    tagProbabilities: async (sentences: readonly Sentence[]) => {
      note(sentences)
      return sentences.map(({ tokens }) => Float64Array.from(tokens.flatMap(() => [1, 0, 0])))
    },
  } as unknown as Recognizer
}

test('a model that reads documents is given those of texts and of corpora, and no neighbors of other documents', async () => {
  writeFileSync(at('a.txt'), 'One one. Two two.\n')
  writeFileSync(at('b.txt'), 'Three three.\n')
  writeFileSync(at('c.conll'), '-DOCSTART- O\n\nfour O\n\nfive O\n\n-DOCSTART- O\n\nsix O\n\n')
  const paths = [at('a.txt'), at('b.txt'), at('c.conll')]
  const wanted = new Map([
    ['One one .', '|Two two .'],
    ['Two two .', 'One one .|'],
    ['Three three .', '|'],
    ['four', '|five'],
    ['five', 'four|'],
    ['six', '|'],
  ])
  const labeled = new Map<string, string>()
  await labelCorpus(reader(labeled), { paths, reading: {}, out: at('labels.jsonl') })
  assert.deepEqual(labeled, wanted)
  const taught = new Map<string, string>()
  await writeSoftCorpus([reader(taught)], { paths, reading: {}, out: at('soft.jsonl') })
  assert.deepEqual(taught, wanted)
  // A student that reads documents has the same ones.
  const { sentences } = await loadCorpus(at('soft.jsonl'))
  assert.deepEqual(
    sentences.map(({ document }) => document),
    [0, 0, 1, 2, 2, 3],
  )
})

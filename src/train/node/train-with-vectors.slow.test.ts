import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { PartialConfig } from '../../config/schema.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import type { TrainEvent } from '../../run/events.js'
import { modelBytes, temporaryFolder, tinyConfig, trainHere } from '../testing/tiny-run.js'

const DIM = 12
const WORDS = [
  'the',
  'to',
  'london',
  'ada',
  'zanzibar',
  ...Array.from({ length: 3000 }, (_, i) => `met-nowhere-${i}`),
]

/** A number a word and place that no other has. */
function numberOf(word: number, d: number): number {
  return Math.sin(word * 12.9898 + d * 78.233)
}

function vectorFile(path: string, scale = 1): string {
  const lines = WORDS.map((word, i) => {
    const numbers = Array.from({ length: DIM }, (_, d) => (scale * numberOf(i, d)).toFixed(5))
    return `${word} ${numbers.join(' ')}`
  })
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

const configWith = (words: NonNullable<PartialConfig['input']>['words']) =>
  tinyConfig({ input: { words: { dim: DIM, ...words } }, training: { epochs: 1 } })

function wordsOf(run: string): { readonly trained: readonly string[]; readonly fixed: readonly string[] } {
  return JSON.parse(readFileSync(join(run, 'vocab.json'), 'utf8')).inputs.words
}

test('a tagger with vectors, fine-tuned or not, is saved whole and tags as it was scored', async () => {
  const folder = temporaryFolder()
  try {
    const vectors = vectorFile(join(folder.path, 'vectors.txt'))
    let cases = 0
    for (const fineTune of [true, false]) {
      const out = join(folder.path, `run-${fineTune}`)
      const events = await trainHere({ config: configWith({ vectors: { file: vectors, fineTune } }), out })
      const start = events.find(event => event.kind === 'start')
      const done = events.at(-1)
      assert.ok(start?.kind === 'start' && start.vectors && done?.kind === 'done')
      const { words, exact, lower, digits, missing, tokens } = start.vectors
      assert.ok(exact >= 2 && lower >= 1)
      assert.equal(exact + lower + digits + missing, words)
      assert.equal(tokens.exact + tokens.lower + tokens.digits + tokens.missing, start.tokens)
      const vocabulary = wordsOf(out)
      assert.equal(vocabulary.trained.includes('the'), fineTune)
      assert.equal(vocabulary.fixed.includes('the'), !fineTune)
      assert.ok(vocabulary.fixed.includes('met-nowhere-2999'))
      const metrics = JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8')) as {
        dev: { exact: { micro: { f1: number | null } } }
      }
      assert.equal(done.best?.f1, metrics.dev.exact.micro.f1)
      // One byte per number for the words that are not trained, in the graph alone.
      const fixed = vocabulary.fixed.length * DIM
      assert.ok(statSync(join(out, 'model.onnx')).size > fixed)
      assert.ok(!modelBytes(out).includes('input.vectors'))
      assert.match(
        readFileSync(join(out, 'README.md'), 'utf8'),
        /## Pretrained vectors[^#]*\| tokens \| \d+ \|/,
      )
      const tagger = await loadTagger(out)
      const [known, same, other] = await tagger.tagProbabilities([
        ['zanzibar', 'the'],
        ['ZANZIBAR', 'the'],
        ['met-nowhere-7', 'the'],
      ])
      await tagger.release()
      const differs = (a: Float64Array, b: Float64Array) => a.some((p, i) => Math.abs(p - b[i]) > 1e-6)
      assert.ok(differs(known, other), 'words of no training sentence have vectors of their own')
      assert.ok(differs(known, same), 'two spellings differ in shape and characters still')
      cases++
    }
    assert.equal(cases, 2)
  } finally {
    folder.remove()
  }
})

test('only the first vectors are kept, and those of training words', async () => {
  const folder = temporaryFolder()
  try {
    const vectors = vectorFile(join(folder.path, 'vectors.txt'))
    const out = join(folder.path, 'run')
    // "the" is the first; the others come after the limit, and "to" is a training word.
    const events = await trainHere({
      config: configWith({ vectors: { file: vectors, limit: 1, fineTune: false } }),
      out,
    })
    assert.deepEqual(warningsOf(events), [
      `${vectors}: of 3005 vectors the first 1 are kept (input.words.vectors.limit), and those of training words`,
    ])
    const { fixed } = wordsOf(out)
    assert.ok(fixed.includes('the') && fixed.includes('to'))
    assert.ok(!fixed.some(word => word.startsWith('met-nowhere')))
  } finally {
    folder.remove()
  }
})

const warningsOf = (events: readonly TrainEvent[]) =>
  events.flatMap(event =>
    event.kind === 'warning' && event.code === 'vectors-left-out' ? [event.message] : [],
  )

test('a warning says what a file of vectors has that is left out', async () => {
  const folder = temporaryFolder()
  try {
    const vectors = join(folder.path, 'vectors.txt')
    const lines = (...words: readonly string[]) =>
      writeFileSync(vectors, words.map(word => `${word} ${'0.5 '.repeat(DIM)}\n`).join(''))
    const told = async (name: string) =>
      warningsOf(await trainHere({ config: configWith({ vectors }), out: join(folder.path, name) }))
    lines('. . .', 'the', 'at name@example.org', 'the', 'to', 'the')
    assert.deepEqual(await told('some'), [
      `${vectors}: 2 entries have a space in them, which no word has; 2 vectors are for words that came before: the ` +
        'first one counts',
    ])
    lines('the', 'to')
    assert.deepEqual(await told('none'), [])
  } finally {
    folder.remove()
  }
})

test('a stopped run resumes only with the same vectors, and ends with the same bytes', async () => {
  const folder = temporaryFolder()
  try {
    const vectors = vectorFile(join(folder.path, 'vectors.txt'))
    const config = configWith({ vectors })
    const [whole, halved] = ['whole', 'halved'].map(name => join(folder.path, name))
    await trainHere({ config, out: whole })
    await trainHere({ config, out: halved }, 4)
    vectorFile(vectors, 2)
    await assert.rejects(
      trainHere({ config, out: halved, resume: true }),
      /the corpora, vectors and gazetteers .* got other content/,
    )
    // The same vectors may be in another place.
    const moved = configWith({ vectors: vectorFile(join(folder.path, 'moved', 'vectors.txt')) })
    await trainHere({ config: moved, out: halved, resume: true })
    assert.ok(modelBytes(whole).equals(modelBytes(halved)))
  } finally {
    folder.remove()
  }
})

test('vectors of another width leave no folder', async () => {
  const folder = temporaryFolder()
  try {
    const vectors = vectorFile(join(folder.path, 'vectors.txt'))
    const out = join(folder.path, 'run')
    await assert.rejects(
      trainHere({ config: configWith({ vectors, dim: 50 }), out }),
      /expected vectors of 50 numbers, got 12; set input.words.dim to 12/,
    )
    assert.equal(statSync(out, { throwIfNoEntry: false }), undefined)
  } finally {
    folder.remove()
  }
})

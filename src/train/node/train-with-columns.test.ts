import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { runCli } from '../../cli/testing/run-cli.js'
import { resolveConfig } from '../../config/resolve.js'
import type { Config, PartialConfig } from '../../config/schema.js'
import { loadCorpus } from '../../corpus/node/read-corpus.js'
import { scoreTags } from '../../evaluate/score-tags.js'
import { SENTENCES } from '../../model/inputs/testing/sample.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { predictCorpus } from '../../recognize/predict-corpus.js'
import { temporaryFolder } from '../testing/tiny-run.js'
import { trainToFolder } from './train-to-folder.js'

/** The small sentences as a file: token, part of speech, tag. */
function corpusFile(path: string): string {
  const rows = SENTENCES.map(({ tokens, tags, columns }) =>
    tokens.map((token, t) => `${token} ${columns?.pos[t]} ${tags[t]}\n`).join(''),
  )
  writeFileSync(path, rows.join('\n'))
  return path
}

function configOf(corpus: string, input: PartialConfig['input']): Config {
  return resolveConfig({
    file: {
      corpus: { train: corpus, dev: corpus },
      input: { words: { dim: 6 }, ...input },
      encoder: [{ kind: 'bilstm', hidden: 6 }],
      training: { epochs: 3, learningRate: 0.02, threads: 1, patience: null },
    },
  })
}

async function run(config: Config, out: string, resume = false): Promise<void> {
  for await (const event of trainToFolder({ config, out, resume }, () => false))
    if (event.kind === 'done') return
}

test('a tagger that looks at a column and gazetteers is saved whole and scores as it did', async () => {
  const folder = temporaryFolder()
  try {
    const corpus = corpusFile(join(folder.path, 'train.conll'))
    const names = join(folder.path, 'names.txt')
    writeFileSync(names, 'Charles Babbage\nLondon\nBath\n')
    const out = join(folder.path, 'run')
    const input = {
      charLstm: { dim: 4, hidden: 3 },
      columns: [{ column: '2', dim: 20 }],
      gazetteers: [{ file: names, ignoreCase: true, dim: 8 }],
    }
    await run(configOf(corpus, input), out)
    rmSync(names)
    const tagger = await loadTagger(out)
    assert.deepEqual(tagger.info.columns, ['column2'])
    const { sentences, scheme } = await loadCorpus(corpus)
    const gold: (readonly string[])[] = []
    const predicted: (readonly string[])[] = []
    for await (const pair of predictCorpus(tagger, sentences, scheme.scheme)) {
      gold.push(pair.gold)
      predicted.push(pair.predicted)
    }
    const { dev } = JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8')) as {
      dev: { exact: { micro: unknown } }
    }
    const scores = scoreTags(gold, predicted, { mode: 'conlleval', scheme: scheme.scheme })
    assert.deepEqual(scores.exact.micro, dev.exact.micro)
    assert.equal(
      scores.tokens,
      SENTENCES.reduce((sum, { tokens }) => sum + tokens.length, 0),
    )
    // What the tagger sees besides the words makes a difference.
    const [noun, verb, name] = await tagger.tagProbabilities([
      { tokens: ['Zanzibar'], columns: { column2: ['N'] } },
      { tokens: ['Zanzibar'], columns: { column2: ['V'] } },
      { tokens: ['BATH'], columns: { column2: ['N'] } },
    ])
    const differs = (a: Float64Array, b: Float64Array) => a.some((p, i) => Math.abs(p - b[i]) > 1e-6)
    assert.ok(differs(noun, verb) && differs(noun, name))
    await assert.rejects(tagger.tag('Ada wrote.'), { code: 'encode/column' })
    const other = join(folder.path, 'other.conll')
    writeFileSync(other, 'Ada B-PER\nwrote O\n')
    const words = join(folder.path, 'words.conll')
    writeFileSync(words, 'Ada\nwrote\n')
    for (const args of [
      ['evaluate', out, other],
      ['predict', out, words, '--tokens'],
      ['predict', out, '--text', 'Ada wrote.'],
    ]) {
      const { code, errorCode, places } = await runCli(...args)
      assert.deepEqual([code, errorCode, places], [2, 'encode/column', ['column 2']], args[0])
    }
    // The next column is in the place of the one that is missing: tags, or words.
    const shifted = join(folder.path, 'shifted.conll')
    writeFileSync(shifted, 'Ada zzada B-PER\nwrote zzwrite O\n'.repeat(10))
    for (const args of [
      ['predict', out, other, '--tokens'],
      ['predict', out, other, '--tokens', '--n-best', '2'],
      ['predict', out, shifted, '--tokens'],
      ['evaluate', out, shifted],
    ]) {
      const { code, errorCode, places, stdout } = await runCli(...args)
      assert.deepEqual(
        [code, errorCode, places, stdout],
        [2, 'encode/column', ['column 2'], ''],
        args.join(' '),
      )
    }
    assert.equal((await runCli('predict', out, corpus, '--tokens')).code, 0)
    assert.equal((await runCli('evaluate', out, corpus)).code, 0)
    await tagger.release()
  } finally {
    folder.remove()
  }
})

test('gazetteers alone leave plain text to be tagged', async () => {
  const folder = temporaryFolder()
  try {
    const corpus = corpusFile(join(folder.path, 'train.conll'))
    const names = join(folder.path, 'names.txt')
    writeFileSync(names, 'Ada\n')
    const out = join(folder.path, 'run')
    await run(configOf(corpus, { gazetteers: [{ file: names, ignoreCase: false, dim: 4 }] }), out)
    const tagger = await loadTagger(out)
    assert.deepEqual(tagger.info.columns, [])
    assert.ok(Array.isArray(await tagger.tag('Ada wrote to Charles Babbage.')))
    await tagger.release()
  } finally {
    folder.remove()
  }
})

test('a run resumes with its list of names, even if the file was moved', async () => {
  const folder = temporaryFolder()
  try {
    const corpus = corpusFile(join(folder.path, 'train.conll'))
    const [before, now] = ['before', 'now'].map(name => join(folder.path, name, 'names.txt'))
    const out = join(folder.path, 'run')
    const withList = (file: string) => configOf(corpus, { gazetteers: [{ file, ignoreCase: false, dim: 4 }] })
    for (const file of [before, now]) mkdirSync(dirname(file))
    writeFileSync(before, 'London\nBath\n')
    await run(withList(before), out)
    writeFileSync(now, 'London\n')
    await assert.rejects(run(withList(now), out, true), /gazetteers .* got other content/)
    renameSync(before, now)
    await run(withList(now), out, true)
  } finally {
    folder.remove()
  }
})

test('a column that is not there, two gazetteers of one name and a missing list are refused before training', async () => {
  const folder = temporaryFolder()
  try {
    const corpus = corpusFile(join(folder.path, 'train.conll'))
    const names = join(folder.path, 'names.txt')
    writeFileSync(names, 'Ada\n')
    const out = join(folder.path, 'run')
    const list = { file: names, ignoreCase: false, dim: 4 }
    const cases: readonly (readonly [PartialConfig['input'], RegExp])[] = [
      [
        { columns: [{ column: 'pos', dim: 2 }] },
        /column "pos": expected a value for each of \d+ tokens.*, got the columns "column2"/,
      ],
      [{ gazetteers: [list, list] }, /input.gazetteers.1.name: expected a different name/],
      [
        { gazetteers: [{ ...list, file: 'nowhere.txt' }] },
        /nowhere.txt: expected a list of names.*no such file/,
      ],
    ]
    for (const [input, message] of cases) await assert.rejects(run(configOf(corpus, input), out), message)
    assert.throws(
      () =>
        configOf(corpus, {
          columns: [
            { column: 2, dim: 2 },
            { column: 2, dim: 3 },
          ],
        }),
      /input.columns: expected each column once/,
    )
    assert.equal(configOf(corpus, { columns: [{ column: 'pos', dim: 20 }] }).input.columns[0].dim, 20)
  } finally {
    folder.remove()
  }
})

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runCli } from '../cli/testing/run-cli.js'
import { loadTagger } from '../recognize/node/load-tagger.js'
import { temporaryFolder } from '../train/testing/tiny-run.js'

/** Tiny corpora: their content, and what is reported about it. */
const CORPORA = [
  { name: 'one token', text: 'Ada O\n', words: '1 word', types: [] },
  { name: 'one entity', text: 'Ada B-PER\n', words: '1 word', types: ['PER'] },
  { name: 'no entity', text: 'it O\nrained O\n\nit O\nsnowed O\n', words: '3 words', types: [] },
  {
    name: 'entities alone',
    text: 'Ada B-PER\nLovelace I-PER\n\nLondon B-LOC\nParis B-LOC\n',
    words: '4 words',
    types: ['PER', 'LOC'],
  },
] as const
const SETTINGS = [
  ['bilstm', '--decoder.classWeights', 'balanced', '--decoder.labelSmoothing', '0.1', '--tags.scheme', 'IO'],
  ['bilstm', '--decoder.focalGamma', '2', '--training.sampling.kind', 'undersample'],
  ['bilstm-crf', '--training.schedule.kind', 'one-cycle', '--training.averaging.kind', 'swa'],
] as const

const folder = temporaryFolder()
after(folder.remove)

test('tiny corpora: training works, reports are correct, and scores are the same after loading', async () => {
  let runs = 0
  for (const { name, text, words, types } of CORPORA) {
    const corpus = join(folder.path, `${name}.conll`)
    writeFileSync(corpus, text)
    for (const [preset, ...settings] of SETTINGS) {
      const out = join(folder.path, `run-${runs++}`)
      const small = [
        '--input.words.dim',
        '4',
        '--encoder.0.hidden',
        '4',
        '--training.epochs',
        '1',
        '--training.batchSize',
        '16',
        '--no-report',
      ]
      const files = ['--corpus.train', corpus, '--corpus.dev', corpus]
      const trained = await runCli('train', '--preset', preset, '--out', out, ...files, ...small, ...settings)
      assert.equal(trained.code, 0, trained.stderr)
      assert.match(trained.stderr, new RegExp(` parameters, ${words}; 1 step per epoch`))
      assert.match(trained.stderr, /epoch 1\/1 {2}loss \d+\.\d+ .*\n/)
      const evaluated = await runCli('evaluate', out, corpus, '--json')
      const metrics = JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8'))
      assert.deepEqual(JSON.parse(evaluated.stdout).exact, metrics.dev.exact)
      const card = readFileSync(join(out, 'README.md'), 'utf8')
      assert.ok(card.includes(`trainable parameters, ${words}.\n`), card)
      const found = types.map(type => `\`${type}\``).join(', ')
      if (types.length === 0)
        assert.match(card, /^Finds nothing: its training corpus has no entity\. Encoder/m)
      else
        assert.ok(card.includes(`Finds ${[...found.split(', ')].sort().join(', ')} in text. Encoder`), card)
      const tagger = await loadTagger(out)
      for (const { type, score } of await tagger.tag('Ada Lovelace was not in London.'))
        assert.ok((types as readonly string[]).includes(type) && score > 0 && score <= 1)
      await tagger.release()
    }
  }
  assert.equal(runs, CORPORA.length * SETTINGS.length)
})

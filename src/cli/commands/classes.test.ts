import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { temporaryFolder } from '../../base/node/temporary.js'
import { readClassFile } from '../../encode/node/class-file.js'
import { classLookup } from '../../encode/word-classes.js'
import { runCli } from '../testing/run-cli.js'

const folder = temporaryFolder('nerite-classes-cli-')
after(() => folder[Symbol.dispose]())
const at = (name: string) => join(folder.path, name)

const NAMES = ['Ada', 'Grace', 'Alan', 'Joan']
const PLACES = ['London', 'Paris', 'Oslo', 'Rome']
const lines = Array.from({ length: 400 }, (_, i) => `${NAMES[i % 4]} lives in ${PLACES[(i >> 2) % 4]} .`)
writeFileSync(at('text.txt'), lines.join('\n'))

test('brown and kmeans write files that are read; a CRF and a network train with them and tag with them', async () => {
  const brown = await runCli(
    'classes',
    'brown',
    at('text.txt'),
    '--classes',
    '4',
    '--out',
    at('b.paths'),
    '--json',
  )
  assert.equal(brown.code, 0, brown.stderr)
  const { classes, words } = JSON.parse(brown.stdout)
  assert.deepEqual([classes, words], [4, 11])
  const pathOf = classLookup(await readClassFile({ file: at('b.paths') }))
  for (const group of [NAMES, PLACES]) assert.equal(new Set(group.map(pathOf)).size, 1)
  assert.notEqual(pathOf('Ada'), pathOf('Oslo'))

  writeFileSync(
    at('v.txt'),
    [...NAMES, ...PLACES].map((word, i) => `${word} ${i < 4 ? 1 : -1} ${i / 10}\n`).join(''),
  )
  const kMeans = await runCli('classes', 'kmeans', at('v.txt'), '--classes', '2', '--out', at('k.paths'))
  assert.equal(kMeans.code, 0, kMeans.stderr)
  const own = classLookup(await readClassFile({ file: at('k.paths') }))
  for (const group of [NAMES, PLACES]) assert.equal(new Set(group.map(own)).size, 1)

  // Labeled are two names and two places: the others are known by their classes alone.
  writeFileSync(
    at('train.markup'),
    '[Ada](PER) lives in [London](LOC) .\n[Grace](PER) lives in [Paris](LOC) .\nJoy and rain .\n',
  )
  const shared = ['--corpus.train', at('train.markup')]
  const features = [
    '--features.templates',
    '["bias","class:b","class:b:1"]',
    '--features.classes.0.file',
    at('b.paths'),
  ]
  const crf = await runCli('train', '--preset', 'crf', ...shared, ...features, '--out', at('crf'))
  assert.equal(crf.code, 0, crf.stderr)
  const small = [
    '--input.words.dim',
    '4',
    '--input.words.minCount',
    '5',
    '--training.epochs',
    '60',
    '--training.learningRate',
    '0.05',
    '--input.shape',
    'null',
    '--input.charCnn',
    'null',
  ]
  const network = ['--input.classes.0.file', at('b.paths'), '--input.classes.0.lengths', '[2,20]']
  const neural = await runCli(
    'train',
    '--preset',
    'bilstm',
    ...shared,
    ...network,
    ...small,
    '--out',
    at('net'),
  )
  assert.equal(neural.code, 0, neural.stderr)
  for (const run of ['crf', 'net']) {
    const tagged = await runCli('predict', at(run), '--text', 'Joan lives in Oslo .', '--json')
    const found = JSON.parse(tagged.stdout)
    const entities = (Array.isArray(found) ? found[0] : found).entities as { text: string; type: string }[]
    assert.deepEqual(
      entities.map(({ type }) => type),
      ['PER', 'LOC'],
      `${run}: ${tagged.stdout}`,
    )
  }
})

test('what is wrong is said, and no file is left', async () => {
  writeFileSync(at('there.paths'), 'x')
  const cases: readonly (readonly [readonly string[], string])[] = [
    [['brown', at('text.txt'), '--classes', '50', '--out', at('x.paths')], 'classes/settings'],
    [['brown', at('none.txt'), '--out', at('x.paths')], 'vectors/text'],
    [['brown', at('text.txt'), '--out', at('there.paths')], 'output/place'],
    [['kmeans', at('none.txt'), '--out', at('x.paths')], 'encode/vectors'],
    [['kmeans', at('v.txt'), '--classes', '9', '--out', at('x.paths')], 'classes/settings'],
    [['kmeans', at('v.txt'), '--classes', '1', '--out', at('x.paths')], 'cli/options'],
  ]
  for (const [args, code] of cases) {
    const failed = await runCli('classes', ...args)
    assert.deepEqual([failed.code, failed.errorCode], [2, code], failed.stderr)
    assert.ok(!existsSync(at('x.paths')))
  }
  assert.equal(readFileSync(at('there.paths'), 'utf8'), 'x')
  assert.equal(cases.length, 6)
})

import assert from 'node:assert/strict'
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { writeReport } from '../report/node/write-report.js'
import { readModel } from '../run/node/open-model.js'
import { temporaryFolder, tinyConfig } from '../train/testing/tiny-run.js'
import { type CliRun, runCli } from './testing/run-cli.js'

const folder = temporaryFolder()
const at = (name: string) => join(folder.path, name)
const good = 'Ada\tB-PER\nwrote\tO\n.\tO\n\nShe\tO\nleft\tO\nLondon\tB-LOC\n'
const run = at('run')

before(async () => {
  writeFileSync(at('good.conll'), good)
  writeFileSync(at('config.json'), JSON.stringify(tinyConfig({ training: { epochs: 1 } })))
  const trained = await runCli('train', at('config.json'), '--out', run)
  assert.equal(trained.code, 0, trained.stderr)
})
after(folder.remove)

/**
 * What a mistake must look like: exit code 2, an error of this code at these places (or parts of them), a line on stderr
 * for each, no stack, nothing on stdout, nothing left behind.
 */
async function checkMistake(
  args: readonly string[],
  errorCode: string,
  ...places: string[]
): Promise<CliRun> {
  const before = readdirSync(folder.path).sort()
  const run = await runCli(...args)
  const { stdout, stderr } = run
  const what = `nerite ${args.join(' ')}\n${stderr}`
  assert.deepEqual([run.code, run.errorCode, stdout], [2, errorCode, ''], what)
  assert.equal(run.places.length, places.length, what)
  for (const [i, place] of places.entries()) assert.ok(run.places[i].includes(place), `${what}${place}`)
  assert.equal(stderr.match(/^error/gm)?.length, places.length || 1, what)
  assert.doesNotMatch(stderr, /\n\s+at /, what)
  assert.deepEqual(readdirSync(folder.path).sort(), before, `${what}\nsomething was left behind`)
  return run
}

const training = (corpus: string, ...more: string[]) => [
  'train',
  at('config.json'),
  '--corpus.train',
  corpus,
  '--out',
  at('new-run'),
  ...more,
]

test('a faulty configuration', async () => {
  writeFileSync(at('typo.json'), '{"training": {"epoch": 3}}')
  writeFileSync(at('type.json'), '{"training": {"epochs": "many"}}')
  writeFileSync(at('broken.json'), '{\n "training": {\n')
  const out = ['--out', at('new-run')]
  const typo = await checkMistake(['train', at('typo.json'), ...out], 'config/invalid', 'training.epoch')
  assert.match(
    typo.stderr,
    /^error \S*typo\.json:1: training\.epoch: expected .*, got .*; did you mean training\.epochs\?\n$/,
  )
  await checkMistake(['train', at('absent.json'), ...out], 'config/missing', at('absent.json'))
  await checkMistake(['train', folder.path, ...out], 'config/missing', folder.path)
  await checkMistake(['train', at('type.json'), ...out], 'config/invalid', 'training.epochs')
  await checkMistake(['train', at('broken.json'), ...out], 'config/json', `${at('broken.json')}:3`)
  await checkMistake(training(at('good.conll'), '--training.epoch', '3'), 'config/invalid', 'training.epoch')
  await checkMistake(training(at('good.conll'), '--epochs', '3'), 'cli/options', '--epochs')
  await checkMistake(training(at('good.conll'), '--corpus.dev'), 'cli/options', '--corpus.dev')
  await checkMistake(training(at('good.conll'), at('config.json')), 'cli/arguments', 'nerite train')
  await checkMistake(['train', at('config.json')], 'cli/options', '--out')
  await checkMistake(['train', '--preset', 'bilstm-crff', ...out], 'config/invalid', 'preset')
  await checkMistake(['train', '--preset', 'bilstm-crf', ...out], 'train/corpus', 'corpus.train')
  await checkMistake(
    ['init', '--preset', 'nothing-like-it', '--out', at('c.json')],
    'config/invalid',
    'preset',
  )
  await checkMistake(['init', '--out', at('config.json')], 'cli/arguments', at('config.json'))
  await checkMistake(['init', '--out', at('no-folder/c.json')], 'output/place', at('no-folder'))
  await checkMistake(['init', '--out', folder.path, '--force'], 'output/place', folder.path)
  writeFileSync(at('list.json'), '{"corpus": [], "training": {"epochs": 0}}')
  await checkMistake(
    ['train', at('list.json'), ...out],
    'config/invalid',
    `${at('list.json')}:1: corpus`,
    `${at('list.json')}:1: training.epochs`,
  )
  writeFileSync(at('marked.json'), '\uFEFF{"training": {"epochs": 1}}')
  await checkMistake(['train', at('marked.json'), ...out], 'train/corpus', 'corpus.train')
  await checkMistake(['train', '--resume', at('absent')], 'model/file', at('absent'))
  mkdirSync(at('bare'))
  await checkMistake(['train', '--resume', at('bare')], 'model/file', at('bare'))
})

test('only a plain file is ever replaced', async () => {
  writeFileSync(at('behind.conll'), 'mine')
  const link = at('link.conll')
  symlinkSync(at('behind.conll'), link)
  await checkMistake(['corpus', 'convert', at('good.conll'), link, '--force'], 'corpus/exists', link)
  await checkMistake(['init', '--out', link, '--force'], 'output/place', link)
  await checkMistake(['score', at('good.conll'), at('good.conll'), '--html', link], 'output/place', link)
  await checkMistake(['report', run, '--out', link], 'output/place', link)
  assert.equal(readFileSync(link, 'utf8'), 'mine')
  assert.ok(lstatSync(link).isSymbolicLink())
})

test('a page that cannot be written is refused before any work', async () => {
  for (const [out, place] of [
    [at('no-folder/x.html'), at('no-folder')],
    [folder.path, folder.path],
    [at('good.conll/x.html'), at('good.conll/x.html')],
  ]) {
    const refused = (...args: string[]) => checkMistake(args, 'output/place', place)
    await refused('score', at('good.conll'), at('good.conll'), '--html', out)
    await refused('report', run, '--fresh', '--out', out)
    await refused('report', run, '--folds', '2', '--out', out)
    await assert.rejects(writeReport(run, { out }), { code: 'output/place' })
  }
  // The default places may be taken too.
  const taken = at('taken')
  cpSync(run, taken, { recursive: true })
  for (const name of ['report.html', 'report-absent.conll.html']) {
    rmSync(join(taken, name), { force: true })
    symlinkSync(at('nothing'), join(taken, name))
  }
  const own = join(taken, 'report.html')
  await checkMistake(['report', taken, '--fresh'], 'output/place', own)
  await checkMistake(['report', taken, '--folds', '2'], 'output/place', own)
  await checkMistake(
    ['report', taken, at('absent.conll')],
    'output/place',
    join(taken, 'report-absent.conll.html'),
  )
  await checkMistake(['report', at('good.conll')], 'model/file', at('good.conll'))
})

test('text without labels is neither trained on nor scored', async () => {
  writeFileSync(at('words.conll'), 'Ada\nwrote\n\nto\nBob\n')
  await checkMistake(training(at('words.conll')), 'corpus/unlabeled', at('words.conll'))
  await checkMistake(['evaluate', run, at('words.conll')], 'corpus/unlabeled', at('words.conll'))
  const half = at('half.jsonl')
  writeFileSync(
    half,
    '{"tokens":["Ada"],"tags":["B-PER"]}\n{"tokens":["x","y"]}\n{"tokens":["Bob"],"tags":["O"]}\n',
  )
  const trained = await runCli(...training(half).slice(0, -1), at('half-run'))
  assert.equal(trained.code, 0, trained.stderr)
  assert.match(trained.stderr, /warning .*half\.jsonl.*1 of 3 sentences.*line 2/)
  assert.match(trained.stderr, /training on 2 sentences, 2 tokens/)
  const { code, stdout, stderr } = await runCli('evaluate', run, half, '--json')
  assert.equal(code, 0, stderr)
  assert.match(stderr, /note .*1 of 3 sentences.*line 2/)
  assert.deepEqual([JSON.parse(stdout).sentences, JSON.parse(stdout).tokens], [2, 2])
})

/** The codes of the warnings in a run's log. */
async function warningsOf(dir: string): Promise<string[]> {
  const run = await readModel(dir)
  return run.log().flatMap(event => (event.kind === 'warning' ? [event.code] : []))
}

test('guesses about a training corpus are shown; a dev corpus without entities measures nothing', async () => {
  const corpus = at('points.jsonl')
  writeFileSync(corpus, '{"text":"Ada wrote 😀.","label":[[0,3,"PER"]],"id":7}\n')
  writeFileSync(at('only-o.conll'), 'so\tO\nit\tO\n')
  const more = ['--corpus.dev', at('only-o.conll')]
  const { code, stderr } = await runCli(...training(corpus).slice(0, -1), at('told-run'), ...more)
  assert.equal(code, 0, stderr)
  // The span stands before the emoji, so every unit of offsets reads the same.
  assert.deepEqual(await warningsOf(at('told-run')), ['format-found', 'dev-without-entities'])
  assert.equal(stderr.match(/^warning .*(points\.jsonl|only-o\.conll)/gm)?.length, 2, stderr)
})

test('a faulty corpus', async () => {
  writeFileSync(at('empty.conll'), '')
  writeFileSync(at('few.conll'), 'Ada\tNNP\tB-PER\nwrote\tO\n')
  writeFileSync(at('prefix.conll'), 'Ada\tB-PER\nwrote\tX-PER\n')
  writeFileSync(
    at('bytes.conll'),
    Buffer.concat([Buffer.from('é\tO\nM'), Buffer.from([0xfc]), Buffer.from('ller\tB-PER\n')]),
  )
  writeFileSync(at('columns.csv'), 'a,b\n1,2\n')
  await checkMistake(training(at('absent.conll')), 'corpus/file', at('absent.conll'))
  mkdirSync(at('no-files'))
  await checkMistake(training(at('no-files')), 'corpus/file', at('no-files'))
  await checkMistake(training(at('empty.conll')), 'corpus/empty', at('empty.conll'))
  await checkMistake(training(at('few.conll')), 'corpus/rows', `${at('few.conll')}:2`)
  await checkMistake(training(at('prefix.conll')), 'corpus/rows', `${at('prefix.conll')}:2`)
  const bytes = await checkMistake(training(at('bytes.conll')), 'corpus/encoding', `${at('bytes.conll')}:2`)
  // Reading is part of the configuration in training.
  assert.match(bytes.stderr, /--corpus\.encoding/)
  const header = `${at('columns.csv')}:1`
  await checkMistake(training(at('columns.csv')), 'corpus/columns', header, header)
  await checkMistake(['evaluate', run, at('absent.conll')], 'corpus/file', at('absent.conll'))
  await checkMistake(['predict', run, at('absent.txt')], 'cli/arguments', at('absent.txt'))
})

test('class weights for what the corpus does not have', async () => {
  writeFileSync(
    at('weights.json'),
    JSON.stringify({ ...tinyConfig(), decoder: { kind: 'softmax', classWeights: { PRE: 2 } } }),
  )
  const args = ['train', at('weights.json'), '--out', at('new-run')]
  await checkMistake(args, 'train/class-weights', 'decoder.classWeights.PRE')
})

test('a type in dev that train lacks is a warning, not an error', async () => {
  writeFileSync(at('dev.conll'), good.replace('B-LOC', 'B-PLACE'))
  const out = at('warned')
  const files = ['--corpus.train', at('good.conll'), '--corpus.dev', at('dev.conll')]
  const { code, stdout, stderr } = await runCli('train', at('config.json'), ...files, '--json', '--out', out)
  assert.equal(code, 0, stderr)
  assert.deepEqual(await warningsOf(out), ['overlap', 'unseen-type', 'learned-nothing'])
  const { warnings } = JSON.parse(stdout) as { readonly warnings: readonly { readonly code: string }[] }
  assert.deepEqual(
    warnings.map(warning => warning.code),
    ['overlap', 'unseen-type', 'learned-nothing'],
  )
  // A tagger that finds nothing is not offered for use.
  assert.doesNotMatch(stderr, /next: nerite predict/)
  assert.match(stderr, /^warning .*dev\.conll.* PLACE/m)
})

test('an output folder that exists', async () => {
  await checkMistake(['train', at('config.json'), '--out', run], 'model/file', run)
  mkdirSync(at('own-files'))
  writeFileSync(join(at('own-files'), 'thesis.txt'), 'years of work')
  const forced = ['train', at('config.json'), '--out', at('own-files'), '--force']
  await checkMistake(forced, 'model/file', at('own-files'))
  assert.ok(existsSync(join(at('own-files'), 'thesis.txt')))
})

test('the demo replaces no run of somebody else’s', async () => {
  await checkMistake(['demo', '--out', run], 'model/file', run)
  await readModel(run)
})

test('what would make another run is refused beside --resume', async () => {
  const before = readFileSync(join(run, 'manifest.json'))
  const resumed = (...more: string[]) => ['train', '--resume', run, ...more]
  await checkMistake(resumed('--out', at('new-run')), 'cli/options', '--out')
  await checkMistake(resumed('--preset', 'bilstm-crf'), 'cli/options', '--preset')
  await checkMistake(resumed('--force'), 'cli/options', '--force')
  await checkMistake(resumed('--training.seed', '2'), 'train/resume', '--training.seed')
  await checkMistake(resumed(at('config.json')), 'cli/arguments', 'nerite train --resume')
  assert.deepEqual(readFileSync(join(run, 'manifest.json')), before)
})

test('a model folder that is missing, cut short, altered by one byte, or newer', async () => {
  const damaged = (name: string, damage: (dir: string) => void) => {
    const dir = at(name)
    cpSync(run, dir, { recursive: true })
    damage(dir)
    return dir
  }
  const text = ['--text', 'Ada wrote.']
  await checkMistake(['predict', at('absent'), ...text], 'model/file', at('absent'))
  await checkMistake(['predict', at('own-files'), ...text], 'model/file', at('own-files'))
  for (const file of ['model.onnx', 'model.safetensors', 'vocab.json', 'config.json', 'metrics.json']) {
    const cut = damaged(`cut-${file}`, dir =>
      truncateSync(join(dir, file), readFileSync(join(dir, file)).length - 1),
    )
    await checkMistake(['predict', cut, ...text], 'model/file', join(cut, file))
    const altered = damaged(`altered-${file}`, dir => {
      const bytes = readFileSync(join(dir, file))
      bytes[bytes.length >> 1] ^= 1
      writeFileSync(join(dir, file), bytes)
    })
    // A command checks the content of the files that it reads.
    const reading =
      file === 'metrics.json'
        ? ['compare', altered, run, '--corpus', at('good.conll')]
        : ['evaluate', altered, at('good.conll')]
    await checkMistake(reading, 'model/file', join(altered, file))
  }
  const newer = damaged('newer', dir => {
    const path = join(dir, 'manifest.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"version": \d+/, '"version": 999'))
  })
  await checkMistake(['predict', newer, ...text], 'model/file', join(newer, 'manifest.json'))
})

test('predicted and gold files of different lengths', async () => {
  writeFileSync(at('longer.conll'), `${good}\nIt\tO\nrained\tO\n`)
  await checkMistake(['score', at('good.conll'), at('longer.conll')], 'score/lengths', at('good.conll'))
})

test('unknown verbs and options, and options that do not go together', async () => {
  const { stderr } = await checkMistake(['trian'], 'commander.unknownCommand')
  assert.match(stderr, /unknown command 'trian'.*Did you mean train/s)
  const text = ['predict', run, '--text', 'x']
  for (const [args, option] of [
    [[...text, '--to', 'conll', '--json'], '--json'],
    [['predict', run, at('good.conll'), '--format', 'csv'], '--format'],
    [['predict', run, at('good.conll'), '--token-column', '2'], '--token-column'],
    [['predict', run, at('good.conll'), '--text', 'x'], '--text'],
    [['predict', run, at('good.conll'), '--whole', '--tokens'], '--whole'],
    [['predict', run, '--tokens'], '--tokens'],
    [[...text, '--encoding', 'latin1'], '--encoding'],
    [[...text, '--whole'], '--whole'],
    [[...text, '--scheme', 'IOBES'], '--scheme'],
    [[...text, '--scheme', 'IOBES', '--json'], '--scheme'],
    [[...text, '--scheme', 'IOBES', '--to', 'markup'], '--scheme'],
    [[...text, '--offsets', 'utf16', '--to', 'conll'], '--offsets'],
    [[...text, '--n-best', '2', '--to', 'conll'], '--to'],
    [[...text, '--n-best', '2', '--min-score', '0.5'], '--min-score'],
    [['report', run, '--fresh', '--tag-column', '1'], '--tag-column'],
    [['report', run, '--fresh', '--format', '1'], '--format'],
    [['report', run, '--fresh', '--encoding', '1'], '--encoding'],
    [['corpus', 'convert', at('good.conll'), '-', '--to', 'jsonl', '--json'], '--json'],
  ] as const)
    await checkMistake(args, 'cli/options', option)
})

test('an option with another value than it takes', async () => {
  const text = ['predict', run, '--text', 'Ada']
  const split = ['corpus', 'split', at('good.conll'), '--out', at('parts')]
  const cases = [
    [...text, '--to', 'xml'],
    [...text, '--min-score', '7'],
    [...text, '--n-best', '0'],
    [...text, '--n-best', '101'],
    [...text, '--threads', 'two'],
    [...text, '--offsets', 'bytes'],
    [...split, '--train', '2'],
    [...split, '--seed', '-1'],
    ['compare', run, run, '--against', 'last'],
    ['report', run, '--folds', '1'],
  ]
  for (const args of cases) {
    const [option, value] = args.slice(-2)
    const { faults } = await checkMistake(args, 'cli/options', option)
    assert.equal(faults[0].got, JSON.stringify(value))
  }
  assert.equal(cases.length, 10)
})

test('a resumed run names the settings that may change as they are typed', async () => {
  const { faults } = await checkMistake(
    ['train', '--resume', run, '--training.seed', '2'],
    'train/resume',
    '--training.seed',
  )
  const { expected } = faults[0]
  assert.ok(typeof expected !== 'string')
  const named = expected.flatMap(part =>
    typeof part === 'object' && 'setting' in part ? [part.setting] : [],
  )
  assert.deepEqual(named, ['training.epochs', 'training.maxSteps', 'training.maxMinutes'])
})

test('one file with one kind of tags came without its partner', async () => {
  const run = await checkMistake(['score', at('good.conll')], 'score/options', `${at('good.conll')}:1`)
  assert.match(run.stderr, /give the predicted file as well/)
  // A faulty row is what it is.
  writeFileSync(at('short-row.conll'), 'Ada B-PER B-PER\nwrote O\nto O O\n')
  await checkMistake(['score', at('short-row.conll')], 'corpus/rows', `${at('short-row.conll')}:2`)
})

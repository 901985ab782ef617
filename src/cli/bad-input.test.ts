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
import { readRunFolder } from '../run/node/run-folder.js'
import { temporaryFolder, tinyConfig } from '../train/testing/tiny-run.js'
import { runCli } from './testing/run-cli.js'

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

/** What a mistake must look like: exit code 2, one message on stderr that says where, no stack, nothing on stdout. */
async function checkMistake(args: readonly string[], pattern: RegExp): Promise<void> {
  const before = readdirSync(folder.path).sort()
  const { code, stdout, stderr } = await runCli(...args)
  const what = `nerite ${args.join(' ')}\n${stderr}`
  assert.equal(code, 2, what)
  assert.match(stderr, pattern, what)
  assert.equal(stdout, '', what)
  assert.doesNotMatch(stderr, /\n\s+at /, what)
  assert.deepEqual(readdirSync(folder.path).sort(), before, `${what}\nsomething was left behind`)
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
  await checkMistake(
    ['train', at('absent.json'), ...out],
    /absent\.json: expected a configuration file, got no such file/,
  )
  await checkMistake(['train', at('typo.json'), ...out], /training\.epoch: .*did you mean training\.epochs\?/)
  await checkMistake(['train', at('type.json'), ...out], /training\.epochs: expected a number, got "many"/)
  await checkMistake(['train', at('broken.json'), ...out], /broken\.json:3: expected valid JSON/)
  await checkMistake(training(at('good.conll'), '--training.epoch', '3'), /did you mean training\.epochs\?/)
  await checkMistake(
    training(at('good.conll'), '--epochs', '3'),
    /--epochs: expected one of .*got an unknown option/,
  )
  await checkMistake(['train', at('config.json')], /--out: expected the run folder/)
  await checkMistake(['train', '--preset', 'bilstm-crff', ...out], /preset: .*did you mean bilstm-crf\?/)
  await checkMistake(['train', '--preset', 'bilstm-crf', ...out], /corpus\.train: expected a labeled corpus/)
  await checkMistake(
    ['init', '--preset', 'nothing-like-it', '--out', at('c.json')],
    /preset: expected one of/,
  )
  await checkMistake(
    ['init', '--out', at('config.json')],
    /config\.json: expected a file that is not there yet/,
  )
  await checkMistake(['init', '--out', at('no-folder/c.json')], /no-folder: expected a folder to write into/)
  await checkMistake(['init', '--out', folder.path, '--force'], /got a folder; name a file/)
  await checkMistake(['train', folder.path, ...out], /expected a configuration file, got a folder/)
  writeFileSync(at('list.json'), '{"corpus": [], "training": {"epochs": 0}}')
  await checkMistake(
    ['train', at('list.json'), ...out],
    /^error .*list\.json:1: corpus: expected an object, got \[\]\nerror .*list\.json:1: training\.epochs: expected at least 1, got 0\n$/,
  )
  writeFileSync(at('marked.json'), '\uFEFF{"training": {"epochs": 1}}')
  await checkMistake(['train', at('marked.json'), ...out], /corpus\.train: expected a labeled corpus/)
  await checkMistake(
    ['train', '--resume', at('absent')],
    /absent: expected a run folder to resume, got nothing/,
  )
  mkdirSync(at('bare'))
  await checkMistake(['train', '--resume', at('bare')], /got a folder without config\.json/)
})

test('nothing but a plain file is ever replaced', async () => {
  writeFileSync(at('behind.conll'), 'mine')
  symlinkSync(at('behind.conll'), at('link.conll'))
  await checkMistake(
    ['corpus', 'convert', at('good.conll'), at('link.conll'), '--force'],
    /link\.conll: expected a file that does not exist yet, got a link, device or pipe; name a file; - is standard output/,
  )
  await checkMistake(['init', '--out', at('link.conll'), '--force'], /got a link, device or pipe/)
  await checkMistake(
    ['score', at('good.conll'), at('good.conll'), '--html', at('link.conll')],
    /link\.conll: expected a file to write, got a link, device or pipe/,
  )
  await checkMistake(['report', run, '--out', at('link.conll')], /got a link, device or pipe/)
  assert.equal(readFileSync(at('link.conll'), 'utf8'), 'mine')
  assert.ok(lstatSync(at('link.conll')).isSymbolicLink())
})

test('a page that cannot be written is refused before any work', async () => {
  for (const [out, pattern] of [
    [at('no-folder/x.html'), /no-folder: expected a folder to write into, got no such folder/],
    [folder.path, /got a folder; name a file in it/],
    [at('good.conll/x.html'), /got a file where a folder should be/],
  ] as const) {
    await checkMistake(['score', at('good.conll'), at('good.conll'), '--html', out], pattern)
    await checkMistake(['report', run, '--fresh', '--out', out], pattern)
    await checkMistake(['report', run, '--folds', '2', '--out', out], pattern)
    await assert.rejects(writeReport(run, { out }), pattern)
  }
  // The places that are taken where none is named.
  const taken = at('taken')
  cpSync(run, taken, { recursive: true })
  for (const name of ['report.html', 'report-absent.conll.html']) {
    rmSync(join(taken, name), { force: true })
    symlinkSync(at('nothing'), join(taken, name))
  }
  const link = /report[\w.-]*\.html: expected a file to write, got a link, device or pipe/
  await checkMistake(['report', taken, '--fresh'], link)
  await checkMistake(['report', taken, '--folds', '2'], link)
  await checkMistake(['report', taken, at('absent.conll')], link)
  await checkMistake(['report', at('good.conll')], /good\.conll: expected a run folder, got a file/)
})

test('text without labels is neither trained on nor scored', async () => {
  writeFileSync(at('words.conll'), 'Ada\nwrote\n\nto\nBob\n')
  await checkMistake(training(at('words.conll')), /words\.conll: expected labeled sentences/)
  await checkMistake(
    ['evaluate', run, at('words.conll')],
    /words\.conll: expected labeled sentences to score/,
  )
  const half = at('half.jsonl')
  writeFileSync(
    half,
    '{"tokens":["Ada"],"tags":["B-PER"]}\n{"tokens":["x","y"]}\n{"tokens":["Bob"],"tags":["O"]}\n',
  )
  const trained = await runCli(...training(half).slice(0, -1), at('half-run'))
  assert.equal(trained.code, 0, trained.stderr)
  assert.match(
    trained.stderr,
    /warning .*half\.jsonl: 1 of 3 sentences have no labels and are left out .*line 2/,
  )
  assert.match(trained.stderr, /training on 2 sentences, 2 tokens/)
  const { code, stdout, stderr } = await runCli('evaluate', run, half, '--json')
  assert.equal(code, 0, stderr)
  assert.match(stderr, /note .*1 of 3 sentences have no labels and are left out \(the first on line 2\)/)
  assert.deepEqual([JSON.parse(stdout).sentences, JSON.parse(stdout).tokens], [2, 2])
})

test('what was guessed about a training corpus is told, and a dev corpus without entities measures nothing', async () => {
  const corpus = at('points.jsonl')
  writeFileSync(corpus, '{"text":"Ada wrote 😀.","label":[[0,3,"PER"]],"id":7}\n')
  writeFileSync(at('only-o.conll'), 'so\tO\nit\tO\n')
  const more = ['--corpus.dev', at('only-o.conll')]
  const { code, stderr } = await runCli(...training(corpus).slice(0, -1), at('told-run'), ...more)
  assert.equal(code, 0, stderr)
  assert.match(stderr, /warning .*points\.jsonl: key "id" is not read/)
  assert.match(stderr, /warning .*points\.jsonl: 1 records hold characters beyond U\+FFFF/)
  assert.match(stderr, /warning .*only-o\.conll has no entity.*every epoch runs and the last is kept/)
  assert.match(stderr, /nothing to measure on/)
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
  await checkMistake(training(at('absent.conll')), /absent\.conll: expected a corpus file, got no such file/)
  await checkMistake(training(folder.path), /expected a corpus file, got a folder/)
  await checkMistake(training(at('empty.conll')), /empty\.conll/)
  await checkMistake(training(at('few.conll')), /few\.conll:2: /)
  await checkMistake(training(at('prefix.conll')), /prefix\.conll:2: .*X-PER/)
  await checkMistake(training(at('bytes.conll')), /bytes\.conll:2: expected UTF-8.*--corpus\.encoding/)
  await checkMistake(training(at('columns.csv')), /columns\.csv/)
  await checkMistake(['evaluate', run, at('absent.conll')], /absent\.conll: expected a corpus file/)
  await checkMistake(
    ['predict', run, at('absent.txt')],
    /absent\.txt: expected a file to tag, got no such file/,
  )
})

test('class weights for what the corpus does not have', async () => {
  writeFileSync(
    at('weights.json'),
    JSON.stringify({ ...tinyConfig(), decoder: { kind: 'softmax', classWeights: { PRE: 2 } } }),
  )
  await checkMistake(
    ['train', at('weights.json'), '--out', at('new-run')],
    /decoder\.classWeights\.PRE: .*did you mean PER\?/,
  )
})

test('a type in dev that train lacks is a warning, not an error', async () => {
  writeFileSync(at('dev.conll'), good.replace('B-LOC', 'B-PLACE'))
  const out = at('warned')
  const files = ['--corpus.train', at('good.conll'), '--corpus.dev', at('dev.conll')]
  const { code, stderr } = await runCli('train', at('config.json'), ...files, '--out', out)
  assert.equal(code, 0, stderr)
  assert.match(stderr, /warning .*dev\.conll has 1 entity of type PLACE, which the training data lacks/)
})

test('an output folder that exists', async () => {
  await checkMistake(
    ['train', at('config.json'), '--out', run],
    /run: expected a name that is free, got a folder.*--force/,
  )
  mkdirSync(at('own-files'))
  writeFileSync(join(at('own-files'), 'thesis.txt'), 'years of work')
  await checkMistake(
    ['train', at('config.json'), '--out', at('own-files'), '--force'],
    /own-files: expected a name that is free/,
  )
  assert.ok(existsSync(join(at('own-files'), 'thesis.txt')))
})

test('the demo replaces no run of somebody else’s', async () => {
  await checkMistake(['demo', '--out', run], /run: expected a name that is free, got a folder.*--force/)
  readRunFolder(run)
})

test('what would make another run is refused beside --resume', async () => {
  const before = readFileSync(join(run, 'manifest.json'))
  await checkMistake(
    ['train', '--resume', run, '--out', at('new-run')],
    /--out: expected no --out beside --resume: .*run itself is continued, with its settings, got .*new-run/,
  )
  await checkMistake(['train', '--resume', run, '--preset', 'bilstm-crf'], /--preset: expected no --preset/)
  await checkMistake(['train', '--resume', run, '--force'], /--force: expected no --force/)
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
  await checkMistake(
    ['predict', at('absent'), ...text],
    /absent: expected a run folder, got nothing of that name/,
  )
  await checkMistake(['predict', at('own-files'), ...text], /own-files: expected a run folder/)
  for (const file of ['model.onnx', 'model.safetensors', 'vocab.json', 'config.json', 'metrics.json']) {
    const cut = damaged(`cut-${file}`, dir =>
      truncateSync(join(dir, file), readFileSync(join(dir, file)).length - 1),
    )
    await checkMistake(['predict', cut, ...text], new RegExp(`${file}: expected the file of .*cut short`))
    const altered = damaged(`altered-${file}`, dir => {
      const bytes = readFileSync(join(dir, file))
      bytes[bytes.length >> 1] ^= 1
      writeFileSync(join(dir, file), bytes)
    })
    await checkMistake(
      ['evaluate', altered, at('good.conll')],
      new RegExp(`${file}: expected .*it was changed`),
    )
  }
  const newer = damaged('newer', dir => {
    const path = join(dir, 'manifest.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"version": \d+/, '"version": 999'))
  })
  await checkMistake(
    ['predict', newer, ...text],
    /manifest\.json: expected format version .*999.*update nerite/,
  )
})

test('predicted and gold files of different lengths', async () => {
  writeFileSync(at('longer.conll'), `${good}\nIt\tO\nrained\tO\n`)
  await checkMistake(['score', at('good.conll'), at('longer.conll')], /longer\.conll|good\.conll/)
})

test('unknown verbs and options', async () => {
  await checkMistake(['trian'], /unknown command 'trian'.*Did you mean train/s)
  await checkMistake(
    ['predict', run, '--text', 'x', '--to', 'conll', '--json'],
    /--json: expected no --to beside it/,
  )
  await checkMistake(
    ['predict', run, at('good.conll'), '--format', 'csv'],
    /--format: expected --tokens beside it/,
  )
  await checkMistake(
    ['predict', run, '--text', 'x', '--encoding', 'latin1'],
    /--encoding: expected a file or standard input to tag, got --text/,
  )
  for (const to of [[], ['--json'], ['--to', 'markup']])
    await checkMistake(
      ['predict', run, '--text', 'x', '--scheme', 'IOBES', ...to],
      /--scheme: expected --to conll beside it, got "IOBES"/,
    )
  await checkMistake(
    ['predict', run, '--text', 'x', '--offsets', 'utf16', '--to', 'conll'],
    /--offsets: expected --to jsonl or --json beside it, got "utf16"/,
  )
  await checkMistake(
    ['predict', run, '--text', 'x', '--whole'],
    /--whole: expected a file or standard input to tag, got --text/,
  )
  for (const option of ['--tag-column', '--format', '--encoding'])
    await checkMistake(
      ['report', run, '--fresh', option, '1'],
      new RegExp(`${option}: expected a corpus or --train beside it`),
    )
  await checkMistake(['score', at('good.conll')], /good\.conll:1: .*give the predicted file as well/)
  await checkMistake(['predict', run, '--text', 'x', '--to', 'xml'], /--to: expected one of jsonl/)
  await checkMistake(
    ['predict', run, '--text', 'x', '--min-score', '7'],
    /--min-score: expected a number from 0 to 1/,
  )
})

// Training and tagging of a CRF with the features of the preset `crf`, against python-crfsuite with the same features and penalties,
// in turns.
//
//   npm run build && node bench/crf.mjs --crfsuite PYTHON [--train FILE] [--dev FILE] [--rounds 2] [--turns 5]
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { scoreTags } from '../dist/evaluate/score-tags.js'
import { loadTagger } from '../dist/index.js'
import { alternate, median } from './lib/alternate.mjs'
import { commandLine } from './lib/command-line.mjs'
import { startContender } from './lib/contender.mjs'
import { machine } from './lib/machine.mjs'
import { figure, markdownTable } from './lib/table.mjs'

const CORPUS = '../shared/corpora/conll2003'
const { values, refuse } = commandLine({
  script: 'crf.mjs',
  about: `Training and tagging of a CRF with the features of the preset crf, against python-crfsuite with the same features, penalties
and number of iterations, in turns. Whole processes are timed, from their start to their end. Nerite's command reads and checks both
corpora, makes features, trains, scores the development corpus ten times, and writes the model and the report. The script with
python-crfsuite reads both corpora, makes features (what a word says is put into strings once), trains, writes the model and tags the
development corpus once. Tagging is timed in CPU seconds of one thread, features included; both keep what they made of words that they
have seen.`,
  options: {
    crfsuite: { value: 'PYTHON', help: 'a Python with python-crfsuite' },
    train: { value: 'FILE', default: `${CORPUS}/eng.train`, help: 'the training corpus, in IOB1' },
    dev: { value: 'FILE', default: `${CORPUS}/eng.testa`, help: 'the development corpus' },
    rounds: { value: 'N', default: '2', help: 'trainings per contender' },
    turns: { value: 'N', default: '5', help: 'turns of tagging per contender' },
  },
  example: '--crfsuite .venv/bin/python',
})
if (!values.crfsuite) refuse('--crfsuite is missing')

const folder = mkdtempSync(join(tmpdir(), 'nerite-crf-'))
const seconds = since => (performance.now() - since) / 1000

/** CPU seconds of all children that have ended; 0 where the system does not say. */
const childSeconds = () => {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ')
    return (Number(fields[13]) + Number(fields[14])) / 100
  } catch {
    return 0
  }
}

const timed = (command, args) => {
  const [since, before] = [performance.now(), childSeconds()]
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28 })
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`)
  return { stdout, whole: seconds(since), cpu: childSeconds() - before }
}

const sentences = readFileSync(values.dev, 'utf8')
  .split(/\n\s*\n/)
  .map(block =>
    block
      .split('\n')
      .filter(line => line.trim() !== '' && !line.startsWith('-DOCSTART-'))
      .map(line => line.trim().split(/\s+/)),
  )
  .filter(lines => lines.length > 0)
const words = sentences.map(lines => lines.map(columns => columns[0]))
const gold = sentences.map(lines => lines.map(columns => columns.at(-1)))

const crfsuite = () => {
  const script = [
    'bench/peers/crfsuite_tagger.py',
    'train',
    values.train,
    values.dev,
    join(folder, 'crfsuite'),
  ]
  const { stdout, ...own } = timed(values.crfsuite, script)
  const { training, tags } = JSON.parse(stdout)
  return { ...own, training, f1: scoreTags(gold, tags, { mode: 'conlleval', scheme: 'BIO' }).exact.micro.f1 }
}

const nerite = threads => () => {
  const out = join(folder, `run-${threads}`)
  rmSync(out, { recursive: true, force: true })
  const corpora = ['--corpus.train', values.train, '--corpus.dev', values.dev]
  const options = ['--preset', 'crf', '--training.threads', threads, '--out', out]
  const own = timed(process.execPath, ['bin/nerite.js', 'train', ...options, ...corpora])
  const { best, dev } = JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8'))
  return { ...own, training: best.seconds, f1: dev.exact.micro.f1 }
}

const CONTENDERS = [
  ['nerite train, two threads', nerite('2')],
  ['nerite train, one thread', nerite('1')],
  ['python-crfsuite', crfsuite],
]

try {
  console.log(machine())
  const runs = CONTENDERS.map(() => [])
  for (let round = 0; round < Number(values.rounds); round++)
    for (const i of round % 2 === 0 ? [0, 1, 2] : [2, 1, 0]) runs[i].push(CONTENDERS[i][1]())
  const ofRuns = (own, name) => median(own.map(run => run[name]))
  console.log(
    markdownTable(
      ['training', 'whole, s', 'training alone, s', 'CPU, s', 'dev F1'],
      CONTENDERS.map(([name], i) => [
        name,
        ...['whole', 'training', 'cpu'].map(field => figure(ofRuns(runs[i], field))),
        ofRuns(runs[i], 'f1').toFixed(4),
      ]),
    ),
  )
  const tagger = await loadTagger(join(folder, 'run-2'), { threads: 1, onNotice: () => {} })
  const script = ['bench/peers/crfsuite_tagger.py', 'serve', join(folder, 'crfsuite')]
  const peer = startContender('python-crfsuite', values.crfsuite, script)
  const count = words.flat().length
  const own = async () => {
    const before = process.cpuUsage()
    await tagger.tagTokens(words)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1e6 / count
  }
  const peers = async scores => (await peer.ask({ do: 'tag', sentences: words, scores })).seconds / count
  try {
    const results = await alternate(
      [
        { name: 'nerite, with scores of entities', run: own },
        { name: 'python-crfsuite', run: () => peers(false) },
        { name: 'python-crfsuite, with marginals of tags of entities', run: () => peers(true) },
      ],
      Number(values.turns),
    )
    console.log(
      markdownTable(
        [`tagging ${count} words`, 'words per CPU second', 'nerite is faster by', 'from – to'],
        results.map(({ name, cost, ratio, span }) => [
          name,
          figure(1 / cost),
          (1 / ratio).toFixed(1),
          span
            .map(each => (1 / each).toFixed(1))
            .reverse()
            .join(' – '),
        ]),
      ),
    )
  } finally {
    peer.close()
    await tagger.release()
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

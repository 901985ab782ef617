// Word vectors from text: Nerite against gensim, in turns, with the same settings; then what both are worth by gensim's tests.
//   npm run build && node bench/vectors.mjs text.txt --gensim PYTHON
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commandLine, THREADS } from './lib/command-line.mjs'

const { values, positionals, refuse } = commandLine({
  script: 'vectors.mjs',
  positionals: 'TEXT',
  about: `Training word vectors on a text whose tokens have spaces between them, a sentence on each line: words per second by the
clock and of CPU time, in turns with gensim. Then similarities (Spearman's correlation) and analogies of vectors that both
train for more epochs.`,
  options: {
    gensim: { value: 'PYTHON', help: 'a Python with gensim' },
    threads: THREADS,
    rounds: { value: 'N', default: '3', help: 'how often each is measured; 0: only what they are worth' },
    epochs: { value: 'N', default: '0', help: 'epochs of vectors that are scored; 0: none' },
    methods: { value: 'LIST', default: 'skip-gram,cbow,subwords', help: 'which to measure' },
  },
  example: 'text.txt --gensim .venv/bin/python --rounds 5 --epochs 10',
})
const [text] = positionals
if (!text || !values.gensim) refuse('a text and --gensim PYTHON are needed')
const folder = mkdtempSync(join(tmpdir(), 'nerite-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const peer = fileURLToPath(new URL('peers/gensim_vectors.py', import.meta.url))
const cli = fileURLToPath(new URL('../bin/nerite.js', import.meta.url))
const run = (command, args) => {
  const options = {
    encoding: 'utf8',
    env: { ...process.env, OMP_NUM_THREADS: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  }
  return JSON.parse(execFileSync(command, args, options))
}

const CONTENDERS = {
  nerite: (method, epochs, out) => {
    const own = ['vectors', 'train', text, '--tokens', '--out', out, '--force', '--json']
    const settings = ['--epochs', String(epochs), '--threads', values.threads]
    const kind = method === 'subwords' ? ['--subwords'] : ['--method', method]
    const { tokensPerSecond, cpuSeconds, tokens } = run(process.execPath, [cli, ...own, ...settings, ...kind])
    return { wall: tokensPerSecond, cpu: (epochs * tokens) / cpuSeconds }
  },
  gensim: (method, epochs, out) => {
    const settings = { path: text, out, epochs, workers: Number(values.threads), vector_size: 100 }
    const kind = {
      sg: method === 'cbow' ? 0 : 1,
      subwords: method === 'subwords',
      ...(method === 'cbow' && { alpha: 0.05 }),
    }
    return run(values.gensim, [peer, 'train', JSON.stringify({ ...settings, ...kind })])
  },
}
const names = Object.keys(CONTENDERS)
const median = list => list.toSorted((a, b) => a - b)[list.length >> 1]
const rounded = value => Math.round(value).toLocaleString('en-US')

console.log(`${text}, ${values.threads} threads, ${values.rounds} rounds in turns; words per second, medians`)
for (const method of values.methods.split(',')) {
  const found = Object.fromEntries(names.map(name => [name, []]))
  for (let round = 0; round < Number(values.rounds); round++)
    for (const name of round % 2 === 0 ? names : names.toReversed())
      found[name].push(CONTENDERS[name](method, 1, join(folder, 'speed.bin')))
  for (const unit of Number(values.rounds) > 0 ? ['wall', 'cpu'] : []) {
    const [own, other] = names.map(name => median(found[name].map(each => each[unit])))
    const ratios = found.nerite.map((each, i) => each[unit] / found.gensim[i][unit])
    console.log(
      `  ${method}, ${unit === 'wall' ? 'by the clock' : 'of CPU time'}: Nerite ${rounded(own)}, gensim ${rounded(other)}; ratio ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
    )
  }
  if (values.epochs === '0') continue
  const files = names.map(name => join(folder, `${name}-${method}.bin`))
  names.forEach((name, i) => void CONTENDERS[name](method, Number(values.epochs), files[i]))
  const scores = run(values.gensim, [peer, 'score', ...files])
  names.forEach(
    (name, i) =>
      void console.log(`  ${method}, ${values.epochs} epochs, ${name}: ${JSON.stringify(scores[i])}`),
  )
}

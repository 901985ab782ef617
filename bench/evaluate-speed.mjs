// Scores the same 1,000,000 tokens with Nerite and with seqeval in turn, and prints the times.
//   python3 -m venv .venv && .venv/bin/pip install -r bench/peers/requirements.txt
//   npm run build && node bench/evaluate-speed.mjs [.venv/bin/python] [rounds]
// Nerite's time covers all its scores (exact, relaxed, SemEval, tokens, confusions); seqeval's covers
// classification_report.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Random } from '../dist/base/random.js'
import { scoreTags } from '../dist/evaluate/score-tags.js'
import { commandLine } from './lib/command-line.mjs'
import { startProcess } from './lib/process.mjs'

const { positionals } = commandLine({
  script: 'evaluate-speed.mjs',
  positionals: '[PYTHON, default .venv/bin/python] [ROUNDS, default 3]',
  about: `Time to score 1,000,000 tokens: all of Nerite's scores against seqeval's classification_report, in turns, on the same
labels. PYTHON is one with seqeval.`,
  example: '.venv/bin/python 5',
})
const [python = '.venv/bin/python', rounds = '3'] = positionals
const TOKENS = 1_000_000
const TYPES = ['PER', 'LOC', 'ORG', 'MISC']
const random = Random.fromSeed(1)

/** Sentences of 5 to 35 tokens, about a sixth of them in entities of one to four tokens. */
function drawSentence() {
  const tags = []
  const length = 5 + random.below(31)
  while (tags.length < length) {
    if (random.float() < 0.92) tags.push('O')
    else {
      const type = TYPES[random.below(TYPES.length)]
      const size = Math.min(1 + random.below(4), length - tags.length)
      for (let i = 0; i < size; i++) tags.push(`${i === 0 ? 'B' : 'I'}-${type}`)
    }
  }
  return tags
}

const gold = []
let tokens = 0
while (tokens < TOKENS) {
  const sentence = drawSentence().slice(0, TOKENS - tokens)
  gold.push(sentence)
  tokens += sentence.length
}
const other = () =>
  random.below(2) === 0 ? 'O' : `${'BI'[random.below(2)]}-${TYPES[random.below(TYPES.length)]}`
const predicted = gold.map(tags => tags.map(tag => (random.float() < 0.05 ? other() : tag)))

const folder = mkdtempSync(join(tmpdir(), 'nerite-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const path = join(folder, 'labels.json')
writeFileSync(path, JSON.stringify({ gold, predicted }))
const script = fileURLToPath(new URL('peers/seqeval_speed.py', import.meta.url))
const peer = startProcess('seqeval', python, [script, path])
await peer.next()

const times = { default: { nerite: [], seqeval: [] }, strict: { nerite: [], seqeval: [] } }
console.log(
  `${tokens} tokens in ${gold.length} sentences, ${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}`,
)
for (let round = 0; round < Number(rounds); round++)
  for (const mode of ['default', 'strict']) {
    const start = performance.now()
    const options = mode === 'strict' ? { mode: 'strict', scheme: 'BIO' } : {}
    const scores = scoreTags(gold, predicted, options)
    const seconds = (performance.now() - start) / 1000
    peer.send(mode)
    const answer = JSON.parse(await peer.next())
    if (Math.abs(answer.f1 - scores.exact.micro.f1) > 1e-9) throw new Error('the two disagree on F1')
    times[mode].nerite.push(seconds)
    times[mode].seqeval.push(answer.seconds)
  }
peer.close()

const middle = list => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]
const show = list =>
  `${middle(list).toFixed(3)} s (${Math.min(...list).toFixed(3)} to ${Math.max(...list).toFixed(3)})`
for (const mode of ['default', 'strict']) {
  const { nerite, seqeval } = times[mode]
  const factor = middle(seqeval) / middle(nerite)
  console.log(`${mode}: nerite ${show(nerite)}, seqeval ${show(seqeval)}, ${factor.toFixed(0)} times as fast`)
}

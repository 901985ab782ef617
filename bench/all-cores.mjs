// Running text tagged on all cores: Nerite with worker threads and with one thread and parallel kernels, and spaCy trained on the same
// corpus, in one process and in several, with both of its libraries for products of matrices. In turns, by the clock.
//
//   npm run build && node bench/all-cores.mjs --model RUN --spacy PYTHON --spacy-model FOLDER [--rounds 5]
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { loadTagger } from '../dist/index.js'
import { alternate } from './lib/alternate.mjs'
import { commandLine, corpusOption } from './lib/command-line.mjs'
import { startContender } from './lib/contender.mjs'
import { machine } from './lib/machine.mjs'
import { figure, markdownTable } from './lib/table.mjs'

const { values } = commandLine({
  script: 'all-cores.mjs',
  about: `Words of running text per second on all cores, from texts to entities with scores: Nerite with worker threads, and with one thread
whose kernels use all cores; spaCy in one process and in one for each core, each with both of its libraries for products of matrices. By
the clock, in turns. spaCy gives no scores. Loading is not counted; starting spaCy's processes is, since each call starts them.`,
  options: {
    model: { value: 'MODEL', default: 'en', help: 'a run folder or an installed model' },
    rounded: { value: 'MODEL', help: 'the same in 8 bits: measured, too' },
    spacy: { value: 'PYTHON', help: 'a Python with spaCy: measure against it' },
    'spacy-model': { value: 'NAME', default: 'en_core_web_sm', help: 'its model, by name or folder' },
    corpus: corpusOption('../shared/corpora/conll2003/eng.testa'),
    sentences: { value: 'N', default: '3400', help: 'sentences of the corpus, five to a text' },
    workers: { value: 'N', default: String(availableParallelism()), help: 'threads, and processes of spaCy' },
    rounds: { value: 'N', default: '5', help: 'turns per contender' },
  },
  example: '--model runs/a --spacy .venv/bin/python --spacy-model spacy/model-best',
})
const workers = Number(values.workers)
const sentences = readFileSync(values.corpus, 'utf8')
  .split('\n\n')
  .filter(lines => !lines.startsWith('-DOCSTART-'))
  .slice(0, Number(values.sentences))
  .map(lines => lines.split('\n').map(line => line.split(' ')[0]))
const texts = []
for (let at = 0; at < sentences.length; at += 5)
  texts.push(
    sentences
      .slice(at, at + 5)
      .flat()
      .join(' '),
  )
const words = sentences.flat().length

const clock = async work => {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000 / words
}

const pool = await loadTagger(values.model, { workers, onNotice: () => {} })
const small = values.rounded && (await loadTagger(values.rounded, { workers, onNotice: () => {} }))
const one = await loadTagger(values.model, { threads: workers, onNotice: () => {} })
const peers = []
for (const blas of values.spacy ? ['blis', 'numpy'] : [])
  for (const processes of [1, workers]) {
    // Several processes have a thread each; one process may use all cores for its products.
    const threads = String(processes === 1 ? workers : 1)
    const env = { OMP_NUM_THREADS: threads, OPENBLAS_NUM_THREADS: threads, BLIS_NUM_THREADS: threads }
    const peer = startContender(
      `spaCy, ${blas}, ${processes} ${processes === 1 ? 'process' : 'processes'}`,
      values.spacy,
      ['bench/peers/spacy_ner.py'],
      env,
    )
    const { version } = await peer.ask({ do: 'load', model: values['spacy-model'], blas })
    peers.push({ ...peer, version, processes })
  }
try {
  console.log([machine(), ...peers.map(({ version }) => version)].join('; '))
  const results = await alternate(
    [
      { name: `${workers} workers`, run: () => clock(() => pool.tag(texts)) },
      { name: 'the same without scores', run: () => clock(() => pool.tag(texts, { scores: false })) },
      ...(small
        ? [
            { name: '8 bits', run: () => clock(() => small.tag(texts)) },
            { name: '8 bits, without scores', run: () => clock(() => small.tag(texts, { scores: false })) },
          ]
        : []),
      { name: `one thread, kernels on ${workers}`, run: () => clock(() => one.tag(texts)) },
      ...peers.map(({ name, ask, processes }) => ({
        name,
        run: async () => (await ask({ do: 'tag', texts, processes })).wall / words,
      })),
    ],
    Number(values.rounds),
  )
  console.log(
    markdownTable(
      [`${words} words`, 'words per second', 'first is faster by', 'from – to'],
      results.map(({ name, cost, ratio, span }) => [
        ...[name, figure(1 / cost), figure(1 / ratio)],
        span
          .map(each => figure(1 / each))
          .reverse()
          .join(' – '),
      ]),
    ),
  )
} finally {
  for (const peer of peers) peer.close()
  await Promise.all([pool, one, small].map(tagger => tagger?.release()))
}

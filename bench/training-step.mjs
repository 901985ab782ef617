// Whole training steps (batch assembly, forward, backward, clipping, update) and tagging of the `bilstm-crf` preset,
// against the same model in PyTorch, alternating in one run: medians and ratios.
//
//   npm run build && node bench/training-step.mjs PYTHON [--corpus FILE] [--rounds 7] [--steps 40]
//
// PYTHON is an interpreter with bench/peers/requirements.txt installed. The losses of both are compared to 1e-4 on the
// same parameters and batch, without dropout, before anything is timed.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { Random } from '../dist/base/random.js'
import { resolveConfig } from '../dist/config/resolve.js'
import { loadCorpus } from '../dist/corpus/node/read-corpus.js'
import { planBatches } from '../dist/encode/batches.js'
import { Decoder } from '../dist/model/decoder.js'
import { EmissionNetwork } from '../dist/model/emission-network.js'
import { buildInferenceGraph } from '../dist/model/inference-graph.js'
import { ParameterStore } from '../dist/model/parameter-store.js'
import { parameterSpecs } from '../dist/model/tagger-definition.js'
import { nodeRuntime } from '../dist/runtime/node/ort-node.js'
import { createOptimiser, optimiserSlots } from '../dist/train/optimiser.js'
import { prepareTraining } from '../dist/train/prepare.js'
import { TrainingStep } from '../dist/train/training-step.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    corpus: { type: 'string', default: '../shared/corpora/conll2003/eng.train' },
    rounds: { type: 'string', default: '7' },
    steps: { type: 'string', default: '40' },
    threads: { type: 'string', default: '2' },
  },
})
const [python] = positionals
if (!python) {
  console.error(
    'usage: node bench/training-step.mjs PYTHON [--corpus FILE] [--rounds N] [--steps N] [--threads N]',
  )
  process.exit(2)
}
const [rounds, steps, threads] = [values.rounds, values.steps, values.threads].map(Number)

const config = resolveConfig({ preset: 'bilstm-crf', file: { input: { words: { dropout: 0 } } } })
const calm = resolveConfig({
  preset: 'bilstm-crf',
  file: { input: { words: { dropout: 0 }, dropout: 0 }, encoder: [{ ...config.encoder[0], dropout: 0 }] },
})
const corpus = await loadCorpus(values.corpus, { columns: false })
const train = { path: values.corpus, scheme: corpus.scheme.scheme, sentences: corpus.sentences }
const prepared = prepareTraining({ config, train, dev: null })
const { definition, forms, sentences, vocabularies } = prepared
const store = new ParameterStore(parameterSpecs(definition), {
  random: Random.fromSeed(1),
  slots: optimiserSlots(config.training.optimiser),
})
const optimiser = createOptimiser(store, config.training.optimiser)
const lengths = sentences.map(sentence => sentence.forms.length)
const tokensOf = batch => batch.reduce((sum, index) => sum + lengths[index], 0)
const median = list => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]
const options = { threads, tagWeights: new Float32Array(definition.tags.length).fill(1) }

const peer = startPeer()
const folder = mkdtempSync(join(tmpdir(), 'nerite-bench-'))
try {
  const file = join(folder, 'data.json')
  writeFileSync(file, JSON.stringify(peerData()))
  const { torch } = await peer.ask({ do: 'load', file })
  console.log(`nerite on onnxruntime-node, PyTorch ${torch}; ${threads} threads each, ${rounds} rounds`)
  await compareLosses()
  for (const batchSize of [16, 32]) await compareTraining(batchSize)
  for (const batchSize of [1, 64]) await compareTagging(batchSize)
} finally {
  peer.close()
  rmSync(folder, { recursive: true, force: true })
}

async function compareLosses() {
  const step = await TrainingStep.create(
    { ...definition, config: calm },
    store,
    forms,
    nodeRuntime(),
    options,
  )
  const [batch] = planBatches(lengths, { batchSize: 16, random: Random.fromSeed(5) })
  const { loss } = await step.run(
    batch.map(index => sentences[index]),
    Random.fromSeed(1),
  )
  const other = await peer.ask({ do: 'loss', batch })
  await step.release()
  console.log(`loss of one batch without dropout: ${loss.toFixed(6)} and ${other.loss.toFixed(6)}`)
  if (Math.abs(loss - other.loss) > 1e-4 * Math.abs(loss))
    throw new Error('the losses differ: not the same model')
}

async function compareTraining(batchSize) {
  const step = await TrainingStep.create(definition, store, forms, nodeRuntime(), options)
  const random = Random.fromSeed(7)
  const plan = planBatches(lengths, { batchSize, random })
  const ours = async batches => {
    const seconds = []
    for (const batch of batches) {
      const began = performance.now()
      const { rowGradients } = await step.run(
        batch.map(index => sentences[index]),
        random,
      )
      optimiser.step(0.0015, rowGradients, { clipNorm: 5 })
      seconds.push((performance.now() - began) / 1000)
    }
    return seconds
  }
  const theirs = async batches => (await peer.ask({ do: 'train', batches })).seconds
  await compare(`training, batch ${batchSize}`, plan, tokensOf, 'tokens/s', ours, theirs)
  await step.release()
}

async function compareTagging(batchSize) {
  const value = name => store.get(name).value
  const { tags, scheme } = vocabularies
  const network = await EmissionNetwork.create(
    buildInferenceGraph(definition, value),
    forms,
    tags.length,
    nodeRuntime(),
    { threads },
  )
  const decoder = new Decoder(tags, scheme, config.decoder, value)
  const plan = planBatches(lengths, { batchSize, random: Random.fromSeed(9) })
  const ours = async batches => {
    const seconds = []
    for (const batch of batches) {
      const began = performance.now()
      const logits = await network.emissionsOf(batch.map(index => sentences[index]))
      for (const [i, emissions] of logits.entries()) decoder.tagIds(emissions, lengths[batch[i]])
      seconds.push((performance.now() - began) / 1000)
    }
    return seconds
  }
  const theirs = async batches => (await peer.ask({ do: 'tag', batches })).seconds
  await compare(`tagging, batch ${batchSize}`, plan, batch => batch.length, 'sentences/s', ours, theirs)
  await network.release()
}

/** Alternates both on the same batches; a round's figure is its total, the result the rounds' median. */
async function compare(title, plan, workOf, unit, ours, theirs) {
  const rates = { ours: [], theirs: [] }
  let at = 0
  for (let round = -1; round < rounds; round++) {
    const batches = Array.from({ length: steps }, () => plan[at++ % plan.length])
    const work = batches.reduce((sum, batch) => sum + workOf(batch), 0)
    const rate = seconds => work / seconds.reduce((a, b) => a + b, 0)
    const [first, second] = round % 2 === 0 ? [ours, theirs] : [theirs, ours]
    const results = new Map()
    for (const contender of [first, second]) results.set(contender, rate(await contender(batches)))
    // The first round warms both up.
    if (round < 0) continue
    rates.ours.push(results.get(ours))
    rates.theirs.push(results.get(theirs))
  }
  const ratios = rates.ours.map((value, i) => value / rates.theirs[i])
  console.log(
    `${title.padEnd(20)} nerite ${median(rates.ours).toFixed(0).padStart(6)} ${unit}, ` +
      `PyTorch ${median(rates.theirs).toFixed(0).padStart(6)} ${unit}, ratio ${median(ratios).toFixed(2)} ` +
      `(${Math.min(...ratios).toFixed(2)} – ${Math.max(...ratios).toFixed(2)})`,
  )
}

function peerData() {
  const { lookups, characters } = definition.features
  return {
    sizes: {
      hidden: config.encoder[0].hidden,
      tags: definition.tags.length,
      tables: lookups.map(({ name, size, dim }) => ({ name, rows: size, dim })),
      characters: characters.size,
      characterDim: characters.dim,
      filters: characters.filters,
    },
    ids: forms.lookupIds.map(ids => [...ids]),
    characters: forms.characterIds.map(ids => [...ids]),
    sentences: sentences.map(sentence => ({ forms: [...sentence.forms], tags: [...sentence.tags] })),
    parameters: Object.fromEntries(
      store.parameters.map(({ name, shape, value }) => [name, { shape, values: [...value] }]),
    ),
  }
}

function startPeer() {
  const child = spawn(python, ['bench/peers/torch_tagger.py', String(threads)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    ask: async command => {
      child.stdin.write(`${JSON.stringify(command)}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error('the PyTorch process ended')
      return JSON.parse(value)
    },
    close: () => child.stdin.end(),
  }
}

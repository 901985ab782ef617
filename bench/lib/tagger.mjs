// The `bilstm-crf` preset on a corpus, as training-step.mjs, tagging.mjs, profile.mjs and long-run.mjs use it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Random } from '../../dist/base/random.js'
import { resolveConfig } from '../../dist/config/resolve.js'
import { loadCorpus } from '../../dist/corpus/node/read-corpus.js'
import { createOptimizer, optimizerSlots } from '../../dist/engine/optim/optimizer.js'
import { ParameterStore } from '../../dist/engine/optim/parameter-store.js'
import { nodeRuntime } from '../../dist/engine/runtime/node/ort-node.js'
import { parameterSpecs } from '../../dist/model/tagger-definition.js'
import { SentenceTagger } from '../../dist/recognize/sentence-tagger.js'
import { prepareTraining } from '../../dist/train/prepare/prepare.js'
import { TrainingStep } from '../../dist/train/step/training-step.js'
import { startPeers } from './contender.mjs'

export const CORPUS = '../shared/corpora/conll2003/eng.train'

/** Without word dropout, which peers don't have; `calm` without any dropout. */
export async function prepareTagger(path, threads) {
  const words = { dropout: 0 }
  const config = resolveConfig({ preset: 'bilstm-crf', file: { input: { words } } })
  const calm = resolveConfig({
    preset: 'bilstm-crf',
    file: { input: { words, dropout: 0 }, encoder: config.encoder.map(block => ({ ...block, dropout: 0 })) },
  })
  const corpus = await loadCorpus(path, { columns: false })
  const train = { path, scheme: corpus.scheme.scheme, sentences: corpus.sentences }
  const prepared = prepareTraining({ config, train, dev: null })
  const { definition, unitTable, sentences, vocabularies } = prepared
  const store = new ParameterStore(parameterSpecs(definition), {
    random: Random.fromSeed(1),
    slots: optimizerSlots(config.training.optimizer),
  })
  const options = { threads, tagWeights: new Float32Array(definition.tags.length).fill(1) }
  return {
    ...{ config, definition, unitTable, sentences, vocabularies, store, threads },
    lengths: sentences.map(sentence => sentence.unitIds.length),
    // As the peers' sparse gradients have it: rows that a batch does not touch stay as they are.
    optimizer: createOptimizer(store, { ...config.training.optimizer, rowUpdates: 'lazy' }),
    step: (runtime = nodeRuntime()) => TrainingStep.create(definition, store, unitTable, runtime, options),
    calmStep: () =>
      TrainingStep.create({ ...definition, config: calm }, store, unitTable, nodeRuntime(), options),
  }
}

/** One update: forward and backward pass, clipping, optimizer. */
export async function update({ sentences, optimizer }, step, batch, random) {
  const { loss, rowGradients } = await step.run(
    batch.map(index => sentences[index]),
    random,
  )
  optimizer.step(0.0015, rowGradients, { clipNorm: 5 })
  return loss
}

/** Tags batches as a loaded tagger does: fused graph, then the decoder. */
export async function openTagger({ sentences, store, threads, ...parts }) {
  const tagger = await SentenceTagger.create(parts, name => store.get(name).value, nodeRuntime(), { threads })
  const encoded = batch => batch.map(index => sentences[index])
  return {
    emissions: async batch => (await tagger.find(encoded(batch))).map(({ emissions }) => emissions),
    tag: batch => tagger.find(encoded(batch)),
    release: () => tagger.release(),
  }
}

/**
 * Starts the peers that a command line names, with the tagger's sizes, data and initial parameters.
 *
 * @returns the contenders, each with its `version`; `close` them
 */
export async function startTaggerPeers(tagger, values) {
  const peers = startPeers('tagger', values)
  const folder = mkdtempSync(join(tmpdir(), 'nerite-bench-'))
  try {
    const file = join(folder, 'data.json')
    writePeerData(file, tagger)
    const loaded = []
    for (const peer of peers) {
      const { version } = await peer.ask({ do: 'load', model: 'tagger', file })
      loaded.push({ ...peer, version })
    }
    return loaded
  } catch (error) {
    for (const peer of peers) peer.close()
    throw error
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The tables that a unit is looked up in, and the character CNN behind them. */
function writePeerData(file, { config, definition, unitTable, sentences, store }) {
  const tables = unitTable.ids.slice(0, -1)
  const characters = unitTable.ids.at(-1)
  const [characterRows, characterDim] = store.get('input.characters').shape
  const data = {
    sizes: {
      hidden: config.encoder[0].hidden,
      tags: definition.tags.length,
      tables: store.parameters
        .filter(({ sparseRows }) => sparseRows)
        .map(({ name, shape: [rows, dim] }) => ({ name, rows, dim })),
      characters: characterRows,
      characterDim,
      filters: config.input.charCnn.filters,
    },
    ids: characters.map((_, unit) => tables.map(ids => ids[unit])),
    characters: characters.map(ids => [...ids]),
    sentences: sentences.map(sentence => ({ forms: [...sentence.unitIds], tags: [...sentence.tags] })),
    parameters: Object.fromEntries(
      store.parameters.map(({ name, shape, value }) => [name, { shape, values: [...value] }]),
    ),
  }
  writeFileSync(file, JSON.stringify(data))
}

/** Runs batches one by one; seconds a unit of work. */
export async function secondsPerUnit(batches, workOf, run) {
  const began = performance.now()
  for (const batch of batches) await run(batch)
  return (performance.now() - began) / 1000 / batches.reduce((sum, batch) => sum + workOf(batch), 0)
}

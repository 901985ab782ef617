// The `bilstm-crf` preset on a corpus, for training-step.mjs, tagging.mjs, profile.mjs and long-run.mjs.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { resolveConfig } from '../../dist/config/resolve.js'
import { loadCorpus } from '../../dist/corpus/node/read-corpus.js'
import { nodeRuntime } from '../../dist/engine/runtime/node/ort-node.js'
import { update as updateParameters } from '../../dist/train/loop/updates.js'
import { Training } from '../../dist/train/training.js'
import { startPeers } from './contender.mjs'

export const CORPUS = '../shared/corpora/conll2003/eng.train'

/**
 * A training run without word dropout, which peers don't have.
 *
 * @param threads of the numeric kernels
 * @param rowUpdates of rows that a batch does not have: `lazy` or, as the preset without vectors has it, `dense`
 */
export async function prepareTagger(path, threads, runtime = nodeRuntime(), rowUpdates = 'lazy') {
  const config = resolveConfig({
    preset: 'bilstm-crf',
    file: {
      input: { words: { dropout: 0 } },
      training: { threads, seed: 1, optimizer: { rowUpdates } },
    },
  })
  const corpus = await loadCorpus(path, { columns: false })
  const train = { path, scheme: corpus.scheme.scheme, sentences: corpus.sentences }
  const training = Training.prepare({ config, train, dev: null, runtime })
  return { training, lengths: training.prepared.sentences.map(sentence => sentence.unitIds.length) }
}

/** The step without any dropout. */
export function calmStep({ training }) {
  const { definition } = training.prepared
  const { input, encoder, ...rest } = definition.config
  return training.createStep({
    ...definition,
    config: {
      ...rest,
      input: { ...input, dropout: 0 },
      encoder: encoder.map(block => ({ ...block, dropout: 0 })),
    },
  })
}

/** One update: forward and backward pass, clipping, optimizer. */
export async function update({ training }, step, batch, random) {
  const setup = { sentences: training.prepared.sentences, step, optimizer: training.optimizer, clipNorm: 5 }
  return (await updateParameters(setup, [batch], 0.0015, random)).loss
}

/** Tags batches as a loaded tagger does: the graph for tagging, then the decoder. */
export async function openTagger({ training }) {
  const tagger = await training.createTagger()
  const encoded = batch => batch.map(index => training.prepared.sentences[index])
  return {
    emissions: async batch => (await tagger.find(encoded(batch))).map(({ emissions }) => emissions),
    tag: batch => tagger.find(encoded(batch)),
    release: () => tagger.release(),
  }
}

/**
 * Starts the peers named on the command line, with the tagger's sizes, data and initial parameters.
 *
 * @returns the contenders, each with its `version`; the caller must `close` them
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

/** The lookup tables of the inputs, and the character CNN after them. */
function writePeerData(file, { training: { config, prepared, parameters } }) {
  const { definition, unitTable, sentences } = prepared
  const tables = unitTable.ids.slice(0, -1)
  const characters = unitTable.ids.at(-1)
  const [characterRows, characterDim] = parameters.get('input.characters').shape
  const data = {
    sizes: {
      rows: config.training.optimizer.rowUpdates,
      hidden: config.encoder[0].hidden,
      tags: definition.tags.length,
      tables: parameters.parameters
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
      parameters.parameters.map(({ name, shape, value }) => [name, { shape, values: [...value] }]),
    ),
  }
  writeFileSync(file, JSON.stringify(data))
}

/** Runs batches one by one. @returns seconds per unit of work */
export async function secondsPerUnit(batches, workOf, run) {
  const began = performance.now()
  for (const batch of batches) await run(batch)
  return (performance.now() - began) / 1000 / batches.reduce((sum, batch) => sum + workOf(batch), 0)
}

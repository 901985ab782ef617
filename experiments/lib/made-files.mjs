// Files that settings of an experiment name and that are made of vectors or text first: word classes, and vectors of a corpus's own text.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { kMeansClassFile } from '../../dist/workflows/node/make-classes.js'
import { trainVectorFile } from '../../dist/workflows/node/train-vectors.js'
import { dataFolder, filesOf, vectorFileOf, WINK } from './corpora.mjs'

/** Stands for a file of word classes: 300 of the 40,000 most frequent words of `WINK`, by k-means. */
export const CLASSES = `classes of ${WINK}`
/** Stand for vectors of the text of the corpus's training part: skip-gram, and the same with runs of characters. */
export const OWN_VECTORS = 'vectors of the training part'
export const OWN_SUBWORDS = 'vectors of the training part with runs of characters'

/** So small a text needs many passes: as many as bring two million tokens or more. */
export const OWN_EPOCHS = 20

const MADE = {
  [CLASSES]: {
    name: () => 'wink.paths',
    needsVectors: true,
    async make(out, { packages }) {
      const settings = { out, classes: 300, words: 40_000, passes: 6, seed: 1 }
      await kMeansClassFile(vectorFileOf(packages), settings)
    },
  },
  [OWN_VECTORS]: {
    name: part => `${part}-own.nvec`,
    make: (out, options, part) => trainOwn(out, filesOf(part, options).train, null),
  },
  [OWN_SUBWORDS]: {
    name: part => `${part}-own-subwords.nvec`,
    make: (out, options, part) =>
      trainOwn(out, filesOf(part, options).train, { shortest: 3, longest: 6, buckets: 100_000 }),
  },
}

const isMade = value => typeof value === 'string' && Object.hasOwn(MADE, value)
const fileOf = (value, part, runs) => join(dataFolder(runs), MADE[value].name(part))

/** Settings with the paths of the files that their values stand for. */
export function withMadeFiles(set, part, { runs }) {
  return Object.fromEntries(
    Object.entries(set).map(([key, value]) => [key, isMade(value) ? fileOf(value, part, runs) : value]),
  )
}

/** Whether the files that settings name are made of `WINK`. */
export const needsVectors = set => Object.values(set).some(value => isMade(value) && MADE[value].needsVectors)

/** Makes the files that settings name, unless they are there. */
export async function prepareMadeFiles({ run, part }, options, log) {
  for (const value of Object.values(run.set).filter(isMade)) {
    const out = fileOf(value, part, options.runs)
    if (existsSync(out)) continue
    log(`making ${value}: ${out}`)
    mkdirSync(dataFolder(options.runs), { recursive: true })
    await MADE[value].make(out, options, part)
  }
}

async function trainOwn(out, train, subwords) {
  const settings = { dim: 100, minCount: 2, epochs: OWN_EPOCHS, subwords, threads: 1, seed: 1 }
  await trainVectorFile({ paths: [train], out, settings })
}

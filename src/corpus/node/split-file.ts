import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { option, say } from '../../base/fault.js'
import type { Format } from '../../base/format-names.js'
import { syncDirectory, writeNewFile } from '../../base/node/atomic-file.js'
import { forgetUnfinished, temporarySibling, trackUnfinished } from '../../base/node/temporary.js'
import { placeFault } from '../../base/place-fault.js'
import { Random } from '../../base/random.js'
import { CorpusError } from '../corpus-error.js'
import { nameIn, WRITTEN } from '../formats.js'
import type { ReadOptions } from '../read-options.js'
import type { Loss } from '../sentence-writer.js'
import { type SplitPlan, SplitPlanner } from '../split/plan-split.js'
import { type CorpusStats, StatsCollector } from '../stats/collect-stats.js'
import { createTarget } from './create-target.js'
import { checkReadTwice } from './decode-file.js'
import { readSentences } from './read-corpus.js'

export const PARTS = ['train', 'dev', 'test'] as const
export type Part = (typeof PARTS)[number]

export interface SplitOptions {
  /** Fractions in [0, 1] that add up to 1. A part with 0 is not written. */
  readonly shares: Readonly<Record<Part, number>>
  readonly seed: number
  /** The folder to create. It must not exist. */
  readonly out: string
  /** Default: the format of the source, or `jsonl` if that is only read. */
  readonly format?: Format
}

export interface SplitPart extends Pick<CorpusStats, 'sentences' | 'tokens' | 'entities' | 'types'> {
  readonly file: string
}

/** What `split.json` holds. */
export interface SplitSummary extends Omit<SplitPlan, 'parts'> {
  readonly source: string
  readonly seed: number
  readonly shares: Readonly<Record<Part, number>>
  readonly format: Format
  readonly parts: Readonly<Partial<Record<Part, SplitPart>>>
  readonly losses: readonly Loss[]
}

/**
 * Splits a corpus file into a new folder: `train`, `dev` and `test` in one format, and `split.json`, which describes
 * them. The file is read twice, as a stream. The folder appears when all is written. If anything fails, nothing is left.
 * @throws CorpusError as `readSentences`; `corpus/options`, `corpus/exists`
 *
 * @example
 * await splitFile('all.conll', { shares: { train: 0.8, dev: 0.1, test: 0.1 }, seed: 1, out: 'data' })
 */
export async function splitFile(
  path: string,
  options: SplitOptions,
  reading: ReadOptions = {},
): Promise<SplitSummary> {
  checkShares(options.shares)
  await refuseExisting(options.out)
  await checkReadTwice(path)
  const planner = new SplitPlanner()
  let found: Format = 'conll'
  const first = readSentences(path, { ...reading, fields: true, onFormat: format => void (found = format) })
  for await (const sentence of first) planner.add(sentence)
  const plan = planner.plan(
    PARTS.map(part => options.shares[part]),
    Random.fromSeed(options.seed),
  )
  checkParts(path, plan, options.shares)
  const folder = resolve(options.out)
  const temporary = temporarySibling(folder)
  await makeFolder(temporary, options.out)
  trackUnfinished(temporary)
  try {
    const format = options.format ?? (WRITTEN.includes(found) ? found : 'jsonl')
    const summary = await writeParts(path, temporary, plan, { ...options, format }, reading)
    writeNewFile(join(temporary, 'split.json'), `${JSON.stringify(summary, null, 2)}\n`)
    await rename(temporary, folder)
    syncDirectory(dirname(folder))
    return summary
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw error
  } finally {
    forgetUnfinished(temporary)
  }
}

async function writeParts(
  path: string,
  folder: string,
  plan: SplitPlan,
  options: SplitOptions & { readonly format: Format },
  reading: ReadOptions,
): Promise<SplitSummary> {
  const { format, shares, seed } = options
  const open = await Promise.all(
    PARTS.map(async part => ({
      part,
      file: nameIn(format, part),
      target: shares[part] > 0 ? await createTarget(join(folder, nameIn(format, part)), format) : undefined,
      stats: new StatsCollector(),
    })),
  )
  let index = 0
  try {
    for await (const sentence of readSentences(path, { ...reading, fields: true, onNote: undefined })) {
      const { target, stats } = open[plan.parts[index++]]
      await target?.write(sentence)
      stats.add(sentence)
    }
    for (const { target } of open) await target?.commit()
  } catch (error) {
    for (const { target } of open) await target?.discard()
    throw error
  }
  const parts: Partial<Record<Part, SplitPart>> = {}
  for (const { part, file, target, stats } of open) {
    if (target === undefined) continue
    const { sentences, tokens, entities, types } = stats.result()
    parts[part] = { file, sentences, tokens, entities, types }
  }
  const { parts: _, ...kept } = plan
  return {
    source: path,
    seed,
    shares,
    format,
    ...kept,
    parts,
    losses: open.flatMap(({ target }) => target?.losses.list() ?? []),
  }
}

function checkShares(shares: Readonly<Record<Part, number>>): void {
  const values = PARTS.map(part => shares[part])
  const sum = values.reduce((a, b) => a + b, 0)
  if (values.every(value => value >= 0 && value <= 1) && Math.abs(sum - 1) < 1e-6 && shares.train > 0) return
  throw new CorpusError('corpus/options', {
    where: option('shares'),
    expected: 'fractions from 0 to 1 that add up to 1, with more than 0 for training',
    got: `${values.join(' + ')} = ${Number(sum.toFixed(6))}`,
  })
}

function checkParts(path: string, plan: SplitPlan, shares: Readonly<Record<Part, number>>): void {
  for (const [i, part] of PARTS.entries())
    if (shares[part] > 0 && !plan.parts.includes(i))
      throw new CorpusError('corpus/options', {
        where: { file: path },
        expected: `enough ${plan.by}s for every part`,
        got: `${plan.by === 'document' ? plan.documents : plan.parts.length}, which leaves none for ${part}`,
        remedy: `give ${part} a larger share, or 0`,
      })
}

/** @param asked the folder's final name */
async function makeFolder(folder: string, asked: string): Promise<void> {
  try {
    await mkdir(dirname(folder), { recursive: true })
    await mkdir(folder)
  } catch (error) {
    // The name of the folder itself is free, so what exists is a file with the name of the parent folder.
    const isFile = (error as NodeJS.ErrnoException).code === 'EEXIST'
    const got = isFile ? 'a file where a folder should be' : placeFault(error)
    if (got === undefined) throw error
    const remedy = say`choose another ${option('out')}`
    throw new CorpusError('corpus/file', {
      where: { file: asked },
      expected: 'a place for a new folder',
      got,
      remedy,
    })
  }
}

async function refuseExisting(folder: string): Promise<void> {
  if ((await stat(folder).catch(() => undefined)) === undefined) return
  throw new CorpusError('corpus/exists', {
    where: { file: folder },
    expected: 'a folder that does not exist yet',
    got: 'one that does',
    remedy: say`choose another ${option('out')}, or remove it`,
  })
}

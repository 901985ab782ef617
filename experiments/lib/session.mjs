import { execute, stateOf } from './execute.mjs'
import { isNamed, loadDefinitions, planRuns } from './plan.mjs'
import { readResults } from './results.mjs'
import { writeReport } from './write-report.mjs'

/** Runs one command. @returns the exit code */
export async function runExperiments(options, log) {
  const definitions = await loadDefinitions(options.definitions)
  const planned = definitions.flatMap(definition => planRuns(definition, options))
  const strangers = options.names.filter(name => !planned.some(run => isNamed(run, [name])))
  if (strangers.length > 0) {
    log(
      `no experiment or run is called ${strangers.join(', ')}; the experiments are ${definitions.map(({ name }) => name).join(', ')}`,
    )
    return 2
  }
  const chosen = planned.filter(run => isNamed(run, options.names))
  if (options.list) return list(chosen, options)
  const ends = options.onlyReport ? [] : await train(chosen, definitions, options, log)
  await writeReport(definitions, options)
  return ends.includes('interrupted') ? 130 : ends.includes('failed') || ends.includes('busy') ? 1 : 0
}

async function train(chosen, definitions, options, log) {
  const ends = []
  const count = end => ends.filter(each => each === end).length
  const oneAfterAnother = inTurn()
  /** @param jobs trainings in parallel */
  const work = (runs, jobs) => {
    const queue = runs.values()
    const worker = async () => {
      for (const [i, planned] of queue) {
        if (ends.includes('interrupted')) return
        ends.push(await trainOne(planned, i, jobs))
      }
    }
    return Promise.all(Array.from({ length: jobs }, worker))
  }
  const trainOne = async (planned, i, jobs) => {
    const state = stateOf(planned, options)
    const name = `[${i + 1}/${chosen.length}] ${planned.experiment}/${planned.id}`
    if (state === 'done') {
      return 'done before'
    }
    if (state === 'skipped') {
      log(`${name}: SKIPPED, ${planned.skip}`)
      return 'skipped'
    }
    log(`${name}: ${SAID[state]}\n  ${planned.command}`)
    const end = await execute(planned, state, { ...options, jobs, oneAfterAnother }, log)
    if (end === 'interrupted') log('interrupted; the same command resumes from here')
    if (end === 'failed') log(`${name}: FAILED`)
    // Tables and charts are updated after every run, so that they can be read while others are training.
    if (end === 'done')
      await oneAfterAnother(() =>
        writeReport(
          definitions.filter(({ name }) => name === planned.experiment),
          options,
        ),
      )
    return end
  }
  const numbered = [...chosen.entries()]
  const isAlone = ([, { isTimed }]) => options.jobs === 1 || isTimed
  await work(
    numbered.filter(run => !isAlone(run)),
    options.jobs,
  )
  await work(numbered.filter(isAlone), 1)
  const parts = ['done', 'done before', 'skipped', 'failed', 'busy', 'interrupted'].filter(
    end => count(end) > 0,
  )
  log(`${chosen.length} runs: ${parts.map(end => `${count(end)} ${end}`).join(', ')}`)
  return ends
}

/** Returns a function that runs tasks one after another. */
function inTurn() {
  let last = Promise.resolve()
  return task => {
    const result = last.then(task)
    last = result.catch(() => undefined)
    return result
  }
}

const SAID = {
  new: 'training',
  unfinished: 'resuming from the last checkpoint',
  outdated: 'its settings have changed: training again',
  known: 'another experiment has the same run: recording',
  unrecorded: 'trained already: recording',
}

function list(chosen, options) {
  for (const planned of chosen) {
    const state = options.onlyReport ? '' : stateOf(planned, options)
    const record = readResults(options.results, planned.experiment)[planned.id]
    const result = record ? `  F1 ${record.dev.f1?.toFixed(4) ?? '–'}  ${Math.round(record.seconds)} s` : ''
    const reason = state === 'skipped' ? `  ${planned.skip}` : ''
    console.log(`${`${planned.experiment}/${planned.id}`.padEnd(64)} ${state}${result}${reason}`)
  }
  return 0
}

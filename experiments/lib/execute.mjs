// One training run: started, resumed, or left alone because it is finished.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { dirname, join } from 'node:path'
import { isUnfinishedRun } from '../../dist/run/node/run-folder.js'
import { prepareFiles } from './corpora.mjs'
import { cpuTimeOf, noteCpuTime } from './cpu-time.mjs'
import { prepareMadeFiles } from './made-files.mjs'
import { machineNow, recordOf } from './record.mjs'
import { isSameConfig, readResults, resultNames, saveRecord } from './results.mjs'
import { scoreRules } from './rules-run.mjs'

/**
 * The state of a run: `done`, `known` (another experiment has the same run), `unrecorded` (trained, but not in the
 * results), `unfinished`, `outdated`, `skipped` or `new`.
 */
export function stateOf(planned, options) {
  const wanted = planned.symbolic(planned.config())
  const known = readResults(options.results, planned.experiment)[planned.id]
  if (!options.force && known && isSameConfig(known.config, wanted)) return 'done'
  if (!options.force && twinOf(planned, options)) return 'known'
  if (planned.skip) return 'skipped'
  const { out, symbolic } = planned
  if (!options.force && existsSync(join(out, 'config.json'))) {
    const stored = symbolic(JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')))
    if (isSameConfig(stored, wanted)) return isUnfinishedRun(out) ? 'unfinished' : 'unrecorded'
    return 'outdated'
  }
  return known ? 'outdated' : 'new'
}

/**
 * Trains the rest of a run and records its result.
 * @returns `done`, `failed`, `busy` (another process is training it) or `interrupted`
 */
export async function execute(planned, state, options, log) {
  const { out, experiment } = planned
  const twin = state === 'known' && twinOf(planned, options)
  if (twin) {
    const { run, id } = planned
    saveRecord(options.results, experiment, { ...twin, id, run: run.name })
    return 'done'
  }
  if (planned.run.rules) return scoreRules(planned, options, log)
  const lock = `${out}.pid`
  const holder = holderOf(lock)
  if (holder !== undefined) {
    log(
      `  process ${holder} is already training it; end that process, or remove ${lock} if it is another program`,
    )
    return 'busy'
  }
  if (state !== 'unrecorded') {
    await options.oneAfterAnother(() => prepareFiles(planned.part, options, log))
    await options.oneAfterAnother(() => prepareMadeFiles(planned, options, log))
    mkdirSync(dirname(out), { recursive: true })
    const before = loadavg()[0]
    const training =
      state === 'unfinished'
        ? ['train', '--resume', out, '--no-report']
        : [...planned.arguments, '--no-report']
    if (state === 'outdated' || options.force) training.push('--force')
    const noted = noteCpuTime(out, state !== 'unfinished')
    const { code, signal } = await nerite(training, options.root, lock, noted)
    if (signal || (code !== 0 && isInterrupted)) return 'interrupted'
    if (code !== 0) return 'failed'
    writeFileSync(join(out, 'machine.json'), `${JSON.stringify(machineNow(before, options.jobs))}\n`)
  }
  saveRecord(
    options.results,
    experiment,
    await recordOf(planned, {
      cpuSeconds: cpuTimeOf(out),
      machine: machineOf(out),
      ...(await extraOf(planned)),
    }),
  )
  return 'done'
}

/** The record of the same run in another experiment: same settings, seed and corpus, so the same result. */
function twinOf(planned, options) {
  const { experiment, run, part, seed, symbolic } = planned
  if (run.typeCurves || run.measure) return undefined
  let wanted
  for (const name of resultNames(options.results)) {
    if (name === experiment) continue
    for (const record of Object.values(readResults(options.results, name)))
      if (record.part === part && record.seed === seed) {
        wanted ??= symbolic(planned.config())
        if (isSameConfig(record.config, wanted)) return record
      }
  }
  return undefined
}

/** What a definition measures of a finished run besides its scores. */
async function extraOf({ run, out, config }) {
  return run.measure ? { [run.measure.name]: await run.measure.of(out, config()) } : {}
}

function machineOf(out) {
  const file = join(out, 'machine.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}

let isInterrupted = false

/** Runs the program as a user would; signals are passed on, so that it stops with a checkpoint. */
function nerite(args, root, lock, noted) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...noted.args, join(root, 'bin/nerite.js'), ...args], {
      cwd: root,
      env: { ...process.env, ...noted.env },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    if (child.pid !== undefined) writeFileSync(lock, `${child.pid}\n`)
    // On Ctrl-C the terminal signals the child too.
    const note = () => {
      isInterrupted = true
    }
    const hand = () => {
      isInterrupted = true
      child.kill('SIGTERM')
    }
    process.on('SIGINT', note)
    process.on('SIGTERM', hand)
    const end = () => {
      process.off('SIGINT', note)
      process.off('SIGTERM', hand)
      rmSync(lock, { force: true })
    }
    child.on('error', error => {
      end()
      reject(error)
    })
    child.on('exit', (code, signal) => {
      end()
      resolve({ code, signal })
    })
  })
}

/** The process that a lock names, if it is alive. It may have outlived its killed parent. */
function holderOf(lock) {
  if (!existsSync(lock)) return undefined
  const pid = Number(readFileSync(lock, 'utf8'))
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM' ? pid : undefined
  }
  // Another program may have the process number by now; Linux says which program it is.
  const told = `/proc/${pid}/cmdline`
  return existsSync('/proc/self/cmdline') &&
    !(existsSync(told) && readFileSync(told, 'utf8').includes('nerite.js'))
    ? undefined
    : pid
}

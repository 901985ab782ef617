// The numbers of a finished run that tables and charts need.
import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus } from 'node:os'
import { readModel } from '../../dist/run/node/open-model.js'

/** @param planned a run of `planRuns` whose folder is finished */
export async function recordOf(planned, extra) {
  const { id, out, seed, part, run, command, symbolic } = planned
  const files = await readModel(out)
  const events = files.log()
  const start = events.findLast(({ kind }) => kind === 'start')
  // An epoch that was repeated after resuming has two events; the later one counts.
  const epochs = [
    ...new Map(events.filter(({ kind }) => kind === 'epoch').map(event => [event.epoch, event])).values(),
  ]
  const { best, dev } = files.metrics()
  return {
    id,
    run: run.name,
    corpus: run.corpus,
    part,
    seed,
    command,
    ended: best.reason,
    seconds: rounded(best.seconds, 1),
    epochs: epochs.length,
    updates: epochs.at(-1)?.updates ?? null,
    bestEpoch: best.epoch,
    parameters: start.parameters,
    words: start.words,
    vectors: start.vectors,
    trainTokens: start.tokens,
    dev: {
      accuracy: rounded(dev.accuracy),
      allO: rounded(dev.baseline.allO.accuracy),
      tokens: dev.tokens,
      ...counted(dev.exact.micro),
      relaxed: rounded(dev.relaxed.type.f1),
      types: Object.fromEntries(
        Object.entries(dev.exact.types).map(([type, scores]) => [type, counted(scores)]),
      ),
    },
    curve: epochs.map(({ epoch, updates, loss, learningRate, seconds, evaluationSeconds, dev, types }) => ({
      epoch,
      updates,
      loss: rounded(loss),
      learningRate: rounded(learningRate, 6),
      seconds: rounded(seconds, 1),
      evaluationSeconds: rounded(evaluationSeconds, 1),
      ...measures(dev),
      ...(run.typeCurves && {
        types: Object.fromEntries(Object.entries(types).map(([type, scores]) => [type, measures(scores)])),
      }),
    })),
    ...extra,
    config: symbolic(files.config()),
  }
}

/**
 * The machine, and how busy it was.
 * @param load the load average before the run
 * @param jobs trainings in parallel
 */
export function machineNow(load, jobs) {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    node: process.versions.node,
    jobs,
    loadBefore: rounded(load, 1),
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
  }
}

function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return null
  }
}

/** Scores with their counts. */
export function counted({ precision, recall, f1, gold, predicted, correct }) {
  return { ...measures({ precision, recall, f1 }), gold, predicted, correct }
}

function measures(scores) {
  if (!scores) return { precision: null, recall: null, f1: null }
  return { precision: rounded(scores.precision), recall: rounded(scores.recall), f1: rounded(scores.f1) }
}

function rounded(value, digits = 4) {
  return value === null || value === undefined ? null : Number(value.toFixed(digits))
}

import { InputError } from '../../base/errors.js'
import { type Message, say, setting } from '../../base/fault.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { differences } from '../../config/differences.js'
import { resolveAnyConfig } from '../../config/resolve.js'
import type { AnyConfig, Config, RecognizerKind } from '../../config/schema.js'
import { checkpointPath } from '../../run/node/checkpoint.js'
import { type ResumePoint, readResumePoint } from '../../run/node/folder-store.js'
import { runConfigSource } from '../../run/node/run-folder.js'

/** Settings that say how long to train, by kind of recognizer: the only ones that a resumed run may change. */
export const LENGTHS: Readonly<Record<RecognizerKind, readonly string[]>> = {
  neural: ['training.epochs', 'training.maxSteps', 'training.maxMinutes'],
  crf: ['training.algorithm.maxIterations', 'training.algorithm.epochs'],
  hmm: [],
  bootstrap: [],
}

/** `LENGTHS` as a message names them. */
export function lengthSettings(kind: RecognizerKind): Message {
  const names = LENGTHS[kind].map(name => say`${setting(name)}`)
  return names.length === 0 ? 'nothing' : names.reduce((all, name) => say`${all}, ${name}`)
}

/** Settings that say where files are: the content of the files is compared by a fingerprint. */
const PLACES =
  /^(corpus\.|from\.model$|pretrained\.folder$|input\.words\.vectors\.file$|(?:input|features)\.(?:gazetteers|classes)\.\d+\.file$)/

/**
 * Reads a run's last checkpoint, and checks that it is the same run that continues.
 *
 * @param data fingerprint of the corpora, vectors and gazetteers
 * @throws InputError `train/resume` where they or settings other than `LENGTHS` differ from the run's
 */
export function resumePoint(dir: string, config: AnyConfig, data: string): ResumePoint {
  const point = readResumePoint(dir, config.recognizer)
  checkSettings(dir, config)
  if (config.recognizer === 'neural') checkOptimizer(dir, point, config)
  if (point.data !== data)
    throw new InputError('train/resume', {
      where: dir,
      expected: 'the corpora, vectors and gazetteers that the run was started with',
      got: 'other content',
      remedy: 'put them back, or start a new run',
    })
  return point
}

function checkOptimizer(dir: string, { loop }: ResumePoint, { training }: Config): void {
  const { kind } = training.optimizer
  if (!('optimizer' in loop) || loop.optimizer.kind === kind) return
  throw new ModelFileError({
    where: checkpointPath(dir, 'last'),
    expected: `the state of the optimizer ${kind}`,
    got: `that of ${loop.optimizer.kind}`,
    remedy: 'copy the run folder again, or start a new run',
  })
}

function checkSettings(dir: string, config: AnyConfig): void {
  const own = resolveAnyConfig(runConfigSource(dir))
  const others = [...differences([own, config])].filter(
    ([name]) => !LENGTHS[own.recognizer].includes(name) && !PLACES.test(name),
  )
  if (others.length === 0) return
  throw new InputError(
    'train/resume',
    others.map(([name, [before, now]]) => ({
      where: setting(name),
      expected: `${JSON.stringify(before)}, as the run in ${dir} was started with`,
      got: JSON.stringify(now),
      remedy: say`put it back, or start a new run; only ${lengthSettings(own.recognizer)} may change`,
    })),
  )
}

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../../base/errors.js'
import { differences } from '../../config/differences.js'
import { resolveConfig } from '../../config/resolve.js'
import type { Config } from '../../config/schema.js'
import { type Checkpoint, readCheckpoint } from '../../run/node/checkpoint.js'
import type { SavedState } from './folder-checkpoints.js'

/** Settings that say how long to train, which a resumed run may be given anew. */
export const LENGTHS: readonly string[] = ['training.epochs', 'training.maxSteps', 'training.maxMinutes']

/** Where files lie: what is in them is held against a fingerprint. */
const PLACES = /^(corpus\.|input\.words\.vectors$|input\.gazetteers\.\d+\.file$)/

/** Where a run left off. */
export interface ResumePoint {
  readonly checkpoint: Checkpoint
  readonly state: SavedState
}

/**
 * Reads a run's last checkpoint, and checks that what goes on is the run that was begun.
 *
 * @param data fingerprint of the corpora, vectors and gazetteers
 * @throws InputError `train/resume` where they, or settings besides `LENGTHS`, are others than the run's
 */
export function readResumePoint(dir: string, config: Config, data: string): ResumePoint {
  const checkpoint = readCheckpoint(dir, 'last')
  checkSettings(dir, config)
  const state = checkpoint.state as SavedState
  if (state.data !== data)
    throw new InputError('train/resume', {
      where: dir,
      expected: 'the corpora, vectors and gazetteers that the run was started with',
      got: 'other content',
      remedy: 'put them back, or start a new run',
    })
  return { checkpoint, state }
}

function parsed(fileName: string): unknown {
  try {
    return JSON.parse(readFileSync(fileName, 'utf8'))
  } catch (error) {
    throw new InputError('train/resume', {
      where: fileName,
      expected: 'the settings that the run was started with, as JSON',
      got: error instanceof Error ? error.message : String(error),
    })
  }
}

function checkSettings(dir: string, config: Config): void {
  const fileName = join(dir, 'config.json')
  if (!existsSync(fileName))
    throw new InputError('train/resume', {
      where: fileName,
      expected: 'the settings that the run was started with',
      got: 'no such file',
    })
  const own = resolveConfig({ file: parsed(fileName), fileName })
  const others = [...differences([own, config])].filter(
    ([name]) => !LENGTHS.includes(name) && !PLACES.test(name),
  )
  if (others.length === 0) return
  throw new InputError(
    'train/resume',
    others.map(([name, [before, now]]) => ({
      where: name,
      expected: `${JSON.stringify(before)}, as the run in ${dir} was started with`,
      got: JSON.stringify(now),
      remedy: `put it back, or start a new run; only ${LENGTHS.join(', ')} may change`,
    })),
  )
}

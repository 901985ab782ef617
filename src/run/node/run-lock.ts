import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../../base/errors.js'
import { option, say, verb } from '../../base/fault.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { acquireLock, type Lock } from '../../base/node/lock.js'
import { placeFault } from '../../base/place-fault.js'
import { mostBytes } from '../run-files.js'
import { MANIFEST } from '../run-manifest.js'
import { readRunFile } from './read-run-file.js'

/** The lock of a run folder: whoever writes to the folder holds it, from the first look at what is there to the end. */
export class RunLock implements Disposable {
  private constructor(
    private dir: string,
    private readonly lock: Lock,
  ) {}

  /**
   * @throws InputError `lock/held` where another process writes to the folder; `lock/place`; ModelFileError where there is
   *   no such folder or it cannot be written to
   */
  static take(dir: string): RunLock {
    const path = join(dir, '.lock')
    try {
      return new RunLock(dir, acquireLock(path))
    } catch (error) {
      const got = existsSync(dir) ? placeFault(error) : 'nothing of that name'
      if (got === undefined) throw error
      throw new ModelFileError({
        where: dir,
        expected: 'a run folder to write to',
        got,
        remedy: 'check the path',
      })
    }
  }

  /** Says that the folder was renamed, and its lock with it. */
  movedTo(dir: string): void {
    this.dir = dir
    this.lock.movedTo(join(dir, '.lock'))
  }

  isHeld(): boolean {
    return this.lock.isHeld()
  }

  /** @throws InputError `lock/lost` where somebody deleted or replaced the folder or its lock */
  check(): void {
    if (this.isHeld()) return
    throw new InputError('lock/lost', {
      where: join(this.dir, '.lock'),
      expected: 'the lock that this process took',
      got: existsSync(this.dir) ? 'none, or that of another process' : 'no folder any more',
      remedy: say`nothing more was written; if no other process trains there, continue with ${verb('train', [], [option('resume', this.dir)])}`,
    })
  }

  [Symbol.dispose](): void {
    this.lock[Symbol.dispose]()
  }
}

/**
 * Writes to the folder of a finished run, as its lock allows.
 *
 * @param since what `runState` said before whatever is written was measured
 * @throws InputError `lock/held` where another process writes there, or has since
 */
export function writeToRun(dir: string, since: string | undefined, write: () => void): void {
  using _lock = RunLock.take(dir)
  if (runState(dir) !== since)
    throw new InputError('lock/held', {
      where: dir,
      expected: 'the run that was measured',
      got: 'another, which a process has put there since',
      remedy: 'run the command again',
    })
  write()
}

/** What tells a finished run from all others: its manifest. `undefined` where there is none. */
export function runState(dir: string): string | undefined {
  const bytes = readRunFile(join(dir, MANIFEST), mostBytes(MANIFEST))
  return bytes && new TextDecoder().decode(bytes)
}

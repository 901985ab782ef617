import * as v from 'valibot'
import type { RecognizerKind } from '../../config/schema.js'
import { checked, count } from '../checked.js'
import type { TrainEvent } from '../events.js'
import { lineWriter } from '../log-lines.js'
import { LOOP_STATES } from '../loop-states.js'
import { type RunResult, type RunStart, resultFiles, startFiles, type Tensors } from '../run-files.js'
import type { AnyLoopState, RunStore } from '../run-store.js'
import { checkpointPath, readCheckpoint, writeCheckpoint } from './checkpoint.js'
import {
  asInputError,
  createRunFolder,
  finishRunFolder,
  removeRunFolder,
  reopenRunFolder,
} from './run-folder.js'
import type { RunLock } from './run-lock.js'
import { openRunLog, type RunLog } from './run-log.js'

/** Where a run in a folder left off. */
export interface ResumePoint {
  readonly tensors: Tensors
  readonly loop: AnyLoopState
  /** Fingerprint of the data that the run was started with. */
  readonly data: string
  /** Length of the log when the checkpoint was written. */
  readonly logBytes: number
}

/** Keeps a run in a folder, which is locked until the store is disposed. */
export class FolderStore implements RunStore, Disposable {
  readonly append: (event: TrainEvent) => void

  private constructor(
    private readonly dir: string,
    private readonly start: RunStart,
    private readonly data: string,
    private readonly lock: RunLock,
    private readonly log: RunLog,
  ) {
    this.append = lineWriter(line => this.whileLocked(() => log.append(line)))
  }

  /**
   * @param data fingerprint of the corpora and whatever else the run is made from
   * @param replaced the lock of the run folder that is replaced; default: nothing may be there
   * @throws ModelFileError where the folder is in the way; InputError `lock/lost` where the lock is gone,
   *   `train/vocabulary` for vocabularies that are too large to be read again
   */
  static create(
    dir: string,
    start: RunStart,
    { data, replaced }: { readonly data: string; readonly replaced?: RunLock },
  ): FolderStore {
    const lock = createRunFolder(dir, startFiles(start), { replaced })
    return FolderStore.locked(lock, () => new FolderStore(dir, start, data, lock, openRunLog(dir)))
  }

  /**
   * Continues in a folder.
   * @param start what the run was made from once more: the same, since its data are
   * @param lock taken before `point` was read
   * @throws ModelFileError for a folder that is not a run
   */
  static resume(dir: string, start: RunStart, { data, logBytes }: ResumePoint, lock: RunLock): FolderStore {
    return FolderStore.locked(lock, () => {
      lock.check()
      reopenRunFolder(dir)
      return new FolderStore(dir, start, data, lock, openRunLog(dir, { keep: logBytes }))
    })
  }

  private static locked(lock: RunLock, open: () => FolderStore): FolderStore {
    try {
      return open()
    } catch (error) {
      lock[Symbol.dispose]()
      throw error
    }
  }

  async save(tensors: Tensors, loop: AnyLoopState): Promise<void> {
    const state = { loop, logBytes: this.log.bytes, data: this.data } satisfies Omit<ResumePoint, 'tensors'>
    this.whileLocked(() => writeCheckpoint(this.dir, 'last', { tensors, state }))
  }

  async saveBest(tensors: Tensors): Promise<void> {
    this.whileLocked(() => writeCheckpoint(this.dir, 'best', { tensors, state: {} }))
  }

  async best(): Promise<Tensors> {
    return this.whileLocked(() => readCheckpoint(this.dir, 'best').tensors)
  }

  /** Writes the first files once more: a folder may have been changed since, or before the run was continued. */
  async finish(result: RunResult): Promise<void> {
    const files = { ...startFiles(this.start), ...resultFiles(result) }
    this.whileLocked(() => finishRunFolder(this.dir, files))
  }

  /** Removes the folder, unless it is another process's by now. */
  discard(): void {
    this.log[Symbol.dispose]()
    if (this.lock.isHeld()) removeRunFolder(this.dir)
  }

  /** @throws InputError `lock/lost`, also where the lock has gone since and the work failed for it */
  private whileLocked<Result>(work: () => Result): Result {
    this.lock.check()
    try {
      return work()
    } catch (error) {
      this.lock.check()
      throw asInputError(error, this.dir)
    }
  }

  [Symbol.dispose](): void {
    this.log[Symbol.dispose]()
    this.lock[Symbol.dispose]()
  }
}

/**
 * A run's last checkpoint.
 * @param kind of the recognizer that is trained
 * @param most bytes that it may have; default: no training state is larger
 * @throws ModelFileError if there is none or it is damaged
 */
export function readResumePoint(dir: string, kind: RecognizerKind, most?: number): ResumePoint {
  const { tensors, state } = readCheckpoint(dir, 'last', most)
  const schema = v.object({ logBytes: count, data: v.string(), loop: LOOP_STATES[kind] })
  return { tensors, ...checked(schema, state, checkpointPath(dir, 'last')) }
}

import * as v from 'valibot'
import { recordOf } from '../../base/record-schema.js'
import { checked, count, finite } from '../checked.js'
import type { TrainEvent } from '../events.js'
import { lineWriter } from '../log-lines.js'
import { type RunResult, type RunStart, resultFiles, startFiles, type Tensors } from '../run-files.js'
import type { LoopState, RunStore } from '../run-store.js'
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
  readonly loop: LoopState
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

  async save(tensors: Tensors, loop: LoopState): Promise<void> {
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

/** 32 bits, with a sign or without. */
const word = v.pipe(v.number(), v.integer(), v.minValue(-(2 ** 31)), v.maxValue(2 ** 32 - 1))
const random = v.object({ words: v.tuple([word, word, word, word]) })
const score = v.nullable(finite)

const savedState = v.object({
  logBytes: count,
  data: v.string(),
  loop: v.object({
    epoch: v.pipe(count, v.minValue(1)),
    step: count,
    epochRandom: random,
    random,
    optimizer: v.object({
      kind: v.picklist(['adam', 'adamw', 'sgd', 'rmsprop']),
      step: count,
      lastSeen: recordOf(v.array(count)),
    }),
    schedule: v.object({ factor: finite, best: score, waited: count }),
    averaging: v.nullable(v.object({ updates: count })),
    lossSum: finite,
    tokens: finite,
    trainingSeconds: finite,
    best: v.nullable(
      v.object({ epoch: count, scores: v.object({ precision: score, recall: score, f1: score }) }),
    ),
    epochsSinceBest: count,
    gradientNorm: finite,
    seconds: finite,
  }),
}) satisfies v.GenericSchema<unknown, Omit<ResumePoint, 'tensors'>>

/**
 * A run's last checkpoint.
 * @param most bytes that it may have; default: no training state is larger
 * @throws ModelFileError if there is none or it is damaged
 */
export function readResumePoint(dir: string, most?: number): ResumePoint {
  const { tensors, state } = readCheckpoint(dir, 'last', most)
  return { tensors, ...checked(savedState, state, checkpointPath(dir, 'last')) }
}

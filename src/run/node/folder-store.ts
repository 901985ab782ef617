import { join } from 'node:path'
import * as v from 'valibot'
import { isRecord } from '../../base/json-types.js'
import { acquireLock } from '../../base/node/lock.js'
import { checked } from '../checked.js'
import type { TrainEvent } from '../events.js'
import { lineWriter } from '../log-lines.js'
import { type RunResult, type RunStart, resultFiles, startFiles, type Tensors } from '../run-files.js'
import type { LoopState, RunStore } from '../run-store.js'
import { checkpointPath, readCheckpoint, writeCheckpoint } from './checkpoint.js'
import { createRunFolder, finishRunFolder, isUnfinishedRun, reopenRunFolder } from './run-folder.js'
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
    private readonly data: string,
    private readonly lock: Disposable,
    private readonly log: RunLog,
  ) {
    this.append = lineWriter(line => log.append(line))
  }

  /**
   * @param data fingerprint of the corpora and whatever else the run is made from
   * @throws ModelFileError where the folder is in the way; InputError `lock/held` where another process trains in it
   */
  static create(
    dir: string,
    start: RunStart,
    { data, force = false }: { readonly data: string; readonly force?: boolean },
  ): FolderStore {
    if (force && isUnfinishedRun(dir)) lockOf(dir)[Symbol.dispose]()
    createRunFolder(dir, startFiles(start), { force })
    return new FolderStore(dir, data, lockOf(dir), openRunLog(dir))
  }

  /** Continues in a folder. @throws as `create` */
  static resume(dir: string, { data, logBytes }: ResumePoint): FolderStore {
    const lock = lockOf(dir)
    try {
      reopenRunFolder(dir)
      return new FolderStore(dir, data, lock, openRunLog(dir, { keep: logBytes }))
    } catch (error) {
      lock[Symbol.dispose]()
      throw error
    }
  }

  async save(tensors: Tensors, loop: LoopState): Promise<void> {
    const state = { loop, logBytes: this.log.bytes, data: this.data } satisfies Omit<ResumePoint, 'tensors'>
    writeCheckpoint(this.dir, 'last', { tensors, state })
  }

  async saveBest(tensors: Tensors): Promise<void> {
    writeCheckpoint(this.dir, 'best', { tensors, state: {} })
  }

  async best(): Promise<Tensors> {
    return readCheckpoint(this.dir, 'best').tensors
  }

  async finish(result: RunResult): Promise<void> {
    finishRunFolder(this.dir, resultFiles(result))
  }

  [Symbol.dispose](): void {
    this.log[Symbol.dispose]()
    this.lock[Symbol.dispose]()
  }
}

function lockOf(dir: string): Disposable {
  return acquireLock(join(dir, '.lock'))
}

const random = v.object({ words: v.tuple([v.number(), v.number(), v.number(), v.number()]) })
const score = v.nullable(v.number())

const savedState = v.object({
  logBytes: v.number(),
  data: v.string(),
  loop: v.object({
    epoch: v.number(),
    step: v.number(),
    epochRandom: random,
    random,
    optimizer: v.custom<LoopState['optimizer']>(isRecord),
    schedule: v.custom<LoopState['schedule']>(isRecord),
    averaging: v.nullable(v.object({ updates: v.number() })),
    lossSum: v.number(),
    tokens: v.number(),
    trainingSeconds: v.number(),
    best: v.nullable(
      v.object({ epoch: v.number(), scores: v.object({ precision: score, recall: score, f1: score }) }),
    ),
    epochsSinceBest: v.number(),
    gradientNorm: v.number(),
    seconds: v.number(),
  }),
}) satisfies v.GenericSchema<unknown, Omit<ResumePoint, 'tensors'>>

/** A run's last checkpoint. @throws ModelFileError if there is none or it is damaged */
export function readResumePoint(dir: string): ResumePoint {
  const { tensors, state } = readCheckpoint(dir, 'last')
  return { tensors, ...checked(savedState, state, checkpointPath(dir, 'last')) }
}

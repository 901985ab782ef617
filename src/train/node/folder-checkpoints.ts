import type { ParameterStore } from '../../engine/optim/parameter-store.js'
import {
  checkpointTensors,
  restoreCheckpoint,
  restoreValues,
  valueTensors,
} from '../../engine/optim/store-tensors.js'
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../../run/node/checkpoint.js'
import type { RunLog } from '../../run/node/run-log.js'
import type { CheckpointStore, LoopState } from '../loop/loop-state.js'

/** What a run's last checkpoint holds besides tensors. */
export interface SavedState {
  readonly loop: LoopState
  /** Length of `log.jsonl` when the checkpoint was written. */
  readonly logBytes: number
  /** Fingerprint of the corpora the run was started with. */
  readonly data: string
}

/** Checkpoints in a run folder: `last` to continue from, `best` for the best values so far. */
export class FolderCheckpoints implements CheckpointStore {
  constructor(
    private readonly dir: string,
    private readonly store: ParameterStore,
    private readonly log: RunLog,
    private readonly data: string,
  ) {}

  async save(loop: LoopState): Promise<void> {
    const state: SavedState = { loop, logBytes: this.log.bytes, data: this.data }
    writeCheckpoint(this.dir, 'last', { tensors: checkpointTensors(this.store), state })
  }

  async saveBest(): Promise<void> {
    writeCheckpoint(this.dir, 'best', { tensors: valueTensors(this.store), state: {} })
  }

  async restoreBest(): Promise<void> {
    restoreValues(this.store, readCheckpoint(this.dir, 'best').tensors, this.dir)
  }
}

/** Puts a checkpoint's tensors back and hands over where the loop stood. */
export function restoreLast(checkpoint: Checkpoint, store: ParameterStore, dir: string): void {
  restoreCheckpoint(store, checkpoint.tensors, dir)
}

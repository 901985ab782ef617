import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ModelFileError } from '../../base/model-file-error.js'
import { writeFileAtomically } from '../../base/node/atomic-file.js'
import { isTemporaryName } from '../../base/node/temporary.js'
import { VERSION as NERITE_VERSION } from '../../base/version.js'
import { parseSafetensors, type StoredTensor, safetensorsParts } from '../../engine/optim/safetensors.js'
import { parseJson } from '../checked.js'
import { readRunFile } from './read-run-file.js'

/** No training state is larger. */
const MOST_BYTES = 8 * 1024 ** 3

/** The folder of a run's checkpoints. */
export const CHECKPOINTS = 'checkpoints'

/**
 * A checkpoint is one safetensors file, `checkpoints/last.safetensors` or `checkpoints/best.safetensors`, with the
 * training state as JSON and a hash of the whole file in its metadata. It is replaced by one rename: a run killed at any
 * moment has either the old checkpoint or the new one, whole.
 */
export type CheckpointName = 'last' | 'best'

export interface Checkpoint {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** Anything that JSON can hold: epoch, step, generators, optimizer, schedule, scores. */
  readonly state: unknown
}

const FORMAT = 'nerite-checkpoint'
const VERSION = 1
const NO_HASH = '0'.repeat(64)

export function checkpointPath(run: string, name: CheckpointName): string {
  return join(run, CHECKPOINTS, `${name}.safetensors`)
}

/** @throws ModelFileError as `checkCheckpoints` */
export function hasCheckpoint(run: string, name: CheckpointName): boolean {
  checkCheckpoints(run)
  return lstatSync(checkpointPath(run, name), { throwIfNoEntry: false }) !== undefined
}

/**
 * Writes or replaces a checkpoint. The same content gives the same bytes.
 *
 * @throws ModelFileError as `checkCheckpoints`; the system's error where the run folder is missing
 * @example
 * writeCheckpoint('runs/a', 'last', { tensors: checkpointTensors(store), state: { epoch: 3, step: 812 } })
 */
export function writeCheckpoint(run: string, name: CheckpointName, { tensors, state }: Checkpoint): void {
  const path = checkpointPath(run, name)
  const parts = safetensorsParts(tensors, {
    format: FORMAT,
    version: String(VERSION),
    nerite: NERITE_VERSION,
    sha256: NO_HASH,
    state: JSON.stringify(state),
  })
  setHash(parts[0], hashOf(parts))
  checkCheckpoints(run)
  // Not the run folder itself: if that has gone, its lock has gone with it.
  if (!existsSync(dirname(path))) mkdirSync(dirname(path))
  removeLeftovers(dirname(path))
  writeFileAtomically(path, parts)
}

/**
 * Reads a checkpoint back and checks every byte of it.
 *
 * @throws ModelFileError if there is none, or it is cut short, changed, of another kind or from a newer version
 */
export function readCheckpoint(run: string, name: CheckpointName, most = MOST_BYTES): Checkpoint {
  const where = checkpointPath(run, name)
  checkCheckpoints(run)
  const fault = (expected: string, got: string, remedy: string) =>
    new ModelFileError({ where, expected, got, remedy })
  const bytes = readRunFile(where, most)
  if (!bytes)
    throw fault(
      'a checkpoint',
      'no such file',
      'check the path; a run has none before its first checkpoint, and an HMM has none',
    )
  const { tensors, metadata } = parseSafetensors(bytes, where)
  const again = 'copy it again, or train again'
  if (metadata.format !== FORMAT) throw fault('a checkpoint of a run', 'another safetensors file', again)
  const version = Number(metadata.version)
  if (!Number.isSafeInteger(version) || version < 1)
    throw fault('a checkpoint version that is a whole number', clip(metadata.version ?? 'none'), again)
  if (version > VERSION)
    throw fault(
      `checkpoint version ${VERSION} at most`,
      `${version}, written by nerite ${clip(metadata.nerite ?? '?')}`,
      'update nerite',
    )
  // The hash was made with zeros in its own place.
  const start = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  const head = bytes.slice(0, start)
  setHash(head, NO_HASH)
  if (hashOf([head, bytes.subarray(start)]) !== metadata.sha256)
    throw fault('the checkpoint as it was written', 'one that has been changed', again)
  return { tensors, state: parseJson(metadata.state ?? '', where) }
}

/**
 * Refuses a link in place of the folder of checkpoints, through which training would write somewhere else.
 * @throws ModelFileError
 */
export function checkCheckpoints(run: string): void {
  const path = join(run, CHECKPOINTS)
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (!stat || stat.isDirectory()) return
  throw new ModelFileError({
    where: path,
    expected: 'a folder of checkpoints',
    got: stat.isSymbolicLink() ? 'a link, which is not followed' : 'something else',
    remedy: 'copy the run folder again, or train again',
  })
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}

function hashOf(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/** Puts a hash in its place in the header. In the state's text every quote is escaped, so there is only one place. */
function setHash(head: Uint8Array, hash: string): void {
  const buffer = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  const key = '"sha256":"'
  const at = buffer.indexOf(key)
  if (at >= 0) buffer.write(hash, at + key.length, 64, 'latin1')
}

/** Removes what a killed run left of a checkpoint that it was writing. */
function removeLeftovers(folder: string): void {
  for (const file of readdirSync(folder))
    if (isTemporaryName(file)) rmSync(join(folder, file), { force: true })
}

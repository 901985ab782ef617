import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AnyConfig, RecognizerKind } from '../../../config/schema.js'
import { writeSentences } from '../../../corpus/node/write-sentences.js'
import type { LabeledParts } from '../../../label/export.js'
import { LabelError } from '../../../label/label-error.js'
import { anyConfigFrom } from '../../../train/node/config-from.js'
import type { TrainOptions } from '../../../train/node/training-options.js'

/** How a tagger is trained from labels. */
export interface LabelTraining {
  readonly preset: string
  /** A trained model to start from: its network is taken, and the preset is not used. */
  readonly from?: string
  /** Passes over the labels; default: what fits their number. */
  readonly epochs?: number
}

/** Where the files of a project's run are. */
export interface RunPlaces {
  readonly run: string
  readonly train: string
  readonly heldOut: string
  /** `LabeledNumbers` of both. */
  readonly numbers: string
}

/** By line of a run's corpora: which document of the project it is. */
export interface LabeledNumbers {
  readonly train: readonly number[]
  readonly heldOut: readonly number[]
}

/** @param folder of the project */
export function placesOf(folder: string, run: string): RunPlaces {
  return {
    run: join(folder, run),
    train: join(folder, `${run}.train.jsonl`),
    heldOut: join(folder, `${run}.held-out.jsonl`),
    numbers: join(folder, `${run}.documents.json`),
  }
}

/** Says that a run is on this machine, before anything else of it is. */
export function markAsOwn({ numbers }: RunPlaces): void {
  const none: LabeledNumbers = { train: [], heldOut: [] }
  writeFileSync(numbers, JSON.stringify(none))
}

/** A run that is about to begin. */
export interface PreparedRun {
  readonly options: TrainOptions
  readonly trained: number
  readonly heldOut: number
  /** Partly labeled documents that are not used: this kind of recognizer cannot learn from them, or they will be held out. */
  readonly leftOut: number
}

/**
 * Writes the corpora of a run, and decides its settings. No epoch is chosen on what is held out, so that its F1 is an honest
 * estimate.
 *
 * @throws LabelError `label/few` if there is nothing to learn from; ConfigError for the settings; ModelFileError for a model
 *   to start from
 */
export async function prepareRun(
  places: RunPlaces,
  { train, heldOut, waiting }: LabeledParts,
  settings: LabelTraining,
): Promise<PreparedRun> {
  const config = await configOf(places, settings, heldOut.length > 0)
  const usable = learnsFromParts(config.recognizer)
    ? train
    : train.filter(({ annotated }) => annotated === undefined)
  if (!usable.some(({ tags }) => tags.some(tag => tag !== 'O')))
    throw new LabelError('label/few', {
      where: 'labels',
      expected: 'at least one accepted text with an entity to learn from',
      got: usable.length === 0 ? 'no accepted text' : `none among ${usable.length} accepted texts`,
      remedy: 'label some more texts; one in five is held out to measure on',
    })
  await writeSentences(places.train, usable, { format: 'jsonl', force: true })
  const numbersOf = (sentences: LabeledParts['train']) => sentences.map(({ lines }) => lines[0] - 1)
  const numbers: LabeledNumbers = { train: numbersOf(usable), heldOut: numbersOf(heldOut) }
  writeFileSync(places.numbers, JSON.stringify(numbers))
  if (heldOut.length > 0) await writeSentences(places.heldOut, heldOut, { format: 'jsonl', force: true })
  return {
    options: { config, out: places.run },
    trained: usable.length,
    heldOut: heldOut.length,
    leftOut: train.length - usable.length + waiting,
  }
}

/** Networks learn from parts of documents; a CRF over features and an HMM do not. */
function learnsFromParts(kind: RecognizerKind): boolean {
  return kind === 'neural'
}

/**
 * A CRF that L-BFGS trains is scored on what is held out while it learns, since nothing is chosen by these scores. What the
 * others would choose by them would no longer be an honest estimate.
 */
async function configOf(places: RunPlaces, settings: LabelTraining, hasHeldOut: boolean): Promise<AnyConfig> {
  const config = await anyConfigFrom(sourcesOf(places, settings, false))
  const isWatched = hasHeldOut && config.recognizer === 'crf' && config.training.algorithm.kind === 'lbfgs'
  return isWatched ? anyConfigFrom(sourcesOf(places, settings, true)) : config
}

function sourcesOf(
  { train, heldOut }: RunPlaces,
  { preset, from, epochs }: LabelTraining,
  isWatched: boolean,
) {
  return {
    ...(from === undefined && { preset }),
    file: {
      corpus: {
        train: [{ file: train, format: 'jsonl' }],
        ...(isWatched && { dev: heldOut }),
      },
      ...(from !== undefined && { from: { model: from } }),
      ...(epochs !== undefined && { training: { epochs } }),
    },
  }
}

/** Which documents a run learned from, and which were held out. */
export function labeledNumbers({ numbers }: RunPlaces): LabeledNumbers {
  return JSON.parse(readFileSync(numbers, 'utf8')) as LabeledNumbers
}

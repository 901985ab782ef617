import { createHash } from 'node:crypto'
import type { Note } from '../../base/fault.js'
import type { Config } from '../../config/schema.js'
import type { GazetteerList } from '../../encode/gazetteer.js'
import { readGazetteer } from '../../encode/node/read-gazetteer.js'
import type { ReadVectors } from '../../encode/node/vector-collector.js'
import { type WordVectors, wantedForms } from '../../encode/word-vectors.js'
import { chooseRuntime } from '../../engine/runtime/node/choose-runtime.js'
import type { Runtime } from '../../engine/runtime/runtime.js'
import { countWords } from '../../model/inputs/words.js'
import { countTokens } from '../../model/vocabularies.js'
import { RUNTIME_WARNING, type TrainEvent, type WarningEvent, warningEvent } from '../../run/events.js'
import { FolderStore } from '../../run/node/folder-store.js'
import { readWordVectors } from '../../run/node/read-word-vectors.js'
import { isResumable, isUnfinishedRun, lockToReplace, lockToResume } from '../../run/node/run-folder.js'
import { checkNotes } from '../prepare/check-notes.js'
import type { Corpora } from '../prepare/corpora.js'
import { vectorNotes } from '../prepare/notes.js'
import { Training } from '../training.js'
import { loadCorpora } from './load-corpora.js'
import { resumePoint } from './resume.js'
import type { TrainOptions } from './training-options.js'

/**
 * One training run in the calling thread, which each step blocks: `train` runs it in a worker.
 * The run folder appears once the corpora have been read; the model is added when training is done. If training fails
 * before its first checkpoint, the folder is removed.
 */
export async function* trainToFolder(
  options: TrainOptions,
  isStopRequested: () => boolean,
): AsyncGenerator<TrainEvent> {
  const { out } = options
  // What is there is locked before it is read, so that no other process changes it before this one writes.
  using lock = options.resume ? lockToResume(out) : options.force ? lockToReplace(out) : undefined
  const warnings: WarningEvent[] = []
  const runtime = await chooseRuntime(message => {
    warnings.push({ kind: 'warning', code: RUNTIME_WARNING, message })
  })
  const { training, data, notes } = await prepare(options.config, runtime)
  const startsAgain = options.resume === true && isWithoutCheckpoint(out)
  if (startsAgain)
    notes.unshift({
      code: 'no-checkpoint',
      where: out,
      message: 'there is no checkpoint yet: training starts from the beginning',
    })
  warnings.push(...notes.map(warningEvent))
  const { config } = training
  const resumed = lock && options.resume && !startsAgain ? resumePoint(out, config, data) : undefined
  if (resumed) training.restore(resumed.tensors, out)
  const start = { config, vocabularies: training.prepared.vocabularies }
  using store =
    lock && resumed
      ? FolderStore.resume(out, start, resumed, lock)
      : FolderStore.create(out, start, { data, replaced: lock })
  try {
    yield* training.run(store, { warnings, isStopRequested, resume: resumed?.loop })
  } catch (error) {
    if (isWithoutCheckpoint(out)) store.discard()
    throw error
  }
}

/** Vectors as they were read are held in here only. */
async function prepare(
  config: Config,
  runtime: Runtime,
): Promise<{ readonly training: Training; readonly data: string; readonly notes: Note[] }> {
  const { corpora, notes } = await loadCorpora(config.corpus, config.input)
  const tokens = countTokens(corpora.train.flatMap(({ sentences }) => sentences))
  const vectors = await readVectors(config, tokens)
  const gazetteers = await Promise.all(config.input.gazetteers.map(readGazetteer))
  const { vectors: source } = config.input.words
  return {
    training: Training.prepare({ config, ...corpora, tokens, vectors, gazetteers, runtime }),
    data: fingerprint(corpora, vectors, gazetteers),
    notes: [
      ...notes,
      ...(await checkNotes(corpora)),
      ...(source && vectors ? vectorNotes(source.file, vectors, source.limit) : []),
    ],
  }
}

/** The pretrained vectors that the model can use: the first of their file, and those of the training words. */
async function readVectors(
  { input: { words } }: Config,
  tokens: ReadonlyMap<string, number>,
): Promise<ReadVectors | undefined> {
  if (words.vectors === null) return undefined
  const { file, limit } = words.vectors
  const keep = wantedForms(countWords(words, tokens).keys())
  return readWordVectors(file, { dim: words.dim, keep, first: limit ?? Number.POSITIVE_INFINITY })
}

/** A run that was killed before its first checkpoint has lost nothing by starting again. */
function isWithoutCheckpoint(dir: string): boolean {
  return isUnfinishedRun(dir) && !isResumable(dir)
}

/** A hash of everything that the parameters depend on besides the configuration. */
function fingerprint(
  { train, dev }: Corpora,
  vectors: WordVectors | undefined,
  gazetteers: readonly GazetteerList[],
): string {
  const hash = createHash('sha256')
  for (const corpus of [...train, dev]) {
    for (const { tokens, tags, columns, annotated } of corpus?.sentences ?? [])
      hash.update(
        JSON.stringify([tokens, tags, ...(columns ? [columns] : []), ...(annotated ? [annotated] : [])]),
      )
    hash.update('\n')
  }
  if (gazetteers.length > 0) hash.update(JSON.stringify(gazetteers))
  if (vectors) {
    hash.update([...vectors.rows.keys()].join('\n'))
    hash.update(vectors.matrix)
  }
  return hash.digest('hex')
}

import { type ReadVectorsOptions, readVectorFile } from '../../encode/node/read-vector-file.js'
import { type ReadVectors, VectorCollector, vectorFault } from '../../encode/node/vector-collector.js'
import { trainedWordVectors } from '../../model/inputs/words.js'
import { trainedModelOf } from '../read-trained-model.js'
import { findVectors } from './find-vectors.js'
import { openRunFolder } from './run-folder.js'

/**
 * Reads word vectors from whatever `findVectors` finds: a file as `readVectorFile` does, or a run, in which both the words
 * that it trained and those that it kept fixed have vectors.
 *
 * @throws EncodeError, InputError as `findVectors`; EncodeError as `readVectorFile`; ModelFileError as `openRunFolder`
 * @example
 * const vectors = await readWordVectors('en', { keep: wantedForms(vocabulary.entries), first: 100_000 })
 * vectors.rows.get('the') // its row in vectors.matrix
 */
export async function readWordVectors(
  vectors: string,
  options: ReadVectorsOptions = {},
): Promise<ReadVectors> {
  const { kind, path } = findVectors(vectors)
  return kind === 'file' ? readVectorFile(path, options) : readRunVectors(path, options)
}

async function readRunVectors(dir: string, options: ReadVectorsOptions): Promise<ReadVectors> {
  const run = await openRunFolder(dir)
  const model = await trainedModelOf(run)
  const { unit, words: settings } = model.config.input
  if (unit.kind !== 'word')
    throw vectorFault(
      { file: dir },
      'a run that reads words',
      `one that reads ${unit.kind}s`,
      'give another run, or a file of word vectors',
    )
  const { dim, rows, matrix, subwords } = trainedWordVectors(settings, model.vocabularies.inputs.words, model)
  const collector = new VectorCollector(dir, options)
  collector.setDim(dim, { file: dir })
  collector.expect(rows.size, 'in its two tables')
  for (const [word, row] of rows) collector.take(word)?.set(matrix.subarray(row * dim, (row + 1) * dim))
  if (subwords) collector.fillIn(subwords)
  return collector.result()
}

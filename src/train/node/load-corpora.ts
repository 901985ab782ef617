import { InputError } from '../../base/errors.js'
import type { CorpusConfig, InputConfig } from '../../config/schema.js'
import { loadCorpus } from '../../corpus/node/read-corpus.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import { lineOf } from '../../corpus/sentence.js'
import type { WarningEvent } from '../events.js'
import { type LabelledCorpus, type LoadedCorpora, warning } from '../prepare.js'

/**
 * Reads a run's corpora whole. What the readers guessed or left aside, and sentences without labels, which nothing can
 * be learnt from, are told in `notes`.
 * @throws InputError where there is no training corpus, or one without labels; CorpusError as the readers do
 */
export async function loadCorpora(
  config: CorpusConfig,
  { columns }: Pick<InputConfig, 'columns'>,
): Promise<{ readonly corpora: LoadedCorpora; readonly notes: readonly WarningEvent[] }> {
  if (config.train === null)
    throw new InputError('train/corpus', {
      where: 'corpus.train',
      expected: 'a labelled corpus to train on',
      got: 'null',
      remedy: 'set it in the configuration, or give --corpus.train FILE',
    })
  const options: ReadOptions = {
    ...(config.format !== 'auto' && { format: config.format }),
    ...(config.encoding !== 'auto' && { encoding: config.encoding }),
    ...(config.tokenColumn !== null && { tokenColumn: config.tokenColumn }),
    ...(config.tagColumn !== null && { tagColumn: config.tagColumn }),
    columns: columns.length > 0,
  }
  const notes: WarningEvent[] = []
  const load = async (path: string): Promise<LabelledCorpus> => {
    const corpus = await loadCorpus(path, options)
    for (const note of corpus.notes)
      notes.push(warning('reading', note.startsWith(path) ? note : `${path}: ${note}`))
    const sentences = corpus.sentences.filter(({ tags }) => tags.length > 0)
    const unlabelled = corpus.sentences.find(({ tags }) => tags.length === 0)
    if (sentences.length === 0)
      throw new InputError('train/corpus', {
        where: path,
        expected: 'labelled sentences',
        got: 'text without tags',
      })
    if (unlabelled)
      notes.push(
        warning(
          'unlabelled',
          `${path}: ${corpus.sentences.length - sentences.length} of ${corpus.sentences.length} sentences have no ` +
            `labels and are left out (the first on line ${lineOf(unlabelled, 0)})`,
        ),
      )
    return { path, scheme: corpus.scheme.scheme, sentences }
  }
  const corpora = {
    train: await load(config.train),
    dev: config.dev === null ? null : await load(config.dev),
    test: config.test === null ? null : await load(config.test),
  }
  return { corpora, notes }
}

import { InputError } from '../../base/errors.js'
import { formatNote, mapMessage, say, setting } from '../../base/fault.js'
import type { CorpusConfig, InputConfig } from '../../config/schema.js'
import { loadCorpus } from '../../corpus/node/read-corpus.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import type { WarningEvent } from '../../run/events.js'
import type { LabeledCorpus, LoadedCorpora } from '../prepare/prepare.js'
import { learnable, warning } from '../prepare/warnings.js'
import { asSetting, withSettings } from './reading-settings.js'

/**
 * Reads a run's corpora whole. What the readers guessed or left aside, and sentences without labels, which nothing can
 * be learned from, are told in `notes`.
 * @throws InputError where there is no training corpus; CorpusError as the readers do, and for one without labels
 */
export async function loadCorpora(
  config: CorpusConfig,
  { columns }: Pick<InputConfig, 'columns'>,
): Promise<{ readonly corpora: LoadedCorpora; readonly notes: readonly WarningEvent[] }> {
  if (config.train === null)
    throw new InputError('train/corpus', {
      where: setting('corpus.train'),
      expected: 'a labeled corpus to train on',
      got: 'null',
      remedy: say`set ${setting('corpus.train')} to its path`,
    })
  const options: ReadOptions = {
    ...(config.format !== 'auto' && { format: config.format }),
    ...(config.encoding !== 'auto' && { encoding: config.encoding }),
    ...(config.tokenColumn !== null && { tokenColumn: config.tokenColumn }),
    ...(config.tagColumn !== null && { tagColumn: config.tagColumn }),
    columns: columns.length > 0,
    needsTags: true,
  }
  const notes: WarningEvent[] = []
  const load = async (path: string): Promise<LabeledCorpus> => {
    const corpus = await loadCorpus(path, options).catch((error: unknown) => {
      throw withSettings(error)
    })
    for (const { where, message } of corpus.notes)
      notes.push(warning('reading', formatNote({ where, message: mapMessage(message, asSetting) })))
    return learnable(notes, { path, scheme: corpus.scheme.scheme, sentences: corpus.sentences })
  }
  const corpora = {
    train: await load(config.train),
    dev: config.dev === null ? null : await load(config.dev),
    test: config.test === null ? null : await load(config.test),
  }
  return { corpora, notes }
}

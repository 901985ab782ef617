import { InputError } from '../../base/errors.js'
import type { CorpusConfig, InputConfig } from '../../config/schema.js'
import { loadCorpus } from '../../corpus/node/read-corpus.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import type { WarningEvent } from '../../run/events.js'
import type { LabeledCorpus, LoadedCorpora } from '../prepare/prepare.js'
import { learnable, warning } from '../prepare/warnings.js'
import { asSettings, withSettings } from './reading-settings.js'

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
      where: 'corpus.train',
      expected: 'a labeled corpus to train on',
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
  const load = async (path: string): Promise<LabeledCorpus> => {
    const corpus = await loadCorpus(path, options).catch((error: unknown) => {
      throw withSettings(error)
    })
    for (const note of corpus.notes) {
      const told = note.startsWith(path) ? note.slice(path.length) : `: ${note}`
      notes.push(warning('reading', `${path}${asSettings(told)}`))
    }
    return learnable(notes, { path, scheme: corpus.scheme.scheme, sentences: corpus.sentences })
  }
  const corpora = {
    train: await load(config.train),
    dev: config.dev === null ? null : await load(config.dev),
    test: config.test === null ? null : await load(config.test),
  }
  return { corpora, notes }
}

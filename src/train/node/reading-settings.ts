/** The readers speak of their options as most commands call them; for training, some are settings. */
import { type Fault, isInputError } from '../../base/errors.js'
import { formatMessage, formatPlace } from '../../base/fault.js'
import { CorpusError } from '../../corpus/corpus-error.js'

/** What has no setting is chosen when the corpus is converted beforehand. */
const CALLED: Readonly<Record<string, string>> = {
  '--format': '--corpus.format',
  '--encoding': '--corpus.encoding',
  '--tag-column': '--corpus.tagColumn',
  '--token-column': '--corpus.tokenColumn',
  '--sentence-column': 'nerite corpus convert --sentence-column',
  '--delimiter': 'nerite corpus convert --delimiter',
  '--offsets': 'nerite corpus convert --offsets',
}

/**
 * A note or remedy of the readers with their options by the names that they have for training.
 * @example
 * asSettings('mend the tag, or choose the column with --tag-column')
 * // 'mend the tag, or choose the column with --corpus.tagColumn'
 */
export function asSettings(text: string): string {
  // Nothing can be learned from words alone.
  const labeled = text.replace(', or read words only with --tag-column none', '')
  return labeled.replace(/(?<![\w.-])--[a-z]+(?:-[a-z]+)*(?![\w.-])/g, flag => CALLED[flag] ?? flag)
}

/**
 * What reading a corpus threw, its options called as settings. What was found in the corpus stays as it is.
 */
export function withSettings(error: unknown): unknown {
  if (!isInputError(error)) return error
  const renamed = error.faults.map(
    ({ where, remedy, ...found }): Fault => ({
      where: CALLED[formatPlace(where)]?.replace(/^--/, '') ?? where,
      ...found,
      ...(remedy !== undefined && { remedy: asSettings(formatMessage(remedy)) }),
    }),
  )
  return new CorpusError(error.code, renamed)
}

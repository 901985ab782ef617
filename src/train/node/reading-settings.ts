import { isInputError } from '../../base/errors.js'
import { mapReferences, type Reference, setting, verb } from '../../base/fault.js'
import { CorpusError } from '../../corpus/corpus-error.js'

/** Options of the readers that are settings of a training run. */
const SETTINGS: Readonly<Record<string, string>> = {
  format: 'corpus.format',
  encoding: 'corpus.encoding',
  tagColumn: 'corpus.tagColumn',
  tokenColumn: 'corpus.tokenColumn',
}
/** Options of the readers without a setting: the corpus must be converted with them first. */
const CONVERSION: readonly string[] = ['sentenceColumn', 'delimiter', 'offsets']

/** What an option of the readers is in training. */
export function asSetting(reference: Reference): Reference {
  if (!('option' in reference)) return reference
  const { option, value } = reference
  if (Object.hasOwn(SETTINGS, option)) return setting(SETTINGS[option], value)
  return CONVERSION.includes(option) ? verb('corpus convert', [], [reference]) : reference
}

/** What reading a corpus threw, with the readers' options as settings. */
export function withSettings(error: unknown): unknown {
  if (!isInputError(error)) return error
  return new CorpusError(
    error.code,
    error.faults.map(fault => mapReferences(fault, asSetting)),
  )
}

import { InputError, isInputError } from '../../base/errors.js'
import { mapMessage, mapReferences, type Note, type Reference, say, setting, verb } from '../../base/fault.js'
import type { CorpusConfig, TrainingCorpusConfig } from '../../config/schema.js'
import { CorpusError } from '../../corpus/corpus-error.js'
import { loadCorpus } from '../../corpus/node/read-corpus.js'
import { readOptions } from '../../corpus/read-options.js'
import type { Sentence } from '../../corpus/sentence.js'
import { textSentences } from '../../vectors/node/text-sentences.js'
import { type Corpora, type LabeledCorpus, onlyLabeled, type TrainingCorpus } from '../prepare/corpora.js'

/**
 * Reads a run's corpora whole. The notes say what the readers guessed or left out, and how many sentences have no labels.
 * @throws InputError where there is no training corpus; CorpusError as the readers do, and for one without labels
 * @param columns that the recognizer reads besides tokens
 * @param options.mayBeNone whether there may be no training corpus
 * @param options.isLabeled whether labels of the training corpora are of interest; without, they may be running text (`.txt`, `.md`)
 */
export async function loadCorpora(
  config: CorpusConfig,
  columns: readonly unknown[],
  {
    isLabeled = true,
    mayBeNone = false,
  }: { readonly isLabeled?: boolean; readonly mayBeNone?: boolean } = {},
): Promise<{ readonly corpora: Corpora; readonly notes: readonly Note[] }> {
  if (config.train.length === 0 && !mayBeNone)
    throw new InputError('train/corpus', {
      where: setting('corpus.train'),
      expected: 'a labeled corpus to train on',
      got: 'none',
      remedy: say`set ${setting('corpus.train')} to its path`,
    })
  if (config.tokens === 'own' && columns.length > 0)
    throw new InputError('train/corpus', {
      where: setting('corpus.tokens'),
      expected: 'given, since a column that the tagger reads has a value for each token of the corpus',
      got: 'own',
    })
  const notes: Note[] = []
  const load = async (path: string, own?: TrainingCorpusConfig): Promise<LabeledCorpus> => {
    const isPlain = own !== undefined && !isLabeled
    if (isPlain && /\.(txt|md)(\.gz)?$/i.test(path))
      return { path, scheme: 'BIO', sentences: await plainText(path) }
    const options = { ...readOptions(config, own), columns: columns.length > 0, needsTags: !isPlain }
    const {
      scheme,
      sentences,
      notes: found,
    } = await loadCorpus(path, options).catch((error: unknown) => {
      throw withSettings(error)
    })
    notes.push(...found.map(note => ({ ...note, message: mapMessage(note.message, asSetting) })))
    if (isPlain) return { path, scheme: scheme.scheme, sentences }
    const labeled = onlyLabeled({ path, scheme: scheme.scheme, sentences }, { isScored: own === undefined })
    notes.push(...labeled.notes)
    return labeled.corpus
  }
  const train: TrainingCorpus[] = []
  for (const own of config.train) {
    const { file, types, map, weight } = own
    train.push({ ...(await load(file, own)), ...(types && { types }), map, weight })
  }
  const corpora = {
    train,
    dev: config.dev === null ? null : await load(config.dev),
    test: config.test === null ? null : await load(config.test),
  }
  return { corpora, notes }
}

/** The sentences of running text, each token without a label. */
async function plainText(path: string): Promise<Sentence[]> {
  const sentences: Sentence[] = []
  for await (const tokens of textSentences(path, false))
    sentences.push({ tokens, tags: tokens.map(() => 'O'), lines: tokens.map(() => 0) })
  return sentences
}

/** Options of the readers that are settings of a training run. */
const SETTINGS: Readonly<Record<string, string>> = {
  format: 'corpus.format',
  encoding: 'corpus.encoding',
  tagColumn: 'corpus.tagColumn',
  tokenColumn: 'corpus.tokenColumn',
  offsets: 'corpus.offsets',
}
/** Options of the readers without a setting: the corpus must be converted with them first. */
const CONVERSION: readonly string[] = ['sentenceColumn', 'delimiter']

/** What an option of the readers is in training. */
function asSetting(reference: Reference): Reference {
  if (!('option' in reference)) return reference
  const { option, value } = reference
  if (Object.hasOwn(SETTINGS, option)) return setting(SETTINGS[option], value)
  return CONVERSION.includes(option) ? verb('corpus convert', [], [reference]) : reference
}

/** What reading a corpus threw, with the readers' options as settings. */
function withSettings(error: unknown): unknown {
  if (!isInputError(error)) return error
  return new CorpusError(
    error.code,
    error.faults.map(fault => mapReferences(fault, asSetting)),
  )
}

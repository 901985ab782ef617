import { ModelFileError } from '../base/model-file-error.js'
import { commonSettings } from '../config/common-settings.js'
import type { AnyConfig, ConfigOf, RecognizerKind } from '../config/schema.js'
import { parseSafetensors } from '../engine/optim/safetensors.js'
import { Bootstrap } from '../features/bootstrap/bootstrap.js'
import { parseBootstrapVocabulary, readRules } from '../features/bootstrap/stored-bootstrap.js'
import { Crf } from '../features/crf/crf.js'
import { FeatureIndex } from '../features/crf/feature-index.js'
import { parseCrfVocabulary, readCrfWeights } from '../features/crf/stored-crf.js'
import type { FeatureModel } from '../features/feature-model.js'
import { Hmm, hmmSizeFault } from '../features/hmm/hmm.js'
import { parseHmmVocabulary, readHmmCounts } from '../features/hmm/stored-hmm.js'
import { StoredNumbers } from '../features/stored-numbers.js'
import { columnKey } from '../model/inputs/columns.js'
import { tokenizerOf } from '../model/vocabularies.js'
import { CONFIG, PARAMETERS, VOCABULARIES } from './run-files.js'
import type { StoredRun } from './stored-run.js'

/** The kinds of recognizers that are feature models. */
export type FeatureModelKind = Exclude<RecognizerKind, 'neural'>

/** Makes a model from its settings and files, as training stored them. */
type ReadModel<Kind extends FeatureModelKind> = (
  config: ConfigOf<Kind>,
  run: StoredRun,
  numbers: () => StoredNumbers,
) => FeatureModel

const READERS: { readonly [Kind in FeatureModelKind]: ReadModel<Kind> } = {
  crf: (config, run, numbers) => {
    const { templates } = config.features
    const vocabulary = run.vocabulary((json, where) => parseCrfVocabulary(json, where, templates.length))
    const { features, gazetteers, classes, ...lists } = vocabulary
    const weights = readCrfWeights(vocabulary, templates, numbers())
    const index = FeatureIndex.of(templates, features, { gazetteers, classes, tokenizer: tokenizerOf(lists) })
    const columns = commonSettings(config).columns.map(columnKey)
    return new Crf(lists, index, weights, { constrained: config.decoding.constrained, columns })
  },
  bootstrap: ({ bootstrap, decoding }, run, numbers) => {
    const { features, common, ...lists } = run.vocabulary(parseBootstrapVocabulary)
    const rules = readRules({ ...lists, features, common }, numbers())
    const { titles, inside } = bootstrap
    const candidates = {
      titles: new Set(titles),
      inside: new Set(inside),
      common: new Set(common.split(' ')),
    }
    return new Bootstrap(lists, rules, { candidates, constrained: decoding.constrained })
  },
  hmm: ({ hmm, decoding }, run, numbers) => {
    const { words, ...lists } = run.vocabulary(parseHmmVocabulary)
    const fault = hmmSizeFault(lists, decoding.constrained)
    if (fault) throw new ModelFileError({ where: run.where(VOCABULARIES), ...fault })
    const counts = readHmmCounts({ ...lists, words }, numbers())
    return new Hmm(lists, counts, { ...hmm, constrained: decoding.constrained })
  },
}

/**
 * Reads a run's feature model: its settings, its vocabulary and its numbers, each checked against the others. Nothing in
 * them is ever executed.
 *
 * @throws InputError for a file that training did not write, and for a run of another recognizer
 */
export async function featureModelOf(
  run: StoredRun,
): Promise<{ readonly config: AnyConfig; readonly model: FeatureModel }> {
  await run.load([CONFIG, VOCABULARIES])
  const config = run.config()
  if (config.recognizer === 'neural')
    throw new ModelFileError({
      where: run.where(CONFIG),
      expected: 'a recognizer without a network',
      got: 'a neural tagger',
    })
  await run.load([PARAMETERS])
  const read: (config: never, run: StoredRun, numbers: () => StoredNumbers) => FeatureModel =
    READERS[config.recognizer]
  const numbers = () => {
    const where = run.where(PARAMETERS)
    return new StoredNumbers(parseSafetensors(run.bytes(PARAMETERS), where).tensors, where)
  }
  return { config, model: run.reading(() => read(config as never, run, numbers)) }
}

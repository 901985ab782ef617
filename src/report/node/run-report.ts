import { basename, resolve } from 'node:path'
import { InputError, isInputError } from '../../base/errors.js'
import { formatNote, say, verb } from '../../base/fault.js'
import { isRecord, isStrings } from '../../base/json-types.js'
import { VERSION } from '../../base/version.js'
import { commonSettings } from '../../config/common-settings.js'
import type { AnyConfig } from '../../config/schema.js'
import { cutSentences } from '../../corpus/cut-sentences.js'
import { entityFit, fitNotes } from '../../corpus/entity-fit.js'
import { labeledPart } from '../../corpus/labeled-part.js'
import { type Corpus, loadCorpus } from '../../corpus/node/read-corpus.js'
import { type ReadOptions, readOptions } from '../../corpus/read-options.js'
import type { Sentence } from '../../corpus/sentence.js'
import { withSurroundings } from '../../corpus/surroundings.js'
import { tokenAgreement } from '../../corpus/token-agreement.js'
import { scoreTags } from '../../evaluate/score-tags.js'
import type { ScoredSentence } from '../../evaluate/scored-sentence.js'
import type { Scores } from '../../evaluate/scores.js'
import { Crf } from '../../features/crf/crf.js'
import { type LearnedWeights, learnedWeights } from '../../features/crf/strongest.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { readRun, runPlace } from '../../recognize/node/model-run.js'
import { isTrained, type Recognizer } from '../../recognize/recognizer.js'
import { featureModelOf } from '../../run/load-feature-model.js'
import { checkNamedFiles } from '../../run/node/named-files.js'
import { readStoredReport, reportDataFault } from '../../run/node/stored-report.js'
import { CONFIG } from '../../run/run-files.js'
import type { StoredRun } from '../../run/stored-run.js'
import { lenientSpans } from '../../tags/lenient-spans.js'
import type { Scheme } from '../../tags/scheme.js'
import { clip, TYPE_LENGTH } from '../clip.js'
import { type CorpusFacts, type CorpusRole, FactsCollector } from '../corpus-facts.js'
import { evaluationData } from '../evaluation-data.js'
import { learningData } from '../learning-data.js'
import type { AttentionData, ModelFacts, ProbabilityData, RawText, ReportData } from '../report-data.js'
import { attendedSentence, attentionSample, probabilitySample, tagProbabilities } from '../token-views.js'
import { earlierRun, ownComparisons } from './comparisons.js'
import { countedParts } from './counted-parts.js'
import { networkParts } from './network-parts.js'
import { scoreRaw } from './raw-scores.js'
import { readTrainingFacts } from './read-facts.js'
import { settingFacts } from './setting-facts.js'
import { taggedSentences } from './tagged-sentences.js'

/** Types and warnings that are listed of a model. */
const TYPES = 60
const WARNINGS = 20
/** Code points of a warning that are kept: no warning of training is as long. */
const WARNING = 2000
/** Features that are listed for a tag, and as many against it. */
const WEIGHTS = 8

export interface RunReportOptions {
  /** A labeled corpus to measure on; default: the development corpus of the run, else its test corpus. */
  readonly corpus?: string
  /** How to read the files named here, `corpus` and `train`; default: as training read its corpora. */
  readonly reading?: ReadOptions
  /** The training corpus, for seen and unseen mentions; default: the run's own, if it is still there. */
  readonly train?: string
}

/**
 * Measures a model on a labeled corpus and gathers what a report shows of it: of a run, also its training and settings. Rules,
 * built-in models and combinations need a corpus. A model from a package or an
 * address was trained on another machine: nothing that its settings name is read here.
 *
 * @throws InputError `report/corpus` if there is no corpus to measure on; ModelFileError and CorpusError as their readers do
 * @example
 * const html = await renderReport(await runReport('runs/a', { corpus: 'test.conll' }))
 */
export async function runReport(model: string, options: RunReportOptions = {}): Promise<ReportData> {
  const place = runPlace(model)
  const run = await readRun(model)
  const stored = run?.config()
  // The paths that a model from elsewhere was trained with mean nothing here.
  const config = stored && (place?.kind === 'folder' ? stored : withoutCorpora(stored))
  if (run && config) checkNamedFiles(config, run.where(CONFIG))
  const { path, role } = chooseCorpus(model, config, options.corpus)
  // The run's own corpus is always read as training read it.
  const asked = options.corpus === undefined ? undefined : options.reading
  const notes: string[] = []
  const training = await readTraining(config, options, notes)
  const learning = run && learningData(run.log())
  const tagger = await loadTagger(model)
  try {
    const columns = tagger.info.columns.length > 0
    const corpus = await loadCorpus(path, { ...(asked ?? (config && readOptions(config.corpus))), columns })
    const unscored = unmarkedTypes(run, tagger.info.types, corpus.sentences, role)
    if (unscored.size > 0)
      notes.push(
        `${basename(path)} does not mark ${[...unscored].join(', ')}, which the model it started from knew: what is found of them counts neither as right nor as wrong.`,
      )
    const {
      sentences,
      inputs,
      scores,
      facts,
      notes: found,
      parts,
    } = await tagAll(tagger, corpus, {
      path,
      role,
      unscored,
    })
    notes.push(...found.map(note => formatNote(note)))
    // For the corpus that `report.json` is about, the temperature is fitted again.
    const own = config?.corpus.dev == null ? 'test' : 'development'
    const temperature = place?.kind !== 'folder' || role === own ? undefined : storedTemperature(place.path)
    return {
      title: clip(place?.kind === 'folder' ? basename(resolve(place.path)) : model, 100),
      generator: `nerite ${VERSION}`,
      made: new Date().toISOString(),
      evaluation: evaluationData({
        corpus: basename(path),
        chosenOn: role === 'development' && learning?.bestEpoch != null,
        scores,
        sentences,
        training: training?.mentions,
        rawText: await rawTextOf(tagger, { sentences: inputs, scheme: scores.scheme }, { scores, unscored }),
        temperature,
        parts,
      }),
      comparisons: [
        ...(run && config ? ownComparisons(run, config, role) : []),
        ...(place?.kind === 'folder' ? await earlierRun(place.path, { path, sentences: inputs.length }) : []),
      ],
      learning,
      corpora: [...(training?.facts ?? []), facts],
      weights: run && (await weightsOf(run)),
      ...(isTrained(tagger) && {
        probabilities: await probabilitiesOf(tagger, sentences, inputs),
        attention: await attentionOf(tagger, sentences, inputs),
      }),
      lossShares: run?.metrics()?.lossShares ?? undefined,
      model: run && modelFacts(run),
      settings: stored && settingFacts(stored),
      notes,
    }
  } finally {
    await tagger.release()
  }
}

/** What a CRF learned; nothing of other recognizers. */
async function weightsOf(run: StoredRun): Promise<LearnedWeights | undefined> {
  if (run.config().recognizer !== 'crf') return undefined
  const { model } = await featureModelOf(run)
  return model instanceof Crf ? learnedWeights(model, WEIGHTS) : undefined
}

function withoutCorpora(config: AnyConfig): AnyConfig {
  return { ...config, corpus: { ...config.corpus, train: [], dev: null, test: null } }
}

function chooseCorpus(
  model: string,
  config: AnyConfig | undefined,
  asked: string | undefined,
): { path: string; role: CorpusRole } {
  const { dev = null, test = null } = config?.corpus ?? {}
  const same = (path: string | null) =>
    path !== null && asked !== undefined && resolve(path) === resolve(asked)
  if (asked !== undefined)
    return { path: asked, role: same(dev) ? 'development' : same(test) ? 'test' : 'evaluated' }
  if (dev !== null) return { path: dev, role: 'development' }
  if (test !== null) return { path: test, role: 'test' }
  throw new InputError('report/corpus', {
    where: model,
    expected: 'a labeled corpus to measure on',
    got: 'a model without development or test corpus',
    remedy: say`name one: ${verb('report', [model, 'CORPUS'])}`,
  })
}

async function readTraining(
  config: AnyConfig | undefined,
  { train, reading }: RunReportOptions,
  notes: string[],
) {
  if (train !== undefined) {
    const { facts, mentions } = await readTrainingFacts(train, trainingReading(config, reading))
    return { facts: [facts], mentions }
  }
  if (!config || config.corpus.train.length === 0) return undefined
  const mentions = new Map<string, Map<string, number>>()
  const facts: CorpusFacts[] = []
  for (const own of config.corpus.train)
    try {
      const { map } = own
      facts.push(
        (await readTrainingFacts(own.file, readOptions(config.corpus, own), { map, mentions })).facts,
      )
    } catch (error) {
      if (!isInputError(error)) throw error
      notes.push(
        `the training corpus (${own.file}) could not be read, so scores of seen and unseen mentions are missing.`,
      )
      return undefined
    }
  return { facts, mentions }
}

/** A training corpus by another name is most likely the run's own: it is read the same way unless options say otherwise. */
function trainingReading(config: AnyConfig | undefined, given: ReadOptions = {}): ReadOptions {
  if (!config) return given
  const own = readOptions(config.corpus)
  const isOther = given.format !== undefined && own.format !== undefined && given.format !== own.format
  return isOther ? given : { ...own, ...given }
}

/**
 * Types that were kept from the model that the run started from, and that this corpus of the run does not mark: training did
 * not score them either.
 */
function unmarkedTypes(
  run: StoredRun | undefined,
  types: readonly string[],
  sentences: readonly Sentence[],
  role: CorpusRole,
): ReadonlySet<string> {
  if (!run) return new Set()
  const metrics = run.metrics()
  const own = role === 'development' ? metrics?.dev : role === 'test' ? metrics?.test : undefined
  const config = run.config()
  if (config.recognizer !== 'neural' || !config.from?.keepTypes || !own) return new Set()
  const marked = new Set(sentences.flatMap(({ tags }) => lenientSpans(tags).map(({ type }) => type)))
  return new Set(types.filter(type => !marked.has(type) && !Object.hasOwn(own.exact.types, type)))
}

interface Measured {
  readonly path: string
  readonly role: CorpusRole
  readonly unscored: ReadonlySet<string>
}

async function tagAll(tagger: Recognizer, corpus: Corpus, { path, role, unscored }: Measured) {
  const { scheme } = corpus.scheme
  const part = labeledPart(path, corpus.sentences, { purpose: 'to measure on', whole: true })
  const inputs = withSurroundings(part.sentences, tagger.info.context ?? 0)
  const facts = new FactsCollector()
  for (const sentence of inputs) facts.add(sentence)
  const sentences: ScoredSentence[] = []
  const gold: (readonly string[])[] = []
  const predicted: (readonly string[])[] = []
  tagger.checkColumns(inputs)
  const { tagger: counted, tally } = countedParts(tagger)
  for await (const { scored, tags } of taggedSentences(counted, inputs, scheme, {
    name: basename(path),
    unscored,
  })) {
    sentences.push(scored)
    tally.add(scored.gold, scored.predicted)
    gold.push(tags.gold)
    predicted.push(tags.predicted)
  }
  const scores = scoreTags(gold, predicted, { mode: 'conlleval', scheme })
  const notes = [...part.notes, ...fitNotes(path, entityFit(path, inputs), 'scoring')]
  return {
    sentences,
    inputs,
    scores,
    facts: facts.result(role, basename(path)),
    notes,
    parts: tally.result(),
  }
}

/** Scores on the text alone, where the corpus has tokens of its own and the tagger needs nothing else. */
async function rawTextOf(
  tagger: Recognizer,
  corpus: { readonly sentences: readonly Sentence[]; readonly scheme: Scheme },
  { scores, unscored }: { readonly scores: Scores; readonly unscored: ReadonlySet<string> },
): Promise<RawText | undefined> {
  const agreement = tokenAgreement(corpus.sentences, tagger.tokenizer)
  if (agreement === undefined || tagger.info.columns.length > 0) return undefined
  const map = new Map([...unscored].map(type => [type, 'O']))
  const raw = await scoreRaw(tagger, corpus, { mode: 'conlleval', f1: scores.exact.micro.f1, map })
  const { precision, recall, f1 } = raw.exact.micro
  return { precision, recall, f1, difference: raw.difference, isEstimated: raw.detokenized > 0 }
}

async function probabilitiesOf(
  tagger: Recognizer,
  sentences: readonly ScoredSentence[],
  inputs: readonly Sentence[],
): Promise<ProbabilityData> {
  const indices = probabilitySample(sentences, index => hasOwnTokens(inputs[index]))
  const { parts, gather } = cutSentences(indices.map(index => inputs[index]))
  const found = gather(await tagger.tagProbabilities(parts))
  const items = indices.map((index, i) => {
    const probabilities = found[i].flatMap(part => Array.from(part))
    return tagProbabilities(sentences[index], probabilities, tagger.info.tags)
  })
  return { sentences: { items, total: sentences.length } }
}

async function attentionOf(
  tagger: Recognizer,
  sentences: readonly ScoredSentence[],
  inputs: readonly Sentence[],
): Promise<AttentionData | undefined> {
  // A record that is tagged sentence by sentence was never attended to as a whole.
  const isShown = (index: number) =>
    hasOwnTokens(inputs[index]) &&
    cutSentences([inputs[index]]).parts.length === 1 &&
    tagger.seesWhole(inputs[index])
  const indices = attentionSample(sentences, isShown)
  const maps = await tagger.attention(indices.map(index => inputs[index]))
  if (maps.every(own => own.length === 0)) return undefined
  const items = indices.map((index, i) => attendedSentence(sentences[index], maps[i]))
  return { sentences: { items, total: sentences.length } }
}

/** Whether a sentence is scored on the tokens that the tagger saw: none of them is cut by an entity. */
function hasOwnTokens({ entities }: Sentence): boolean {
  return entities === undefined
}

/** What the report in a run folder shows; its hash says that this program wrote it. */
export function storedReport(dir: string): ReportData | undefined {
  const data = readStoredReport(dir)
  if (data !== undefined && (!isRecord(data) || !isRecord(data.evaluation) || !isStrings(data.notes)))
    throw reportDataFault(dir, 'something else')
  return data as ReportData | undefined
}

function storedTemperature(dir: string) {
  const calibration = storedReport(dir)?.evaluation?.calibration
  if (!calibration) return undefined
  const { temperature: value, fittedOn } = calibration
  if (!(Number.isFinite(value) && value > 0 && typeof fittedOn === 'string'))
    throw reportDataFault(dir, 'another temperature')
  return { value, fittedOn }
}

/** What a model card says, from the run's own files; nothing if it has no log. */
function modelFacts(run: StoredRun): ModelFacts | undefined {
  const config = run.config()
  const log = run.log()
  const start = log.find(event => event.kind === 'start')
  if (!start) return undefined
  const metrics = run.metrics()
  const warnings = log.flatMap(event =>
    event.kind === 'warning' ? [clip(withoutFolders(event.message, config), WARNING)] : [],
  )
  return {
    start: { ...start, types: start.types.slice(0, TYPES).map(type => clip(type, TYPE_LENGTH)) },
    recognizer: config.recognizer,
    ...(config.recognizer === 'neural' && {
      encoder: networkParts(config),
      decoder: config.decoder.kind,
      vectors: config.input.words.vectors?.file ?? null,
    }),
    seed: commonSettings(config).seed,
    ...(metrics && { best: metrics.best, ...(metrics.test && { test: metrics.test }) }),
    warnings: [...new Set(warnings)].slice(0, WARNINGS),
  }
}

/** A message with the run's own files by their names alone: where they were is nobody else's business. */
function withoutFolders(message: string, config: AnyConfig): string {
  const { corpus } = config
  const models = config.recognizer === 'neural' ? [config.from?.model, config.pretrained?.folder] : []
  const paths = [...corpus.train.map(({ file }) => file), corpus.dev, corpus.test, ...models]
  return paths
    .filter(path => path !== null && path !== undefined)
    .sort((a, b) => b.length - a.length)
    .reduce((text, path) => text.replaceAll(path, basename(path)), message)
}

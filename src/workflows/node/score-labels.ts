import { basename } from 'node:path'
import { InputError, isInputError } from '../../base/errors.js'
import { formatNote, type Note, option, say } from '../../base/fault.js'
import { VERSION } from '../../base/version.js'
import { readSentences } from '../../corpus/node/read-corpus.js'
import type { ColumnChoice, ReadOptions } from '../../corpus/read-options.js'
import { lineOf, type Sentence } from '../../corpus/sentence.js'
import { type Breakdown, breakdowns, type TrainingMentions } from '../../evaluate/breakdown.js'
import { type CharacterReport, characterReport, toCharacterLabels } from '../../evaluate/character-report.js'
import {
  type CostlyConfusion,
  costlyConfusions,
  type ListedError,
  listErrors,
} from '../../evaluate/error-list.js'
import { spanReader } from '../../evaluate/scored-sentence.js'
import type { ScoreMode, Scores } from '../../evaluate/scores.js'
import {
  type BootstrapIntervals,
  bootstrapIntervals,
  type PairedTest,
  randomizationTest,
} from '../../evaluate/significance.js'
import { foreignTypes, suggestTypes } from '../../evaluate/type-map.js'
import { evaluationData } from '../../report/evaluation-data.js'
import { readFacts, readTrainingFacts } from '../../report/node/read-facts.js'
import type { ReportData } from '../../report/report-data.js'
import { lenientSpans } from '../../tags/lenient-spans.js'
import type { Scheme } from '../../tags/scheme.js'
import { mapTypes, type TypeMap } from '../../tags/type-map.js'
import type { TallyResult } from '../label-tally.js'
import { checkTypeMap } from '../type-map.js'
import { detectScheme } from './convert-file.js'
import type { LabelFile } from './paired-sentences.js'
import { type LabelRun, type ScoreBy, scoreFiles } from './score-files.js'

export interface ScoreRequest {
  readonly gold: string
  /** Default: `gold` holds both kinds of tags, in its last two columns. */
  readonly predicted?: string
  /** How to read the files; `tagColumn` is the column of predicted tags, and of gold tags in a file of their own. */
  readonly reading?: ReadOptions
  readonly goldColumn?: ColumnChoice
  /** How to read the gold file where it differs from `reading`. */
  readonly goldReading?: Pick<ReadOptions, 'format' | 'offsets'>
  readonly mode: ScoreMode
  /** Default: detected from the gold tags. */
  readonly scheme?: Scheme
  /** Default: by tokens if the files have the same ones, else by offsets. */
  readonly by?: ScoreBy
  /** Types that count as others, on either side. */
  readonly map?: TypeMap
  /** Another file of predicted labels, to test against. */
  readonly compare?: string
  /** The training corpus, for scores of seen and unseen mentions. */
  readonly train?: string
  readonly intervals?: boolean
  /** The classes of errors and a list of them; a number is how many of the list to show. */
  readonly errors?: boolean | number
  readonly breakdown?: boolean
  readonly characters?: boolean
  /** Whether to gather what a report shows. */
  readonly report?: boolean
  /** Of the intervals and the test; default 1. */
  readonly seed?: number
}

export interface LabelScores {
  readonly by: ScoreBy
  readonly scores: Scores
  readonly relaxedTypes: TallyResult['relaxedTypes']
  /** What the user should know about the figures. */
  readonly notes: readonly Note[]
  /** What was asked for besides. */
  readonly analyses: LabelAnalyses
  readonly report?: ReportData
}

interface LabelAnalyses {
  readonly intervals?: BootstrapIntervals
  readonly breakdowns?: readonly Breakdown[]
  readonly characters?: CharacterReport
  readonly errors?: readonly ListedError[]
  readonly confusions?: readonly CostlyConfusion[]
  readonly comparison?: PairedTest
}

/**
 * Compares predicted with gold labels, whoever made them.
 * @throws InputError `score/…` (`score/text` where the texts differ, `score/map` for an unknown type), CorpusError, TagError
 */
export async function scoreLabels(request: ScoreRequest): Promise<LabelScores> {
  const { mode, scheme, train, compare, by, map = new Map() } = request
  const { errors, breakdown, characters, report, intervals } = request
  const keep = {
    sentences: errors !== undefined || breakdown || characters || report || train !== undefined,
    counts: intervals || compare !== undefined,
  }
  if (request.predicted === undefined && compare !== undefined)
    throw new InputError('score/options', {
      where: option('compare'),
      expected: 'a gold and a predicted file',
      got: 'one file',
      remedy: 'give both, each with its own tags',
    })
  const reading: ReadOptions = { ...request.reading, columns: false }
  const { gold, predicted } = labelFiles(request, reading)
  const run = await scoreBoth().catch(error => {
    throw request.predicted === undefined ? explainOneFile(error) : error
  })
  const training =
    train === undefined
      ? undefined
      : await readTrainingFacts(train, reading, {
          read: await mentionReader(train, reading, mode, map),
        })
  const other =
    compare === undefined
      ? undefined
      : await scoreFiles(
          gold,
          { path: compare, options: reading },
          { mode, scheme, by, map, keep: { counts: true } },
        )
  checkTypeMap(map, new Set([...run.types, ...(other?.types ?? [])]), 'the two files')
  return {
    by: run.by,
    scores: run.scores,
    relaxedTypes: run.relaxedTypes,
    notes: [...run.notes, ...typeNotes(gold.path, predicted.path, run.scores)],
    analyses: analyze(request, run, training?.mentions, other),
    ...(report && { report: await reportOf(request, run, gold, training) }),
  }

  async function scoreBoth(): Promise<LabelRun> {
    if (request.predicted === undefined || request.goldColumn !== undefined)
      await refuseSameTags(gold, predicted)
    return scoreFiles(gold, predicted, { mode, scheme, by, map, keep })
  }
}

function labelFiles(
  { gold, predicted, goldColumn, goldReading, reading = {} }: ScoreRequest,
  options: ReadOptions,
) {
  const column = goldColumn ?? (predicted === undefined ? '-2' : reading.tagColumn)
  const file = (path: string, options: ReadOptions): LabelFile => ({ path, options })
  return {
    gold: file(gold, { ...options, ...goldReading, ...(column !== undefined && { tagColumn: column }) }),
    predicted:
      predicted === undefined || predicted === gold
        ? // A second reading would repeat the notes of the first.
          file(gold, { ...(predicted === undefined && { tagColumn: '-1' }), ...options, onNote: undefined })
        : file(predicted, options),
  }
}

function analyze(
  { intervals, breakdown, characters, errors, seed = 1 }: ScoreRequest,
  run: LabelRun,
  training: TrainingMentions | undefined,
  other: LabelRun | undefined,
): LabelAnalyses {
  const listed = errors === undefined ? undefined : listErrors(run.sentences)
  return {
    ...(intervals && { intervals: bootstrapIntervals(run.counts, { seed }) }),
    ...((breakdown || training) && { breakdowns: breakdowns(run.sentences, training) }),
    ...(characters && {
      characters: characterReport(
        run.sentences.map(({ tokens, gold, predicted }) => toCharacterLabels(tokens, gold, predicted)),
      ),
    }),
    ...(listed && { errors: listed, confusions: costlyConfusions(listed) }),
    ...(other && { comparison: randomizationTest(run.counts, other.counts, { seed }) }),
  }
}

/** Strict mode reads a training corpus in its own scheme. */
async function mentionReader(path: string, reading: ReadOptions, mode: ScoreMode, map: TypeMap) {
  const read = mode === 'strict' ? spanReader(mode, await detectScheme(path, reading)) : lenientSpans
  return (tags: readonly string[]) => mapTypes(read(tags), map)
}

/** Predicted types that gold does not have, and what they may be called there. */
function typeNotes(gold: string, predicted: string, scores: Scores): Note[] {
  const foreign = foreignTypes(scores)
  if (foreign.length === 0) return []
  const own = Object.entries(scores.exact.types).flatMap(([type, counts]) => (counts.gold > 0 ? [type] : []))
  const are = foreign.length === 1 ? 'is not a type' : 'are not types'
  const found = suggestTypes(scores)
  const pairs = found.map(({ from, to }) => `${from}=${to}`).join(',')
  const reasons = found.map(({ from, to, shared, overlapping }) =>
    shared > 0 ? `${shared} of ${overlapping} ${from} overlap ${to}` : `${from} and ${to} by their names`,
  )
  const advice =
    found.length > 0
      ? say`do they mean the same? ${option('map', pairs)} counts them as one (${reasons.join(', ')})`
      : say`if they mean the same as another type, say so with ${option('map', 'FROM=TO')}`
  const message = say`${foreign.join(', ')} ${are} of ${gold} (${own.join(', ') || 'it has none'}), so each of these entities is wrong; ${advice}`
  return [{ code: 'other-types', where: predicted, message }]
}

/** What labels show without a model. */
async function reportOf(
  { predicted }: ScoreRequest,
  { scores, sentences, notes }: LabelRun,
  gold: LabelFile,
  training: Awaited<ReturnType<typeof readTrainingFacts>> | undefined,
): Promise<ReportData> {
  const facts = await readFacts('evaluated', gold.path, { ...gold.options, onNote: undefined })
  const corpus = basename(gold.path)
  return {
    title:
      predicted === undefined || predicted === gold.path
        ? corpus
        : `${basename(predicted)} against ${corpus}`,
    generator: `nerite ${VERSION}`,
    made: new Date().toISOString(),
    evaluation: evaluationData({ corpus, chosenOn: false, scores, sentences, training: training?.mentions }),
    corpora: training ? [training.facts, facts] : [facts],
    notes: notes.map(note => formatNote(note)),
  }
}

/** A file that holds one kind of tags, or two names of one column, would be compared with itself: a score of 100. */
async function refuseSameTags(gold: LabelFile, predicted: LabelFile): Promise<void> {
  if (gold.path !== predicted.path) return
  const [a, b] = [await firstSentence(gold), await firstSentence(predicted)]
  const others = ({ columns = {} }: Sentence) => Object.keys(columns).join('\t')
  if (!a || !b || others(a) !== others(b) || a.tokens.some((token, i) => token !== b.tokens[i])) return
  throw new InputError('score/options', {
    code: 'same-tags',
    where: { file: gold.path, line: lineOf(a, 0) },
    expected: 'gold and predicted tags in two columns of one file, or in two files',
    got: 'the same tags for both',
    remedy: say`give the predicted file as well, or name the columns with ${option('goldColumn')} and ${option('tagColumn')}`,
  })
}

/** With the columns that are not its tags. */
async function firstSentence({ path, options }: LabelFile): Promise<Sentence | undefined> {
  for await (const sentence of readSentences(path, { ...options, columns: true, onNote: undefined }))
    return sentence
  return undefined
}

/** One file whose last two columns are not both tags most likely came without its partner. */
function explainOneFile(error: unknown): unknown {
  if (!isInputError(error) || error.faults[0].code !== 'bad-tag') return error
  return new InputError('score/options', {
    ...error.faults[0],
    remedy: say`one file must hold gold and predicted tags in its last two columns; give the predicted file as well, or name the columns with ${option('goldColumn')} and ${option('tagColumn')}`,
  })
}

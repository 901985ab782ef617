import { basename } from 'node:path'
import { writeOutput } from '../base/node/output-file.js'
import { VERSION } from '../base/version.js'
import type { ReadOptions } from '../corpus/read-options.js'
import type { TrainingMentions } from '../evaluate/training-mentions.js'
import { evaluationData } from '../report/evaluation-data.js'
import { readFacts } from '../report/node/read-facts.js'
import { renderReport } from '../report/render-report.js'
import type { LabelFile } from '../workflows/node/paired-sentences.js'
import type { LabelRun } from '../workflows/node/score-files.js'

export interface ScoreReport {
  /** The page to write. */
  readonly out: string
  readonly gold: LabelFile
  readonly predicted: string
  readonly run: LabelRun
  /** The training corpus, for seen and unseen mentions. */
  readonly train?: string
  readonly training?: TrainingMentions
  readonly reading: ReadOptions
}

/** The report of two label files: what can be told without a model. */
export async function writeScoreReport(report: ScoreReport): Promise<void> {
  const { out, gold, predicted, run, train, training, reading } = report
  const quiet = (options: ReadOptions): ReadOptions => ({ ...options, onNote: undefined })
  const facts = [await readFacts('evaluated', gold.path, quiet(gold.options))]
  if (train !== undefined) facts.unshift(await readFacts('training', train, quiet(reading)))
  const corpus = basename(gold.path)
  const page = await renderReport({
    title: predicted === gold.path ? corpus : `${basename(predicted)} against ${corpus}`,
    generator: `nerite ${VERSION}`,
    made: new Date().toISOString(),
    evaluation: evaluationData({
      corpus,
      chosenOn: false,
      scores: run.scores,
      sentences: run.sentences,
      training,
    }),
    corpora: facts,
    notes: run.notes,
  })
  writeOutput(out, page)
}

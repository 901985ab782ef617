import { formatCount } from '../evaluate/format-number.js'
import { clip } from './clip.js'
import { percent, points } from './percent.js'
import type { EvaluationData, ReportData } from './report-data.js'

/** How good a tagger is, in words. */
export interface Verdict {
  readonly headline: string
  /** What the figure means, in entities. */
  readonly meaning: string
  /** What it is good enough for, and how sure that is. */
  readonly use: string
}

/** From this F1 on, this headline and what the tagger is good enough for. */
const LEVELS: readonly (readonly [f1: number, headline: string, use: string])[] = [
  [0.95, 'Very good', 'Good enough to run on its own where a rare error does no harm.'],
  [
    0.85,
    'Good',
    'Good enough for search and statistics. Where an error costs something, let a person check.',
  ],
  [0.7, 'Fair', 'Good enough to suggest labels to a person, not to run on its own.'],
  [0.4, 'Weak', 'Not good enough yet: too much is missed or wrong.'],
  [0, 'Poor', 'Not usable yet.'],
]

/** A wider interval is mentioned, as a share. */
const WIDE = 0.08
/** What a tagger must be better by than a list of names, as a share. */
const LEAD = 0.02

/**
 * The verdict on a tagger. The words follow F1 alone, by rule of thumb; what is good enough depends on what an error costs.
 *
 * @example
 * verdict(data.evaluation).headline // 'Good'
 */
export function verdict({ scores, intervals, baselines }: EvaluationData): Verdict {
  const { f1, precision, recall, gold, predicted } = scores.exact.micro
  if (gold === 0)
    return {
      headline: 'Nothing to find',
      meaning: `The corpus has no entity. The tagger reports ${formatCount(predicted)}, all of them wrong.`,
      use: 'A corpus with labeled entities would tell how good it is.',
    }
  if (predicted === 0)
    return {
      headline: 'It finds nothing',
      meaning: `The corpus has ${formatCount(gold)} entities. The tagger reports none.`,
      use: 'Not usable yet.',
    }
  const known = baselines.memorized?.f1 ?? 0
  const isList = f1 !== null && known > 0 && f1 < known + LEAD
  const [, headline, use] = LEVELS.find(([least]) => (f1 ?? 0) >= least) ?? LEVELS[LEVELS.length - 1]
  const range = intervals.f1
  const unsure =
    range && range.high - range.low > WIDE
      ? ` Measured on little text: F1 may be anywhere from ${percent(range.low)} to ${percent(range.high)}.`
      : ''
  return {
    headline: isList ? 'No better than a list of names' : headline,
    meaning: `It finds ${outOf(recall)} entities, and ${outOf(precision)} that it reports are right.`,
    use: `${isList ? 'Marking the names of the training corpus wherever they stand does as well.' : use}${unsure}`,
  }
}

function outOf(share: number | null): string {
  const whole = Math.round(100 * (share ?? 0))
  return `${whole} of 100`
}

/** An F1 to compare with. */
export interface Bar {
  readonly label: string
  readonly note?: string
  readonly f1: number | null
  readonly interval?: { readonly low: number; readonly high: number }
  /** Whether it is the tagger of the report on the corpus of the report. */
  readonly isOwn?: boolean
}

/** The tagger's F1 and what it is compared with. */
export function comparisonBars({ evaluation, comparisons = [] }: ReportData): Bar[] {
  const { scores, intervals, baselines, corpus } = evaluation
  const labels = {
    development: 'on the development corpus',
    test: 'on the test corpus',
    earlier: 'earlier run',
  }
  return [
    {
      label: 'this tagger',
      note: corpus,
      f1: scores.exact.micro.f1,
      ...(intervals.f1 && { interval: intervals.f1 }),
      isOwn: true,
    },
    ...comparisons.map(({ kind, name, tagger, f1 }) => ({
      label: labels[kind],
      note: tagger === undefined ? name : `${name}, ${tagger}`,
      f1,
    })),
    ...(baselines.memorized
      ? [{ label: 'memorized names', note: 'of the training corpus', f1: baselines.memorized.f1 ?? 0 }]
      : []),
    ...(baselines.guessed === null
      ? []
      : [{ label: 'guessing', note: 'at any place', f1: baselines.guessed }]),
  ]
}

/** What the comparison says, in a sentence; empty if there is nothing to compare with. */
export function comparisonText({ evaluation, comparisons = [] }: ReportData): string {
  const f1 = evaluation.scores.exact.micro.f1 ?? 0
  const than = (other: number) => `${points(f1 - other)} ${f1 >= other ? 'above' : 'below'}`
  const { memorized } = evaluation.baselines
  const earlier = comparisons.find(({ kind }) => kind === 'earlier')
  const test = comparisons.find(({ kind }) => kind === 'test')
  return [
    memorized && `It is ${than(memorized.f1 ?? 0)} memorized names.`,
    earlier?.f1 != null && `It is ${than(earlier.f1)} the earlier run.`,
    evaluation.chosenOn &&
      f1 > 0 &&
      (test?.f1 == null
        ? `${clip(evaluation.corpus, 40)} chose the epoch to keep, so expect a little less on other text.`
        : 'The test corpus chose nothing, so its figure is the fairer one.'),
  ]
    .filter(text => text)
    .join(' ')
}

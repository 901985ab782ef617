/** What to do next, from what the report's data says. */
import type { CostlyConfusion } from '../evaluate/error-list.js'
import { formatCount } from '../evaluate/format-number.js'
import type { CountedPrf } from '../evaluate/prf.js'
import { clip } from './clip.js'
import { percent, points } from './percent.js'
import type { ReportData } from './report-data.js'

export interface Advice {
  readonly title: string
  /** Why, with figures. */
  readonly reason: string
  /** The fold that shows it. */
  readonly fold: string
  /** What it may be worth, as a share of F1; above 1 for what comes before all else. */
  readonly worth: number
}

const NAME = 40
/** Fewer suspect labels than this are no reason to review labels. */
const SUSPECTS = 5
/** How often a confident contradiction is taken for a wrong label. */
const TRUST = 0.5
/** What part of the gap between seen and unseen names may be closed. */
const CLOSED = 0.2
/** An interval this wide says that little was measured. */
const WIDE = 0.08

/**
 * What would help most, the most valuable first: each possible step is weighed by the F1 that it could bring at best.
 *
 * @example
 * advice(data).slice(0, 2).map(({ title }) => title) // ['Label more PRODUCT', 'Check 12 labels']
 */
export function advice(data: ReportData): Advice[] {
  const first = nothingLearned(data)
  // Where nothing is right, figures of its errors say nothing.
  if (first.length > 0) return first
  return [
    ...littleMeasured(data),
    ...stillRising(data),
    ...confusions(data),
    ...weakTypes(data),
    ...suspectLabels(data),
    ...unseenNames(data),
    ...noTest(data),
  ].sort((a, b) => b.worth - a.worth)
}

function nothingLearned({ evaluation, model }: ReportData): Advice[] {
  const { gold, predicted, correct } = evaluation.scores.exact.micro
  if (gold === 0)
    return [
      {
        title: 'Measure on labeled text',
        reason: `${clip(evaluation.corpus, NAME)} has no entity, so nothing can be said about what the tagger misses.`,
        fold: 'corpora',
        worth: 3,
      },
    ]
  if (correct > 0) return []
  const warned = (model?.warnings.length ?? 0) > 0
  return [
    {
      title: predicted === 0 ? 'Find out why it learned nothing' : 'Find out why nothing is right',
      reason: warned
        ? 'Read what training warned of: most often there was too little text, too few epochs, or labels that were read in the wrong column.'
        : 'Check that both corpora were read as meant (columns, types), and that training was long enough for the loss to fall.',
      fold: warned ? 'card' : model ? 'loss-and-scores' : 'corpora',
      worth: 3,
    },
    ...moreToLearnFrom(model),
  ]
}

/** What a tagger that learned nothing has seen, if it is known. */
function moreToLearnFrom(model: ReportData['model']): Advice[] {
  if (!model) return []
  const { start, best, recognizer } = model
  const seen = `${formatCount(start.sentences)} ${start.sentences === 1 ? 'sentence' : 'sentences'}`
  const epochs =
    recognizer === 'neural' && best?.epoch != null
      ? ` for ${best.epoch === 1 ? 'one epoch' : `${best.epoch} epochs`}`
      : ''
  const longer =
    recognizer === 'neural' ? ', and let training decide how long it takes (training.epochs: auto)' : ''
  return [
    {
      title: 'Give it more to learn from',
      reason: `It learned from ${seen}${epochs}. Label some hundred sentences at least${longer}.`,
      fold: 'corpora',
      worth: 2,
    },
  ]
}

function littleMeasured({ evaluation }: ReportData): Advice[] {
  const { intervals, scores, corpus } = evaluation
  const range = intervals.f1
  if (!range || range.high - range.low < WIDE) return []
  return [
    {
      title: 'Measure on more text',
      reason: `${clip(corpus, NAME)} has ${formatCount(scores.exact.micro.gold)} entities, so F1 is only known to be between ${percent(range.low)} and ${percent(range.high)}. Smaller improvements cannot be seen.`,
      fold: 'scores',
      worth: (range.high - range.low) / 4,
    },
  ]
}

/** F1 in the last third of the epochs against what was reached before. */
function stillRising({ learning }: ReportData): Advice[] {
  const scored = (learning?.epochs ?? []).flatMap(({ epoch, dev }) =>
    dev?.f1 == null ? [] : [{ epoch, f1: dev.f1 }],
  )
  const last = scored.at(-1)
  if (!last || scored.length < 3 || learning?.bestEpoch !== last.epoch) return []
  const from = scored[Math.floor((scored.length - 1) * (2 / 3))]
  const rise = last.f1 - from.f1
  if (rise < 0.003) return []
  return [
    {
      title: 'Train longer',
      reason: `F1 was still rising when training ended: by ${points(rise)} in the last ${last.epoch - from.epoch === 1 ? 'epoch' : `${last.epoch - from.epoch} epochs`}. The last epoch was the best.`,
      fold: 'loss-and-scores',
      worth: rise,
    },
  ]
}

function confusions({ evaluation }: ReportData): Advice[] {
  const { gold, predicted } = evaluation.scores.exact.micro
  return evaluation.confusions.items.slice(0, 1).map(group => ({
    ...describe(group),
    fold: group.kind === 'type' || group.kind === 'both' ? 'confusion' : 'errors',
    worth: group.cost / Math.max(1, gold + predicted),
  }))
}

function describe(group: CostlyConfusion): Pick<Advice, 'title' | 'reason'> {
  const { kind, gold = '', predicted = '', count } = group
  const [own, other] = [clip(gold, NAME), clip(predicted, NAME)]
  const example = group.examples[0] && ` (“${clip(group.examples[0].text, NAME)}”)`
  const times = count === 1 ? 'once' : `${formatCount(count)} times`
  const most = `This is the most costly kind of error.`
  switch (kind) {
    case 'type':
    case 'both':
      return {
        title: `Tell ${own} from ${other}`,
        reason: `${own} was taken for ${other} ${times}${example}. ${most} Write down how they differ, and label examples of both.`,
      }
    case 'boundary':
      return {
        title: `Settle where ${own} begins and ends`,
        reason: `${own} was found with other boundaries ${times}${example}. ${most} Check that the labels follow one rule.`,
      }
    case 'missed':
      return {
        title: `Label more ${own}`,
        reason: `${own} was missed ${times}${example}. ${most} Add sentences with ${own} of the kinds that are missed.`,
      }
    case 'spurious':
      return {
        title: `Show what is not ${other}`,
        reason: `${other} was found ${times} where nothing is labeled${example}. ${most} Check these labels, and add sentences with such words that are no ${other}.`,
      }
  }
}

/** The type that falls behind most, by what it would bring if it were as good as the others. */
function weakTypes({ evaluation, corpora }: ReportData): Advice[] {
  const { types, micro } = evaluation.scores.exact
  const training = corpora.filter(({ role }) => role === 'training')
  const learned = (type: string) => training.reduce((sum, { stats }) => sum + (stats.types[type] ?? 0), 0)
  const gap = ({ f1, gold }: CountedPrf) => ((micro.f1 ?? 0) - (f1 ?? 0)) * (gold / Math.max(1, micro.gold))
  const [weakest] = Object.entries(types)
    .filter(([, { gold }]) => gold > 0)
    .sort(([, a], [, b]) => gap(b) - gap(a))
  if (!weakest || gap(weakest[1]) < 0.002) return []
  const [type, scores] = weakest
  const name = clip(type, NAME)
  const counts = Object.keys(types).map(learned)
  const isRarest = training.length > 0 && learned(type) === Math.min(...counts)
  const examples =
    training.length === 0
      ? ''
      : ` The training corpus has ${formatCount(learned(type))} of them${isRarest && counts.length > 1 ? ', the fewest of all types' : ''}.`
  return [
    {
      title: `Label more ${name}`,
      reason: `${name} has an F1 of ${percent(scores.f1)} (all types: ${percent(micro.f1)}), and ${formatCount(scores.gold)} of ${formatCount(micro.gold)} entities are ${name}: no other type costs as much.${examples}`,
      fold: 'scores',
      worth: gap(scores),
    },
  ]
}

function suspectLabels({ evaluation }: ReportData): Advice[] {
  const { suspects, scores } = evaluation
  if (!suspects || suspects.total < SUSPECTS) return []
  const { gold, predicted } = scores.exact.micro
  return [
    {
      title: `Check ${formatCount(suspects.total)} labels of ${clip(suspects.corpus, NAME)}`,
      reason: `There a prediction with a score of at least ${percent(suspects.minScore)} contradicts the label. Some of these labels are wrong and hide how good the tagger is; others show what it has misunderstood.`,
      fold: 'suspects',
      worth: (TRUST * 2 * suspects.total) / Math.max(1, gold + predicted),
    },
  ]
}

/** Names that training has not seen, if they are found much less often. */
function unseenNames({ evaluation, model }: ReportData): Advice[] {
  const rows = evaluation.breakdowns.find(({ name }) => name === 'mention in training')?.rows ?? []
  const [seen, , unseen] = rows
  if (!seen || !unseen || seen.recall === null || unseen.recall === null) return []
  const gold = rows.reduce((sum, row) => sum + row.gold, 0)
  const gap = seen.recall - unseen.recall
  if (gap < 0.1 || unseen.gold * 10 < gold) return []
  const how =
    model?.start.from || model?.vectors
      ? 'More labeled text with other names helps most.'
      : model && model.recognizer !== 'neural'
        ? 'Train a network that starts from a trained model or from word vectors, or label text with other names.'
        : 'Start from a trained model or from pretrained word vectors, or label text with other names.'
  return [
    {
      title: 'Teach it names that it has not seen',
      reason: `It finds ${percent(unseen.recall)} of the names that the training corpus does not have, and ${percent(seen.recall)} of those that it has. ${how}`,
      fold: 'breakdowns',
      worth: (CLOSED * gap * unseen.gold) / gold,
    },
  ]
}

function noTest({ evaluation, comparisons = [] }: ReportData): Advice[] {
  if (!evaluation.chosenOn || comparisons.some(({ kind }) => kind === 'test')) return []
  return [
    {
      title: 'Measure on text that chose nothing',
      reason: `${clip(evaluation.corpus, NAME)} chose the epoch to keep. A test corpus that was used for nothing else gives a figure that you can rely on.`,
      fold: 'scores',
      worth: 0.004,
    },
  ]
}

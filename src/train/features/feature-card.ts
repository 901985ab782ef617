import { formatNote } from '../../base/fault.js'
import type { AnyConfig } from '../../config/schema.js'
import type { RunMetrics } from '../../run/metrics.js'
import {
  corpusTable,
  counted,
  LIMITS_AND_USE,
  rawTextLine,
  scoreSection,
  whatItFinds,
} from '../model-card.js'
import type { PreparedFeatures } from './prepare.js'

interface FeatureCardInput {
  readonly prepared: PreparedFeatures<AnyConfig>
  readonly metrics: RunMetrics
  /** What was trained and how, in a sentence or two. */
  readonly description: string
}

/** The model card of a recognizer without a network, Markdown. */
export function featureCard({ prepared, metrics, description }: FeatureCardInput): string {
  const { lists, corpora, tokens, notes } = prepared
  return [
    '# Entity tagger',
    '',
    `${whatItFinds(lists.types)} ${description} ${counted(lists.tags.length, `${lists.scheme} tag`)}.`,
    '',
    '## Training',
    '',
    ...corpusTable(corpora),
    '',
    `${counted(tokens, 'training token')}.`,
    ...rawTextLine(prepared),
    ...notes.map(note => `\nNote: ${formatNote(note)}`),
    '',
    ...scoreSection('Scores on the development corpus', metrics.dev),
    ...scoreSection('Scores on the test corpus', metrics.test),
    ...LIMITS_AND_USE,
  ].join('\n')
}

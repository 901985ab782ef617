import { basename } from 'node:path'
import { readSentences } from '../../corpus/node/read-corpus.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import { exactTokens } from '../../corpus/refine-tokens.js'
import type { Sentence } from '../../corpus/sentence.js'
import { addMentions, type TrainingMentions } from '../../evaluate/breakdown.js'
import { lenientSpans } from '../../tags/lenient-spans.js'
import type { TokenSpan } from '../../tags/span.js'
import { type CorpusFacts, type CorpusRole, FactsCollector } from '../corpus-facts.js'

/**
 * Figures of a corpus, streaming.
 * @throws CorpusError as the readers do
 */
export async function readFacts(
  role: CorpusRole,
  path: string,
  options: ReadOptions,
  onSentence: (sentence: Sentence) => void = () => undefined,
): Promise<CorpusFacts> {
  const facts = new FactsCollector()
  for await (const sentence of readSentences(path, { ...options, columns: false })) {
    facts.add(sentence)
    onSentence(sentence)
  }
  return facts.result(role, basename(path))
}

export interface TrainingFactsOptions {
  /** How to read entities from tags. Default: leniently. */
  readonly read?: (tags: readonly string[]) => TokenSpan[]
  /** What the corpus's types stand for, by type; a type that is not listed stands for itself. */
  readonly map?: Readonly<Record<string, readonly string[]>>
  /** Mentions of other corpora, to add to. */
  readonly mentions?: Map<string, Map<string, number>>
}

/** Figures and mentions of a training corpus. */
export async function readTrainingFacts(
  path: string,
  options: ReadOptions,
  { read = lenientSpans, map = {}, mentions = new Map() }: TrainingFactsOptions = {},
): Promise<{ readonly facts: CorpusFacts; readonly mentions: TrainingMentions }> {
  const meant = (span: TokenSpan) =>
    Object.hasOwn(map, span.type) ? map[span.type].map(type => ({ ...span, type })) : [span]
  const facts = await readFacts('training', path, options, sentence => {
    const { tokens, tags } = exactTokens(sentence)
    addMentions(mentions, { tokens, gold: read(tags).flatMap(meant) })
  })
  return { facts, mentions }
}

import { basename } from 'node:path'
import { readSentences } from '../../corpus/node/read-corpus.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import type { Sentence } from '../../corpus/sentence.js'
import { StatsCollector } from '../../corpus/stats/collect-stats.js'
import { addMentions, type TrainingMentions } from '../../evaluate/breakdown.js'
import { lenientSpans } from '../../tags/lenient-spans.js'
import { type CorpusFacts, type CorpusRole, corpusFacts, LengthCounter } from '../corpus-facts.js'

/** Adds up what a report says about a corpus. */
export class FactsCollector {
  private readonly stats = new StatsCollector()
  private readonly lengths = new LengthCounter()

  constructor(
    private readonly role: CorpusRole,
    private readonly path: string,
  ) {}

  add(sentence: Sentence): void {
    this.stats.add(sentence)
    this.lengths.add(sentence.tokens.length)
  }

  result(): CorpusFacts {
    return corpusFacts(this.role, basename(this.path), this.stats.result(), this.lengths.counts)
  }
}

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
  const facts = new FactsCollector(role, path)
  for await (const sentence of readSentences(path, { ...options, columns: false })) {
    facts.add(sentence)
    onSentence(sentence)
  }
  return facts.result()
}

/** Figures and mentions of a training corpus. */
export async function readTrainingFacts(
  path: string,
  options: ReadOptions,
): Promise<{ readonly facts: CorpusFacts; readonly mentions: TrainingMentions }> {
  const mentions = new Map<string, Map<string, number>>()
  const facts = await readFacts('training', path, options, ({ tokens, tags }) =>
    addMentions(mentions, { tokens, gold: lenientSpans(tags) }),
  )
  return { facts, mentions }
}

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

/** Figures and mentions of a training corpus. @param read how to read entities from tags */
export async function readTrainingFacts(
  path: string,
  options: ReadOptions,
  read: (tags: readonly string[]) => TokenSpan[] = lenientSpans,
): Promise<{ readonly facts: CorpusFacts; readonly mentions: TrainingMentions }> {
  const mentions = new Map<string, Map<string, number>>()
  const facts = await readFacts('training', path, options, sentence => {
    const { tokens, tags } = exactTokens(sentence)
    addMentions(mentions, { tokens, gold: read(tags) })
  })
  return { facts, mentions }
}

// Scores by the model's own types, on the sentences of Few-NERD that were held out and are marked nearly whole.
import { join } from 'node:path'
import { spansOf } from '../../../dist/corpus/sentence-text.js'
import { CORPORA, TYPES } from './corpora.mjs'
import { holdOut } from './hold-out.mjs'
import { readOpenCorpus } from './read-corpus.mjs'

/**
 * @param tagger a loaded model
 * @param corpora the folder that has `open`
 * @returns a Markdown table
 */
export async function fineTypes(tagger, corpora) {
  const corpus = CORPORA.find(({ sure }) => sure)
  const { dev } = holdOut(await readOpenCorpus(corpus, join(corpora, 'open')), corpus.block)
  const sentences = dev.filter(({ isSure }) => isSure)
  const found = await tagger.tagTokens(sentences.map(({ tokens }) => tokens))
  const counts = new Map(TYPES.map(type => [type, { gold: 0, found: 0, both: 0 }]))
  const key = ({ start, end, type }) => `${start} ${end} ${type}`
  for (const [i, sentence] of sentences.entries()) {
    const gold = spansOf(sentence)
    const wanted = new Set(gold.map(key))
    for (const { type } of gold) if (counts.has(type)) counts.get(type).gold++
    for (const span of found[i].spans) {
      counts.get(span.type).found++
      if (wanted.has(key(span))) counts.get(span.type).both++
    }
  }
  const percent = (part, whole) => (whole === 0 ? '–' : ((100 * part) / whole).toFixed(1))
  const rows = [...counts].map(
    ([type, { gold, found, both }]) =>
      `| ${type} | ${gold.toLocaleString('en-US')} | ${percent(both, found)} | ${percent(both, gold)} | ${percent(2 * both, gold + found)} |`,
  )
  return [`| type | names | precision | recall | F1 |`, '|---|--:|--:|--:|--:|', ...rows].join('\n')
}

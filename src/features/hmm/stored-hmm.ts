/** How an HMM is stored: its words in `vocab.json`, its counts as tensors. Everything else follows from them. */
import { isStrings } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { parseTagLists, type TagLists } from '../../encode/tag-lists.js'
import type { StoredTensor } from '../../engine/optim/safetensors.js'
import type { StoredNumbers } from '../stored-numbers.js'
import type { HmmCounts } from './counts.js'

export interface HmmVocabulary extends TagLists {
  readonly words: readonly string[]
}

export function hmmVocabulary(lists: TagLists, { words }: HmmCounts): HmmVocabulary {
  return { ...lists, words: words.words }
}

export function hmmTensors({ trigrams, words }: HmmCounts): ReadonlyMap<string, StoredTensor> {
  return new Map<string, StoredTensor>([
    ['trigrams', { dtype: 'I32', shape: [trigrams.counts.length, 3], data: trigrams.trigrams }],
    ['trigrams.counts', { dtype: 'F64', shape: [trigrams.counts.length], data: trigrams.counts }],
    ['words.first', { dtype: 'I32', shape: [words.first.length], data: words.first }],
    ['words.tags', { dtype: 'I32', shape: [words.tags.length], data: words.tags }],
    ['words.counts', { dtype: 'F64', shape: [words.counts.length], data: words.counts }],
  ])
}

/** @throws ModelFileError for what `hmmVocabulary` did not make */
export function parseHmmVocabulary(json: unknown, where: string): HmmVocabulary {
  const { lists, rest } = parseTagLists(json, where)
  const { words } = rest
  if (!isStrings(words) || new Set(words).size !== words.length)
    throw new ModelFileError({
      where: `${where}: words`,
      expected: 'a list of texts, each once',
      got: 'something else',
    })
  return { ...lists, words }
}

/** @throws ModelFileError for what `hmmTensors` did not make */
export function readHmmCounts({ tags, words }: HmmVocabulary, numbers: StoredNumbers): HmmCounts {
  const trigrams = numbers.take('trigrams', 'I32', [undefined, 3])
  const rows = trigrams.length / 3
  const counts = numbers.take('trigrams.counts', 'F64', [rows])
  const first = numbers.take('words.first', 'I32', [words.length + 1])
  const wordTags = numbers.take('words.tags', 'I32', [undefined])
  const wordCounts = numbers.take('words.counts', 'F64', [wordTags.length])
  numbers.checkAllTaken()
  const isCount = (value: number) => value > 0 && value < 1e15
  numbers.check('trigrams', trigrams, 'tags of the model', tag => tag >= 0 && tag < tags.length + 2)
  numbers.check('trigrams.counts', counts, 'counts above 0', isCount)
  numbers.checkParts('words.first', first, wordTags.length)
  numbers.check('words.tags', wordTags, 'tags of the model', tag => tag >= 0 && tag < tags.length)
  numbers.check('words.counts', wordCounts, 'counts above 0', isCount)
  return {
    trigrams: { tags: tags.length, trigrams, counts },
    words: { words, first, tags: wordTags, counts: wordCounts },
  }
}

/** The recipes of recognizers that count or weigh features of words: no network, no vectors, trained in a minute or so. */
import type { Preset } from './schema.js'

export const FEATURE_PRESETS: readonly Preset[] = [
  {
    name: 'crf',
    summary:
      'a linear-chain CRF over the features of the sklearn-crfsuite tutorial: words, affixes, shapes and two neighbors on either side',
    config: { recognizer: 'crf', tags: { scheme: 'BIO' } },
  },
  {
    name: 'hmm',
    summary:
      'a trigram hidden Markov model that judges unknown words by their suffixes (TnT, Brants 2000): trained in a second',
    config: { recognizer: 'hmm', tags: { scheme: 'BIO' } },
  },
]

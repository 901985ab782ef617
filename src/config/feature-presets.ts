/** The recipes of recognizers that count or weigh features of words: no network, no vectors, trained in a minute or so. */
import type { Preset } from './schema.js'

/** After Stanford's recognizer: n-grams as affixes, sequences of shapes, pairs of words, and nearby words in any place. */
const WIDE = [
  'bias',
  'edge',
  'word',
  'lower',
  'prefix:1-6',
  'suffix:1-6',
  'shape',
  'upper',
  'title',
  'digit',
  ...[-2, -1, 1, 2].flatMap(at => [`lower@${at}`, `shape@${at}`, `title@${at}`]),
  ...[-1, 1].flatMap(at => [`word@${at}`, `prefix:3@${at}`, `suffix:3@${at}`]),
  'lower@-4..-1',
  'lower@1..4',
  'lower@-1 & lower',
  'lower & lower@1',
  'lower@-1 & lower@1',
  'lower@-2 & lower@-1',
  'lower@1 & lower@2',
  'shape@-1 & shape',
  'shape & shape@1',
  'shape@-1 & shape & shape@1',
  'shape@-2 & shape@-1 & shape',
  'shape & shape@1 & shape@2',
  'lower@-1 & shape',
  'shape & lower@1',
  // Word classes, where the settings name some.
  ...['', ':4', ':6', ':10'].flatMap(length =>
    [-1, 0, 1].map(at => `class:*${length}${at === 0 ? '' : `@${at}`}`),
  ),
]

export const FEATURE_PRESETS: readonly Preset[] = [
  {
    name: 'crf',
    summary:
      'a linear-chain CRF over the features of the sklearn-crfsuite tutorial: words, affixes, shapes and two neighbors on either side',
    config: { recognizer: 'crf', tags: { scheme: 'BIO' } },
  },
  {
    name: 'crf-wide',
    summary:
      'the same with wider features, after Stanford’s recognizer: longer affixes, pairs of words, sequences of shapes, nearby words, and word classes if there are some',
    config: { recognizer: 'crf', features: { templates: WIDE } },
  },
  {
    name: 'hmm',
    summary:
      'a trigram hidden Markov model that judges unknown words by their suffixes (TnT, Brants 2000): trained in a second',
    config: { recognizer: 'hmm', tags: { scheme: 'BIO' } },
  },
  {
    name: 'bootstrap',
    summary:
      'decision lists that grow from a few names of each type and text without labels (DL-CoTrain, Collins & Singer 1999)',
    config: { recognizer: 'bootstrap', tags: { scheme: 'BIO' } },
  },
]

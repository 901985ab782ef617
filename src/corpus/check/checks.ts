import { boundaries } from './boundaries.js'
import { characters } from './characters.js'
import type { CheckKind } from './check.js'
import { cutWords } from './cut-words.js'
import { duplicates } from './duplicates.js'
import { labeledShares } from './labeled-shares.js'
import { lengths } from './lengths.js'
import { markupRemains } from './markup-remains.js'
import { mentions } from './mentions.js'
import { mixedTypes } from './mixed-types.js'
import { nearCopies } from './near-copies.js'
import { rawText } from './raw-text.js'
import { schemes } from './schemes.js'
import { shiftedTags } from './shifted-tags.js'
import { tokenFit } from './token-fit.js'
import { typeNames } from './type-names.js'
import { types } from './types.js'
import { unlabeledNames } from './unlabeled-names.js'

/** Everything that `corpus check` looks for in sentences. Findings of one severity are listed in this order. */
export const CHECKS: readonly CheckKind[] = [
  labeledShares,
  cutWords,
  tokenFit,
  rawText,
  duplicates,
  nearCopies,
  shiftedTags,
  schemes,
  mixedTypes,
  typeNames,
  types,
  characters,
  markupRemains,
  lengths,
  boundaries,
  unlabeledNames,
  mentions,
]

/** Those whose findings spoil a training run or its scores, and which training itself does not warn of. */
export const TRAINING_CHECKS: readonly CheckKind[] = [
  duplicates,
  nearCopies,
  shiftedTags,
  mixedTypes,
  typeNames,
  lengths,
  unlabeledNames,
]

import type { InputConfig } from '../config/schema.js'
import { createNormaliser } from '../encode/normalise.js'
import { UNKNOWN_ID, type Vocabulary } from '../encode/vocabulary.js'
import type { Initial } from './initialiser.js'
import type { LookupFeature, TokenFeatures } from './inputs/token-forms.js'
import { unitsOf } from './inputs/units.js'
import { featureFunctions, type Vocabularies } from './vocabularies.js'

/** Characters of a token that the model sees: the first and last so many; the middle of longer tokens is left out. */
const FIRST_CHARACTERS = 40
const LAST_CHARACTERS = 24

/**
 * What the model sees of a token, as the configuration asks, over fixed vocabularies.
 * @param wordInitial how the word table starts, where pretrained vectors fill it
 */
export function tokenFeatures(
  input: InputConfig,
  vocabularies: Vocabularies,
  wordInitial?: Initial,
): TokenFeatures {
  const { words, merges } = vocabularies
  const units = unitsOf(input.unit, merges)
  const normalise = createNormaliser({
    lowerCase: input.words.lowercase,
    zeroDigits: input.words.digitsToZero,
  })
  const lookups: LookupFeature[] = [
    {
      name: 'input.words',
      dim: input.words.dim,
      size: words.size,
      idOf: text => words.id(normalise(text)),
      droppedId: UNKNOWN_ID,
      initial: wordInitial,
      trainable: input.words.fineTune,
    },
  ]
  for (const [name, featureOf] of Object.entries(featureFunctions(input))) {
    const vocabulary = vocabularies.features[name]
    lookups.push({
      name: `input.${name}`,
      dim: name === 'shape' ? input.shape.dim : input.affixes.dim,
      size: vocabulary.size,
      idOf: text => vocabulary.id(featureOf(text)),
    })
  }
  const { characters } = vocabularies
  const dims = lookups.reduce((sum, { dim }) => sum + dim, 0)
  if (!characters || input.charCnn.filters === 0) return { units, lookups, dim: dims }
  const { dim, filters } = input.charCnn
  return {
    units,
    lookups,
    characters: { size: characters.size, dim, filters, idsOf: text => characterIds(text, characters) },
    dim: dims + filters,
  }
}

function characterIds(text: string, characters: Vocabulary): Int32Array {
  const all = [...text]
  const seen =
    all.length <= FIRST_CHARACTERS + LAST_CHARACTERS
      ? all
      : [...all.slice(0, FIRST_CHARACTERS), ...all.slice(-LAST_CHARACTERS)]
  return seen.length === 0
    ? Int32Array.of(UNKNOWN_ID)
    : Int32Array.from(seen, character => characters.id(character))
}

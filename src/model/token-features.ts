import type { InputConfig } from '../config/schema.js'
import type { FixedTable } from '../encode/fixed-vectors.js'
import { createGazetteer } from '../encode/gazetteer.js'
import { PAD_ID, UNKNOWN_ID, type Vocabulary } from '../encode/vocabulary.js'
import { vectorForms } from '../encode/word-vectors.js'
import type { Initial } from '../engine/optim/initializer.js'
import { columnFeature, gazetteerFeature, type SentenceFeature } from './inputs/sentence-features.js'
import type { LookupFeature, TokenFeatures } from './inputs/token-forms.js'
import { unitsOf } from './inputs/units.js'
import {
  columnFeatureName,
  featureFunctions,
  tokenMask,
  type Vocabularies,
  wordNormalizer,
} from './vocabularies.js'

/** Characters of a token that the model sees: the first and last so many; the middle of longer tokens is left out. */
const FIRST_CHARACTERS = 40
const LAST_CHARACTERS = 24

/** In id order; id 0 is padding. */
const GAZETTEER_TAGS: readonly string[] = ['O', 'B', 'I']

/** Where the words' vectors come from, where they are pretrained; a loaded model needs neither. */
export interface Pretrained {
  /** How the table of trained words starts. */
  readonly initial: Initial
  /** The table of `vectorWords`. */
  readonly fixed: FixedTable
}

/** What the model sees of a token, as the configuration asks, over fixed vocabularies. */
export function tokenFeatures(
  input: InputConfig,
  vocabularies: Vocabularies,
  pretrained?: Pretrained,
): TokenFeatures {
  const units = unitsOf(input.unit, vocabularies.merges, tokenMask(input))
  const lookups = wordFeatures(input, vocabularies, pretrained)
  const dimOf = (name: string) =>
    name === 'shape' || name === 'casing' ? input[name].dim : input.affixes.dim
  for (const [name, featureOf] of Object.entries(featureFunctions(input))) {
    const vocabulary = vocabularies.features[name]
    lookups.push({
      name: `input.${name}`,
      dim: dimOf(name),
      size: vocabulary.size,
      idOf: text => vocabulary.id(featureOf(text)),
    })
  }
  const sentence: SentenceFeature[] = []
  for (const { column, dim } of input.columns) {
    const vocabulary = vocabularies.features[columnFeatureName(column)]
    const place = sentence.push(columnFeature(column)) - 1
    lookups.push({
      name: `input.${columnFeatureName(column)}`,
      dim,
      size: vocabulary.size,
      idOf: (_, values) => vocabulary.id(values[place]),
    })
  }
  input.gazetteers.forEach(({ dim }, i) => {
    const list = vocabularies.gazetteers?.[i]
    if (!list) throw new Error(`no list of names for input.gazetteers.${i}`)
    const place = sentence.push(gazetteerFeature(createGazetteer(list))) - 1
    lookups.push({
      name: `input.gazetteer.${list.name}`,
      dim,
      size: GAZETTEER_TAGS.length + 1,
      idOf: (_, values) => 1 + Math.max(0, GAZETTEER_TAGS.indexOf(values[place])),
    })
  })
  const { characters } = vocabularies
  const dims = lookups.reduce((sum, { dim, sharesPlace }) => sum + (sharesPlace ? 0 : dim), 0)
  const words = { units, sentence, lookups }
  if (!characters) return { ...words, dim: dims }
  const { charCnn, charLstm } = input
  const own = { size: characters.size, idsOf: (text: string) => characterIds(text, characters) }
  return {
    ...words,
    ...(charCnn.filters > 0 && {
      characters: { ...own, dim: charCnn.dim, filters: charCnn.filters },
    }),
    ...(charLstm.hidden > 0 && {
      characterStates: { ...own, dim: charLstm.dim, hidden: charLstm.hidden },
    }),
    dim: dims + charCnn.filters + 2 * charLstm.hidden,
  }
}

function wordFeatures(
  input: InputConfig,
  { words, vectorWords }: Vocabularies,
  pretrained: Pretrained | undefined,
): LookupFeature[] {
  const normalize = wordNormalizer(input)
  const trained = {
    name: 'input.words',
    dim: input.words.dim,
    size: words.size,
    droppedId: UNKNOWN_ID,
    initial: pretrained?.initial,
  }
  if (!vectorWords) {
    const idOf = input.words.fallback
      ? (word: string) => words.id(knownForm(word, words) ?? word)
      : (word: string) => words.id(word)
    return [{ ...trained, idOf: text => idOf(normalize(text)) }]
  }
  /** A word is looked up as it is, then in each form under which vectors know it, in either table. */
  const placeOf = (text: string): readonly [number, number] => {
    for (const [, form] of vectorForms(normalize(text))) {
      if (words.has(form)) return [words.id(form), PAD_ID]
      if (vectorWords.has(form)) return [PAD_ID, vectorWords.id(form)]
    }
    return [UNKNOWN_ID, PAD_ID]
  }
  return [
    { ...trained, idOf: text => placeOf(text)[0] },
    {
      name: 'input.vectors',
      dim: input.words.dim,
      size: vectorWords.size,
      droppedId: PAD_ID,
      idOf: text => placeOf(text)[1],
      sharesPlace: true,
      trainable: false,
      fixed: pretrained?.fixed,
    },
  ]
}

/** The best form of a word that a vocabulary has. */
function knownForm(word: string, words: Vocabulary): string | undefined {
  return vectorForms(word).find(([, form]) => words.has(form))?.[1]
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

/** What the inputs that read a token's characters share. */
import { UNKNOWN_ID, Vocabulary } from '../../encode/vocabulary.js'
import type { Tensor } from '../../engine/runtime/runtime.js'
import { countValues, RARE } from './collect.js'
import type { InputData, InputKind } from './input-block.js'
import { idTensor } from './table.js'

/** Characters that the model sees of a token: the first and last ones; the middle of a longer token is left out. */
const FIRST_CHARACTERS = 40
const LAST_CHARACTERS = 24

/** A vocabulary of characters, by code point. */
export const characterVocabulary: Pick<InputKind<unknown, Vocabulary>, 'collect' | 'parse' | 'extend'> = {
  collect: (_, data) => collect(data),
  extend: (_, vocabulary, data) => vocabulary.extended(collect(data).words()),
  parse: (_, json, where) => Vocabulary.fromJSON(json, where),
}

function collect({ texts }: Pick<InputData, 'texts'>): Vocabulary {
  return Vocabulary.fromCounts(
    countValues(texts, text => text),
    RARE,
  )
}

/** @returns at least one id, none of them padding's */
export function characterIds(text: string, characters: Vocabulary): Int32Array {
  const all = [...text]
  const seen =
    all.length <= FIRST_CHARACTERS + LAST_CHARACTERS
      ? all
      : [...all.slice(0, FIRST_CHARACTERS), ...all.slice(-LAST_CHARACTERS)]
  return seen.length === 0
    ? Int32Array.of(UNKNOWN_ID)
    : Int32Array.from(seen, character => characters.id(character))
}

/**
 * Tokens of different length as one tensor, padded with zeros.
 * @param before zeros before each token, and at least as many behind
 * @returns `[tokens, before + longest + before]`
 */
export function paddedCharacters(tokens: readonly Int32Array[], before = 0): Tensor {
  const width = tokens.reduce((most, ids) => Math.max(most, ids.length), 1) + 2 * before
  const data = new Int32Array(tokens.length * width)
  tokens.forEach((ids, token) => {
    data.set(ids, token * width + before)
  })
  return idTensor([tokens.length, width], data)
}

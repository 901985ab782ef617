/** Inputs that look up how a token is spelled: its outline, its casing class, its beginning and end. */
import { Vocabulary } from '../../encode/vocabulary.js'
import { casingOf, prefixOf, shapeOf, suffixOf } from '../../encode/word-shape.js'
import { countValues, parseVocabularies, RARE } from './collect.js'
import type { InputData, InputKind, InputSettings } from './input-block.js'
import { tableInput } from './table.js'

type Spelling = (text: string) => string

/** One table, looked up by one property of the text. */
function spellingInput(name: string, spellingOf: Spelling): InputKind<{ dim: number }, Vocabulary> {
  const collect = ({ texts }: Pick<InputData, 'texts'>) =>
    Vocabulary.fromCounts(
      countValues(texts, text => [spellingOf(text)]),
      RARE,
    )
  return {
    collect: (_, data) => collect(data),
    extend: (_, vocabulary, data) => vocabulary.extended(collect(data).words()),
    parse: (_, json, where) => Vocabulary.fromJSON(json, where),
    create: ({ dim }, vocabulary) => [
      tableInput({
        name: `input.${name}`,
        dim,
        size: vocabulary.size,
        idOf: text => vocabulary.id(spellingOf(text)),
      }),
    ],
  }
}

export const SHAPE = spellingInput('shape', shapeOf)
export const CASING = spellingInput('casing', casingOf)

/** By name: `prefix2`, `suffix3` … */
function affixesOf({ lengths }: InputSettings<'affixes'>): [string, Spelling][] {
  return lengths.flatMap((length): [string, Spelling][] => [
    [`prefix${length}`, text => prefixOf(text, length)],
    [`suffix${length}`, text => suffixOf(text, length)],
  ])
}

/** A table for each beginning and each end of one length. */
export const AFFIXES: InputKind<InputSettings<'affixes'>, Readonly<Record<string, Vocabulary>>> = {
  collect: (settings, data) =>
    Object.fromEntries(
      affixesOf(settings).map(([name, affixOf]) => [
        name,
        spellingInput(name, affixOf).collect(settings, data),
      ]),
    ),
  parse: (settings, json, where) =>
    parseVocabularies(
      json,
      affixesOf(settings).map(([name]) => name),
      where,
    ),
  extend: (settings, vocabularies, data) =>
    Object.fromEntries(
      affixesOf(settings).map(([name, affixOf]) => [
        name,
        spellingInput(name, affixOf).extend(settings, vocabularies[name], data),
      ]),
    ),
  create: (settings, vocabularies) =>
    affixesOf(settings).flatMap(([name, affixOf]) =>
      spellingInput(name, affixOf).create(settings, vocabularies[name]),
    ),
}

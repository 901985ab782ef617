/** Inputs that look up a further column of the corpus, such as a part of speech: a table for each column. */
import { option, say, setting, verb } from '../../base/fault.js'
import { EncodeError } from '../../encode/encode-error.js'
import { Counter, Vocabulary } from '../../encode/vocabulary.js'
import { isTag } from '../../tags/scheme.js'
import { parseVocabularies, RARE } from './collect.js'
import type { InputData, InputKind, InputSettings } from './input-block.js'
import type { SentenceInput } from './sentence.js'
import { tableInput } from './table.js'

export const COLUMNS: InputKind<InputSettings<'columns'>, Readonly<Record<string, Vocabulary>>> = {
  collect,
  extend: (settings, vocabularies, data) =>
    Object.fromEntries(
      Object.entries(collect(settings, data)).map(([key, own]) => [
        key,
        vocabularies[key].extended(own.words()),
      ]),
    ),
  parse: (settings, json, where) =>
    parseVocabularies(
      json,
      settings.map(({ column }) => columnKey(column)),
      where,
    ),
  create: (settings, vocabularies) =>
    settings.map(({ column, dim }) => {
      const key = columnKey(column)
      const vocabulary = vocabularies[key]
      return tableInput({
        name: `input.column.${key}`,
        dim,
        size: vocabulary.size,
        valuesOf: sentence => columnOf(sentence, column),
        idOf: (_, value) => vocabulary.id(value),
      })
    }),
}

function collect(settings: InputSettings<'columns'>, { sentences }: Pick<InputData, 'sentences'>) {
  return Object.fromEntries(
    settings.map(({ column }) => {
      const values = new Counter()
      for (const sentence of sentences) for (const value of columnOf(sentence, column)) values.add(value)
      return [columnKey(column), Vocabulary.fromCounts(values.counts, RARE)]
    }),
  )
}

/** What a column is called: `pos`, or `column2` for a number, as readers call columns without a header. */
export function columnKey(column: string | number): string {
  return typeof column === 'number' ? `column${column}` : column
}

/** So many values that a tagger has never seen are no chance. */
const MANY = 20

/**
 * Refuses sentences whose column holds other things than the tagger was trained with: none of its values known, or the
 * tags of entities where the tagger expects something else. A file without the column has its next one in that place.
 * @throws EncodeError `encode/column` so, and for a sentence without the column
 */
export function checkColumnValues(
  settings: InputSettings<'columns'>,
  vocabularies: Readonly<Record<string, Vocabulary>>,
  sentences: readonly SentenceInput[],
): void {
  for (const { column } of settings) {
    const values = new Counter()
    for (const sentence of sentences) for (const value of columnOf(sentence, column)) values.add(value)
    const vocabulary = vocabularies[columnKey(column)]
    const found = [...values.counts.keys()]
    // Some columns have an O of their own.
    const marks = found.filter(value => value !== 'O')
    const areTags =
      found.every(isTag) && (marks.length > 0 ? marks : found).every(tag => !vocabulary.has(tag))
    const total = [...values.counts.values()].reduce((sum, count) => sum + count, 0)
    const areStrange = total >= MANY && !found.some(value => vocabulary.has(value))
    if (found.length === 0 || !(areTags || areStrange)) continue
    const some = found.slice(0, 5).map(value => JSON.stringify(value))
    const kind = areTags ? 'tags' : `${total} values that it never saw`
    throw new EncodeError('encode/column', {
      where: `column ${JSON.stringify(column)}`,
      expected: 'the values that the tagger was trained with',
      got: `${kind} (${some.join(', ')}${found.length > some.length ? ' …' : ''})`,
      remedy: say`give a file that has the column in the same place as the training corpus, or train without it in ${setting('input.columns')}`,
    })
  }
}

/**
 * @param column its name, or its number from 1 in files without a header; else the column whose header is that number
 * @returns one value per token
 * @throws EncodeError `encode/column` for a sentence without the column
 */
function columnOf({ tokens, columns = {} }: SentenceInput, column: string | number): readonly string[] {
  // A number may itself be a header, such as 2 in `word,1,2,tag`.
  const key = [columnKey(column), String(column)].find(name => Object.hasOwn(columns, name))
  const values = key === undefined ? undefined : columns[key]
  if (values?.length === tokens.length) return values
  const names = Object.keys(columns)
  throw new EncodeError('encode/column', {
    where: `column ${JSON.stringify(column)}`,
    expected: `a value for each of ${tokens.length} tokens, since the tagger reads this column`,
    got: values
      ? `${values.length}`
      : names.length > 0
        ? `the columns ${names.map(name => JSON.stringify(name)).join(', ')}`
        : 'tokens alone',
    remedy: say`give tokens that have it, such as a file for ${verb('predict', [], [option('tokens')])}; or train without it in ${setting('input.columns')}`,
  })
}

/**
 * What a token's text alone does not tell: the further columns of its corpus, and whether it stands in a name of a
 * gazetteer. Each gives one value a token, worked out sentence by sentence.
 */
import { EncodeError } from '../../encode/encode-error.js'
import type { Gazetteer } from '../../encode/gazetteer.js'

/** Tokens with what a corpus says of them besides. */
export interface SentenceInput {
  readonly tokens: readonly string[]
  /** Further columns by name (`pos`, `column2` …), each as long as `tokens`. */
  readonly columns?: Readonly<Record<string, readonly string[]>>
}

/** A sentence to be tagged: its tokens, alone or with further columns. */
export type TokenSentence = readonly string[] | SentenceInput

export interface SentenceFeature {
  /** @returns a value a token */
  readonly valuesOf: (sentence: SentenceInput) => readonly string[]
}

export function toSentence(sentence: TokenSentence): SentenceInput {
  return 'tokens' in sentence ? sentence : { tokens: sentence }
}

export function tokensOf(sentence: TokenSentence): readonly string[] {
  return 'tokens' in sentence ? sentence.tokens : sentence
}

/** What a column is called: `pos`, or `column2` for a number, as readers call columns without a header. */
export function columnKey(column: string | number): string {
  return typeof column === 'number' ? `column${column}` : column
}

/**
 * @param column its name, or its number from 1 in files without a header; else the column whose header is that number
 * @throws EncodeError `encode/column`, from `valuesOf`, for a sentence without the column
 */
export function columnFeature(column: string | number): SentenceFeature {
  // A number may be a header itself, such as 2 in `word,1,2,tag`.
  const keys = [columnKey(column), String(column)]
  return {
    valuesOf: ({ tokens, columns = {} }) => {
      const key = keys.find(name => Object.hasOwn(columns, name))
      const values = key === undefined ? undefined : columns[key]
      if (values?.length === tokens.length) return values
      const names = Object.keys(columns)
      throw new EncodeError('encode/column', {
        where: 'input.columns',
        expected: `a value of the column ${JSON.stringify(column)} for each of ${tokens.length} tokens`,
        got: values
          ? `${values.length}`
          : names.length > 0
            ? `the columns ${names.map(name => JSON.stringify(name)).join(', ')}`
            : 'tokens alone',
        remedy:
          'give a file that has the column (nerite predict --tokens), for the tagger looks at it; plain text has none',
      })
    },
  }
}

export function gazetteerFeature(gazetteer: Gazetteer): SentenceFeature {
  return { valuesOf: ({ tokens }) => gazetteer.tagsOf(tokens) }
}

/** What is checked of every reading, whatever the format. */

import { option, say } from '../base/fault.js'
import type { Format } from '../base/format-names.js'
import { CorpusError } from './corpus-error.js'
import { FORMAT_OPTIONS } from './format-kind.js'
import { inOwnTokens } from './own-tokens.js'
import type { ReadContext } from './read-context.js'
import type { ReadOptions } from './read-options.js'
import type { Sentence } from './sentence.js'

/**
 * The sentences up to the first fault. All faults are thrown at the end.
 * @param empty what the file has if it has no sentence
 * @throws CorpusError `corpus/rows`, `corpus/empty`
 */
export async function* checkedSentences(
  read: AsyncGenerator<Sentence>,
  options: ReadOptions,
  context: ReadContext,
  empty: string,
): AsyncGenerator<Sentence> {
  let sentences = 0
  for await (const sentence of options.tokens === 'own' ? inOwnTokens(read) : read) {
    sentences++
    if (!context.hasFaults) yield sentence
  }
  context.throwFaults()
  if (sentences > 0) return
  throw new CorpusError('corpus/empty', {
    where: context.at(),
    expected: 'at least one sentence',
    got: empty,
  })
}

/** @param used options that the format uses */
export function noteUnusedOptions(
  format: Format,
  used: readonly (typeof FORMAT_OPTIONS)[number][],
  options: ReadOptions,
  context: ReadContext,
): void {
  for (const name of FORMAT_OPTIONS) {
    const value = options[name]
    // Every format can be read without its tags.
    if (value === undefined || used.includes(name) || (name === 'tagColumn' && value === 'none')) continue
    context.note('unused-option', say`${option(name)} has no effect in format ${format}`)
  }
}

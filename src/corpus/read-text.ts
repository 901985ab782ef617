import { option, say } from '../base/fault.js'
import type { Format } from '../base/format-names.js'
import { plural } from '../base/plural.js'
import { CorpusError } from './corpus-error.js'
import { FORMAT_OPTIONS } from './format-kind.js'
import { FORMAT_KINDS, formatOfName } from './formats.js'
import { guessFormat } from './guess-format.js'
import { isJson } from './jsonl/jsonl-format.js'
import { inOwnTokens } from './own-tokens.js'
import { ReadContext } from './read-context.js'
import type { ReadOptions } from './read-options.js'
import type { Sentence } from './sentence.js'
import { type LineBlock, peekBlock, splitLines, withoutReturns } from './split-lines.js'

/**
 * Reads a corpus from text in pieces, sentence by sentence, in memory that does not grow with the text. Faults of single
 * rows are collected and thrown together at the end (or passed to `onFault`). After the first one, no more sentences
 * come.
 * @param source the file's name, for messages. The format may be guessed from it.
 * @throws CorpusError `corpus/rows`, `corpus/format`, `corpus/columns`, `corpus/options`, `corpus/empty`
 *
 * @example
 * for await (const { tokens, tags } of readText(['Ada B-PER\nwrote O\n'], 'a.conll')) console.log(tokens, tags)
 */
export async function* readText(
  pieces: AsyncIterable<string> | Iterable<string>,
  source: string,
  options: ReadOptions & { readonly onFormat?: (format: Format) => void } = {},
): AsyncGenerator<Sentence> {
  const context = new ReadContext(source, options)
  const lines = splitLines(pieces)
  try {
    const { head, all } = await peekBlock(lines)
    refuseBareReturns(head, source, options.format)
    const format = options.format ?? guessFormat(source, withoutReturns(head))
    noteUnusedOptions(format, options, context)
    if (options.format === undefined && isWorthANote(format, source))
      context.note('format-found', `its content shows that it is ${FORMAT_KINDS[format].title}`)
    options.onFormat?.(format)
    let sentences = 0
    const read = FORMAT_KINDS[format].read(all, options, context)
    for await (const sentence of options.tokens === 'own' ? inOwnTokens(read) : read) {
      sentences++
      if (!context.hasFaults) yield sentence
    }
    context.throwFaults()
    if (sentences > 0) return
    throw new CorpusError('corpus/empty', {
      where: context.at(),
      expected: 'at least one sentence',
      got: head.length === 0 ? 'an empty file' : `${head.length} ${plural(head.length, 'line')} without one`,
    })
  } finally {
    // Closes the file, also if the format was not recognized or the caller stopped early.
    await lines.return(undefined)
  }
}

/** Formats that need no name: what they are is seen in any editor. */
const PLAIN: readonly Format[] = ['conll', 'csv', 'jsonl', 'markup']

/** Whether the content, and not the name, shows that a file is of some tool. */
function isWorthANote(format: Format, source: string): boolean {
  return !PLAIN.includes(format) && formatOfName(source) !== format
}

function noteUnusedOptions(format: Format, options: ReadOptions, context: ReadContext): void {
  const { options: used } = FORMAT_KINDS[format]
  for (const name of FORMAT_OPTIONS) {
    const value = options[name]
    // Every format can be read without its tags.
    if (value === undefined || used.includes(name) || (name === 'tagColumn' && value === 'none')) continue
    context.note('unused-option', say`${option(name)} has no effect in format ${format}`)
  }
}

/** Lines that end with CR alone, as on the first Macintoshes, would be read as one line. */
function refuseBareReturns(head: LineBlock, source: string, chosen: Format | undefined): void {
  if (head.length !== 1) return
  const named = chosen ?? formatOfName(source)
  // CR may be white space in JSON, or text in a quoted field of CSV.
  if (named === undefined ? isJson(head[0]) : isJsonKind(named)) return
  if (!/\r[^\r]/.test(head[0].replace(/"[^"]*"/g, ''))) return
  throw new CorpusError('corpus/format', {
    code: 'line-ends',
    where: { file: source },
    expected: 'lines that end with LF or CR LF',
    got: 'lines that end with CR alone',
    remedy: 'convert the line ends',
  })
}

function isJsonKind(format: Format): boolean {
  return format === 'jsonl' || FORMAT_KINDS[format].within === 'jsonl'
}

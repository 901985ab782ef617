import type { Format } from '../base/format-names.js'
import { plural } from '../base/plural.js'
import { checkedSentences, noteUnusedOptions } from './checked-sentences.js'
import { CorpusError } from './corpus-error.js'
import { FORMAT_KINDS, formatOfName } from './formats.js'
import { guessFormat } from './guess-format.js'
import { isJson } from './jsonl/jsonl-format.js'
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
    noteUnusedOptions(format, FORMAT_KINDS[format].options, options, context)
    if (options.format === undefined && isWorthANote(format, source))
      context.note('format-found', `its content shows that it is ${FORMAT_KINDS[format].title}`)
    options.onFormat?.(format)
    const got =
      head.length === 0 ? 'an empty file' : `${head.length} ${plural(head.length, 'line')} without one`
    yield* checkedSentences(FORMAT_KINDS[format].read(all, options, context), options, context, got)
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

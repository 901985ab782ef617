import type { Fault } from '../base/errors.js'
import { readConll } from './conll/read-conll.js'
import { CorpusError, FaultCollector } from './corpus-error.js'
import { readCsv } from './csv/read-csv.js'
import { type Format, formatOfName } from './format.js'
import { guessFormat, isJson } from './guess-format.js'
import { readJsonl } from './jsonl/read-jsonl.js'
import { readMarkup } from './markup/read-markup.js'
import type { ReadContext, ReadOptions } from './read-options.js'
import type { Sentence } from './sentence.js'
import {
  type LineBlock,
  type LinePart,
  peekBlock,
  splitLines,
  wholeLines,
  withoutReturns,
} from './split-lines.js'
import { unusedOptions } from './unused-options.js'

type Reader = (
  blocks: AsyncIterable<LineBlock | LinePart>,
  options: ReadOptions,
  context: ReadContext,
) => AsyncGenerator<Sentence>

const READERS: Readonly<Record<Format, Reader>> = {
  conll: (blocks, options, context) => readConll(stripped(blocks, context), options, context),
  csv: (blocks, options, context) => readCsv(wholeLines(blocks, context.source), options, context),
  jsonl: readJsonl,
  markup: (blocks, options, context) => readMarkup(stripped(blocks, context), options, context),
}

async function* stripped(
  blocks: AsyncIterable<LineBlock | LinePart>,
  { source }: ReadContext,
): AsyncGenerator<LineBlock> {
  for await (const block of wholeLines(blocks, source)) yield withoutReturns(block)
}

/**
 * Reads a corpus from text in pieces, sentence by sentence, in memory that does not grow with the text.
 * Faults of single rows are collected and thrown together at the end (or given to `onFault`); after the first one no
 * more sentences come.
 * @param source the file's name: the format may be guessed from it, and messages begin with it
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
  const faults = new FaultCollector(source)
  const context: ReadContext = {
    source,
    fault: options.onFault ?? ((fault: Fault) => faults.add(fault)),
    note: options.onNote ?? (() => {}),
  }
  const lines = splitLines(pieces)
  try {
    const { head, all } = await peekBlock(lines)
    refuseBareReturns(head, source, options.format)
    const format = options.format ?? guessFormat(source, withoutReturns(head))
    for (const flag of unusedOptions(format, options)) context.note(`${flag} means nothing in ${format}`)
    options.onFormat?.(format)
    let sentences = 0
    for await (const sentence of READERS[format](all, options, context)) {
      sentences++
      if (faults.count === 0) yield sentence
    }
    faults.throwIfAny()
    if (sentences > 0) return
    throw new CorpusError('corpus/empty', {
      where: source,
      expected: 'at least one sentence',
      got: head.length === 0 ? 'an empty file' : `${head.length} lines without one`,
    })
  } finally {
    // Closes the file, also where the format could not be told or the caller stopped early.
    await lines.return(undefined)
  }
}

/** Lines that end with CR alone, as on the first Macintoshes, would all be read as one. */
function refuseBareReturns(head: LineBlock, source: string, chosen: Format | undefined): void {
  if (head.length !== 1) return
  const named = chosen ?? formatOfName(source)
  // White space in JSON, and text in a quoted field of CSV.
  if (named === undefined ? isJson(head[0]) : named === 'jsonl') return
  if (!/\r[^\r]/.test(head[0].replace(/"[^"]*"/g, ''))) return
  throw new CorpusError('corpus/format', {
    where: source,
    expected: 'lines that end with LF or CR LF',
    got: 'lines that end with CR alone',
    remedy: 'convert the line ends',
  })
}

import { CorpusError } from './corpus-error.js'

/** Consecutive lines of a file, without their line ends. */
export type LineBlock = readonly string[]

/** A part of a line that is too long to be kept in memory. The next block continues it. */
export interface LinePart {
  readonly part: string
}

/** The first block has at least this many characters (if the file does), so that there is enough to guess from. */
const HEAD = 1 << 16
/** A corpus has no longer lines, and memory would grow with them. */
const LONGEST_LINE = 1 << 26

/** Text in pieces without a byte order mark at its very start. U+FEFF elsewhere is text. */
export async function* withoutByteOrderMark(
  pieces: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<string> {
  let first = true
  for await (const piece of pieces) {
    yield first && piece.startsWith('\uFEFF') ? piece.slice(1) : piece
    if (piece !== '') first = false
  }
}

/**
 * Splits text in pieces into lines, in blocks. Only LF ends a line: U+0085, U+2028 and similar characters may be part of a token.
 * A CR before LF is kept (see `withoutReturns`), since it may be part of a quoted field. A byte order mark at the start
 * is dropped. Text of more than 67 million characters without a line end becomes a `LinePart`.
 */
export async function* splitLines(
  pieces: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<LineBlock | LinePart> {
  let rest = ''
  let first = true
  let hasEnd = false
  for await (const piece of withoutByteOrderMark(pieces)) {
    rest = rest === '' ? piece : rest + piece
    hasEnd ||= piece.indexOf('\n') >= 0
    if (hasEnd && (!first || rest.length >= HEAD)) {
      const end = rest.lastIndexOf('\n')
      yield rest.slice(0, end).split('\n')
      rest = rest.slice(end + 1)
      first = false
      hasEnd = false
    }
    if (rest.length > LONGEST_LINE) {
      yield { part: rest }
      rest = ''
      first = false
    }
  }
  if (rest !== '') yield (rest.endsWith('\n') ? rest.slice(0, -1) : rest).split('\n')
}

/** The blocks of a format that needs whole lines. @throws CorpusError `corpus/format` for a part of a line */
export async function* wholeLines(
  blocks: AsyncIterable<LineBlock | LinePart>,
  source: string,
): AsyncGenerator<LineBlock> {
  for await (const block of blocks)
    if ('part' in block) refuseLongLine(block.part, source)
    else yield block
}

export function refuseLongLine(line: string, source: string): never {
  throw new CorpusError('corpus/format', {
    code: 'long-line',
    where: { file: source },
    expected: `lines of at most ${LONGEST_LINE} characters`,
    got: `a longer one that begins with ${JSON.stringify(line.slice(0, 40))}`,
    remedy: 'split the file into lines, with one token or one record per line',
  })
}

/** The lines without the CR of a CR LF. */
export function withoutReturns(lines: LineBlock): LineBlock {
  return lines.some(line => line.endsWith('\r')) ? lines.map(withoutReturn) : lines
}

export function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

/** Blocks of lines without the CR of a CR LF. */
export async function* withoutReturnsIn(blocks: AsyncIterable<LineBlock>): AsyncGenerator<LineBlock> {
  for await (const block of blocks) yield withoutReturns(block)
}

/** The first block, and all blocks from the start. */
export async function peekBlock(
  blocks: AsyncGenerator<LineBlock | LinePart>,
): Promise<{ head: LineBlock; all: AsyncGenerator<LineBlock | LinePart> }> {
  const first = await blocks.next()
  async function* again() {
    if (!first.done) yield first.value
    yield* blocks
  }
  const head = first.done ? [] : 'part' in first.value ? [first.value.part] : first.value
  return { head, all: again() }
}

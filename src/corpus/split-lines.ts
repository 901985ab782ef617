import { withoutByteOrderMark } from './byte-order-mark.js'
import { CorpusError } from './corpus-error.js'

/** Lines that follow one another in a file, without their ends. */
export type LineBlock = readonly string[]

/** A part of a line that is too long to be held; the next block goes on with what follows it. */
export interface LinePart {
  readonly part: string
}

/** The first block holds at least this many characters where the file does, so that it can be guessed from. */
const HEAD = 1 << 16
/** A longer line is no line of a corpus, and memory would grow with it. */
const LONGEST_LINE = 1 << 26

/**
 * Text in pieces to lines in blocks. Lines end with LF and with nothing else: U+0085, U+2028 and the like stand inside
 * tokens. A CR before it is kept (see `withoutReturns`), since a quoted field may hold one. A last line without an end
 * counts; nothing after the last end does not. A byte order mark at the start is left out. Where more than 67 million
 * characters of pieces hold no line's end, they are a part of a line.
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

/** The blocks of a format that needs whole lines. @throws CorpusError `corpus/format` for a part of one */
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
    where: source,
    expected: `lines of at most ${LONGEST_LINE} characters`,
    got: `a longer one that begins ${JSON.stringify(line.slice(0, 40))}`,
    remedy: 'break the file into lines, a token or a record each',
  })
}

/** The lines without the CR of a CR LF. */
export function withoutReturns(lines: LineBlock): LineBlock {
  return lines.some(line => line.endsWith('\r')) ? lines.map(withoutReturn) : lines
}

export function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

/** The first block, and all blocks again from the start. */
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

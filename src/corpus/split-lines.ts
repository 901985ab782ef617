import { withoutByteOrderMark } from './byte-order-mark.js'
import { CorpusError } from './corpus-error.js'

/** Lines that follow one another in a file, without their ends. */
export type LineBlock = readonly string[]

/** The first block holds at least this many characters where the file does, so that it can be guessed from. */
const HEAD = 1 << 16
/** A longer line is no line of a corpus, and memory would grow with it. */
const LONGEST_LINE = 1 << 26

/**
 * Text in pieces to lines in blocks. Lines end with LF and with nothing else: U+0085, U+2028 and the like stand inside
 * tokens. A CR before it is kept (see `withoutReturns`), since a quoted field may hold one. A last line without an end
 * counts; nothing after the last end does not. A byte order mark at the start is left out.
 * @throws CorpusError `corpus/format` where more than 67 million characters of pieces hold no line's end
 */
export async function* splitLines(
  pieces: AsyncIterable<string> | Iterable<string>,
  source: string,
): AsyncGenerator<LineBlock> {
  let rest = ''
  let first = true
  for await (const piece of withoutByteOrderMark(pieces)) {
    rest = rest === '' ? piece : rest + piece
    if ((!first || rest.length >= HEAD) && piece.indexOf('\n') >= 0) {
      const end = rest.lastIndexOf('\n')
      yield rest.slice(0, end).split('\n')
      rest = rest.slice(end + 1)
      first = false
    }
    if (rest.length > LONGEST_LINE) refuseLongLine(rest, source)
  }
  if (rest !== '') yield (rest.endsWith('\n') ? rest.slice(0, -1) : rest).split('\n')
}

function refuseLongLine(line: string, source: string): never {
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
  blocks: AsyncGenerator<LineBlock>,
): Promise<{ head: LineBlock; all: AsyncGenerator<LineBlock> }> {
  const first = await blocks.next()
  async function* again() {
    if (!first.done) yield first.value
    yield* blocks
  }
  return { head: first.done ? [] : first.value, all: again() }
}

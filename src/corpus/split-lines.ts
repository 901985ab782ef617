/** Lines that follow one another in a file, without their ends. */
export type LineBlock = readonly string[]

/** The first block holds at least this many characters where the file does, so that it can be guessed from. */
const HEAD = 1 << 16
/** A longer line is no line of a corpus, and would grow without bound. */
const LONGEST_LINE = 1 << 28

/**
 * Text in pieces to lines in blocks. Lines end with LF and with nothing else: U+0085, U+2028 and the like stand inside
 * tokens. A CR before it is kept (see `withoutReturns`), since a quoted field may hold one. A last line without an end
 * counts; nothing after the last end does not.
 */
export async function* splitLines(
  pieces: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<LineBlock> {
  let rest = ''
  let first = true
  for await (const piece of pieces) {
    rest = rest === '' ? piece : rest + piece
    if (first && rest.length < HEAD) continue
    if (piece.indexOf('\n') < 0 && rest.length < LONGEST_LINE) continue
    const end = rest.lastIndexOf('\n')
    if (end < 0) throw new RangeError(`a line of more than ${LONGEST_LINE} characters`)
    yield rest.slice(0, end).split('\n')
    rest = rest.slice(end + 1)
    first = false
  }
  if (rest === '') return
  yield (rest.endsWith('\n') ? rest.slice(0, -1) : rest).split('\n')
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
  const head = first.done ? [] : first.value
  async function* again() {
    try {
      if (!first.done) yield first.value
      yield* blocks
    } finally {
      await blocks.return(undefined)
    }
  }
  return { head, all: again() }
}

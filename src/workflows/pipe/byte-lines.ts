/** A line of a file of bytes, without its end; `undefined` for one that is longer than asked for. */
export type ByteLine = Uint8Array | undefined

const LINE_FEED = 10

/**
 * Splits bytes at line feeds and at nothing else. An empty line is a line; what follows the last line feed is one if it
 * is not empty. A line that is too long is read over without being kept.
 *
 * @param most bytes of a line
 */
export async function* byteLines(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  most: number,
): AsyncGenerator<ByteLine> {
  let parts: Uint8Array[] = []
  let length = 0
  const add = (part: Uint8Array) => {
    length += part.length
    if (length > most) parts = []
    else if (part.length > 0) parts.push(part)
  }
  const line = (): ByteLine => {
    const whole = length > most ? undefined : joined(parts, length)
    parts = []
    length = 0
    return whole
  }
  for await (const piece of pieces) {
    let start = 0
    for (let end = piece.indexOf(LINE_FEED); end >= 0; end = piece.indexOf(LINE_FEED, start)) {
      add(piece.subarray(start, end))
      yield line()
      start = end + 1
    }
    add(piece.subarray(start))
  }
  if (length > 0) yield line()
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0]
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

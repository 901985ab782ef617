/** Text in pieces without a byte order mark at its very start; U+FEFF elsewhere is text. */
export async function* withoutByteOrderMark(
  pieces: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<string> {
  let first = true
  for await (const piece of pieces) {
    yield first && piece.startsWith('\uFEFF') ? piece.slice(1) : piece
    if (piece !== '') first = false
  }
}

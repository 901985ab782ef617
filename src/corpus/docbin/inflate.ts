/**
 * Decompresses a zlib stream up to a limit. It is unpacked twice, so that no memory is needed besides that of the result, and none
 * for a stream that is larger.
 * @throws RangeError beyond the limit
 */
export async function inflate(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  let length = 0
  for await (const chunk of inflated(bytes)) {
    length += chunk.length
    if (length > limit) throw new RangeError(`more than ${limit} bytes`)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for await (const chunk of inflated(bytes)) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

/** Whether a stream that is cut off begins with the map of a `DocBin`, whose first key is its version. */
export async function beginsAsDocBin(first: Uint8Array): Promise<boolean> {
  try {
    for await (const chunk of inflated(first)) {
      // A map of up to 15 entries, and a string of seven bytes.
      if (chunk.length < 9) continue
      return (chunk[0] & 0xf0) === 0x80 && new TextDecoder().decode(chunk.subarray(2, 9)) === 'version'
    }
  } catch {
    // The rest of the stream is missing.
  }
  return false
}

async function* inflated(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const stream = new DecompressionStream('deflate')
  const writer = stream.writable.getWriter()
  const reader = stream.readable.getReader()
  // Faults come out of the reader too.
  const fed = feed(writer, bytes).catch(() => {})
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      yield value
    }
    await fed
  } finally {
    await reader.cancel().catch(() => {})
  }
}

/** A piece may be a thousand times as large when unpacked. */
const PIECE = 1 << 12

/** In pieces, so that a stream which grows beyond measure is stopped early. */
async function feed(writer: WritableStreamDefaultWriter<BufferSource>, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += PIECE)
    await writer.write(new Uint8Array(bytes.subarray(at, at + PIECE)))
  await writer.close()
}

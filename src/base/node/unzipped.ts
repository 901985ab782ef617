import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

/**
 * A file's bytes in pieces, decompressed if it is compressed with gzip, whatever it is called. The system's and zlib's
 * errors pass through (`Z_DATA_ERROR`, `Z_BUF_ERROR`).
 */
export async function* unzipped(path: string, chunkBytes = 2 ** 18): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: chunkBytes })
  try {
    yield* unzippedStream(file[Symbol.asyncIterator]() as AsyncGenerator<Buffer>, path.endsWith('.gz'))
  } finally {
    file.destroy()
  }
}

/** As `unzipped`, of bytes that come in pieces. @param isCompressed `true` if it must be; default: by its first bytes */
export async function* unzippedStream(
  source: AsyncGenerator<Buffer>,
  isCompressed = false,
): AsyncGenerator<Buffer> {
  const { head, all } = await peek(source, 2)
  if (!isCompressed && !(head[0] === 0x1f && head[1] === 0x8b)) {
    yield* all
    return
  }
  const gunzip = createGunzip()
  Readable.from(all)
    .on('error', error => gunzip.destroy(error))
    .pipe(gunzip)
  yield* gunzip
}

/** The beginning of a stream, and the whole stream. */
export async function peek(source: AsyncGenerator<Buffer>, bytes: number) {
  const chunks: Buffer[] = []
  let length = 0
  while (length < bytes) {
    const next = await source.next()
    if (next.done) break
    chunks.push(next.value)
    length += next.value.length
  }
  async function* all() {
    yield* chunks.splice(0)
    yield* source
  }
  return { head: Buffer.concat(chunks), all: all() }
}

import { decompress } from 'fzstd'
import { compressors } from 'hyparquet-compressors'
import { MOST_IN_PAGE } from './check-page.js'

/** Decompressors that make no more than a page declares, which is not too much. */
export const pageCompressors: Readonly<
  Record<string, ((input: Uint8Array, length: number) => Uint8Array) | undefined>
> = Object.fromEntries(
  Object.entries({
    ...compressors,
    // The library's own makes as much as the compressed data say.
    ZSTD: (input: Uint8Array, length: number) => decompress(input, new Uint8Array(length)),
  }).map(([codec, unpack]) => [
    codec,
    (input: Uint8Array, length: number) => {
      if (length > MOST_IN_PAGE) throw new RangeError('a page that is too large')
      return unpack(input, length)
    },
  ]),
)

import type { ByteForm } from '../byte-form.js'

/** Reads and writes a `DocBin`. What it needs is loaded when such a file is read or written. */
export const docbinBytes: ByteForm = {
  fits: async first => {
    // A zlib stream: deflate, with a check sum of the header.
    if (first.length < 8 || (first[0] & 0x0f) !== 8 || ((first[0] << 8) | first[1]) % 31 !== 0) return false
    const { beginsAsDocBin } = await import('./inflate.js')
    return beginsAsDocBin(first)
  },
  read: async function* (source, options, context) {
    const { readDocBin } = await import('./read-docbin.js')
    yield* readDocBin(source, options, context)
  },
  write: async () => (await import('./write-docbin.js')).docbinWriter(),
}

import { byteFormat } from '../format-kind.js'

/** `DocBin` of spaCy: zlib around MessagePack. Loaded when such a file is read or written. */
export const docbinFormat = byteFormat({
  title: "spaCy's DocBin",
  extensions: ['spacy'],
  options: [],
  bytes: {
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
  },
})

import { byteFormat } from '../format-kind.js'

/** `DocBin` of spaCy: zlib around MessagePack. */
export const docbinFormat = byteFormat({
  title: "spaCy's DocBin",
  extensions: ['spacy'],
  options: [],
  bytes: 'written',
})

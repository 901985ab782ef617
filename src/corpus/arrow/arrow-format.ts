import { byteFormat } from '../format-kind.js'

/** Arrow's streams, as Hugging Face's `save_to_disk` writes them, and files. */
export const arrowFormat = byteFormat({
  title: 'an Arrow file',
  extensions: ['arrow'],
  options: ['tagColumn', 'tokenColumn', 'offsets', 'labels'],
  bytes: 'read',
})

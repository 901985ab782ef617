import { byteFormat } from '../format-kind.js'

/** Arrow's streams, as Hugging Face's `save_to_disk` writes them, and files. Loaded when one is read. */
export const arrowFormat = byteFormat({
  title: 'an Arrow file',
  extensions: ['arrow'],
  options: ['tagColumn', 'tokenColumn', 'offsets', 'labels'],
  bytes: {
    fits: first => {
      const view = new DataView(first.buffer, first.byteOffset, first.byteLength)
      const isFile = String.fromCharCode(...first.subarray(0, 6)) === 'ARROW1'
      return isFile || (first.length >= 8 && view.getInt32(0, true) === -1 && view.getInt32(4, true) > 0)
    },
    read: async function* (source, options, context) {
      const { readArrow } = await import('./read-arrow.js')
      yield* readArrow(source, options, context)
    },
  },
})

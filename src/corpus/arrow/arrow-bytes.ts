import type { ByteForm } from '../byte-form.js'

/** Reads Arrow. What it needs is loaded when such a file is read or written. */
export const arrowBytes: ByteForm = {
  fits: first => {
    const view = new DataView(first.buffer, first.byteOffset, first.byteLength)
    const isFile = String.fromCharCode(...first.subarray(0, 6)) === 'ARROW1'
    return isFile || (first.length >= 8 && view.getInt32(0, true) === -1 && view.getInt32(4, true) > 0)
  },
  read: async function* (source, options, context) {
    const { readArrow } = await import('./read-arrow.js')
    yield* readArrow(source, options, context)
  },
}

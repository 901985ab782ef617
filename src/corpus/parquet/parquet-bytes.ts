import type { ByteForm } from '../byte-form.js'

/** Reads and writes Parquet. What it needs is loaded when such a file is read or written. */
export const parquetBytes: ByteForm = {
  fits: first => String.fromCharCode(...first.subarray(0, 4)) === 'PAR1',
  read: async function* (source, options, context) {
    const { readParquet } = await import('./read-parquet.js')
    yield* readParquet(source, options, context)
  },
  write: async () => (await import('./write-parquet.js')).parquetWriter(),
}

import { byteFormat } from '../format-kind.js'

/** Parquet, as Hugging Face's `datasets` and pandas write it. Loaded when such a file is read or written. */
export const parquetFormat = byteFormat({
  title: 'a Parquet file',
  extensions: ['parquet'],
  options: ['tagColumn', 'tokenColumn', 'offsets', 'labels'],
  bytes: {
    fits: first => String.fromCharCode(...first.subarray(0, 4)) === 'PAR1',
    read: async function* (source, options, context) {
      const { readParquet } = await import('./read-parquet.js')
      yield* readParquet(source, options, context)
    },
    write: async () => (await import('./write-parquet.js')).parquetWriter(),
  },
})

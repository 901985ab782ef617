import { byteFormat } from '../format-kind.js'

/** Parquet, as Hugging Face's `datasets` and pandas write it. */
export const parquetFormat = byteFormat({
  title: 'a Parquet file',
  extensions: ['parquet'],
  options: ['tagColumn', 'tokenColumn', 'offsets', 'labels'],
  bytes: 'written',
})

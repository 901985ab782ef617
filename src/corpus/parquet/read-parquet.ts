import type { ByteSource } from '../byte-form.js'
import type { ReadContext } from '../read-context.js'
import type { ReadOptions } from '../read-options.js'
import type { Sentence } from '../sentence.js'
import { featureNames } from '../table/features.js'
import { RowReader } from '../table/row-reader.js'
import { openParquet } from './parquet-rows.js'

/** Reads a Parquet file page by page. Each row is a sentence. */
export async function* readParquet(
  source: ByteSource,
  options: ReadOptions,
  context: ReadContext,
): AsyncGenerator<Sentence> {
  const file = await openParquet(source, context)
  const rows = new RowReader(file.columns, featureNames(file.said('huggingface'), context), options, context)
  for await (const row of file.read()) yield* rows.read(row)
  yield* rows.end()
}

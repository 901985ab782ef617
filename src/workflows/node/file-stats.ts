import type { Note } from '../../base/fault.js'
import type { Format } from '../../base/format-names.js'
import type { Encoding } from '../../corpus/decode.js'
import { readSentences } from '../../corpus/node/read-corpus.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import { type CorpusStats, StatsCollector } from '../../corpus/stats/collect-stats.js'

/** A corpus file's statistics, and how it was read. */
export interface FileStats extends CorpusStats {
  readonly file: string
  readonly format: Format
  readonly encoding: Encoding
  readonly notes: readonly Note[]
}

/** Statistics of a corpus file, streaming. @throws CorpusError as the readers do */
export async function fileStats(file: string, reading: ReadOptions = {}): Promise<FileStats> {
  const found: { format: Format; encoding: Encoding } = { format: 'conll', encoding: 'utf-8' }
  const notes: Note[] = []
  const collector = new StatsCollector()
  const sentences = readSentences(file, {
    ...reading,
    columns: false,
    onFormat: format => void (found.format = format),
    onEncoding: encoding => void (found.encoding = encoding),
    onNote: note => {
      notes.push(note)
      reading.onNote?.(note)
    },
  })
  for await (const sentence of sentences) collector.add(sentence)
  return { ...collector.result(), file, ...found, notes }
}

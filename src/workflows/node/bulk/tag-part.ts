import { createHash, type Hash } from 'node:crypto'
import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { InputError } from '../../../base/errors.js'
import { inOrder } from '../../../base/in-order.js'
import { AtomicFile } from '../../../base/node/atomic-file.js'
import type { PooledTagger } from '../../../recognize/node/pool/pooled-tagger.js'
import { mapTypes, type TypeMap } from '../../../tags/type-map.js'
import { type AnswerEntity, type Finding, inUnit, taggingFailure } from '../../pipe/text-record.js'
import { type AnswerFormat, createAnswerWriter } from './answer-writer.js'
import { type BulkDocument, type DocumentOptions, readDocuments } from './documents.js'
import { digestFile } from './file-digest.js'
import type { DonePart, Failure } from './manifest.js'
import { type BulkPart, outputPath } from './parts.js'

/** How documents are tagged and written. */
export interface TaggingOptions extends DocumentOptions, AnswerFormat {
  readonly scores: boolean
  readonly minScore: number
  readonly map: TypeMap
  /** That of the tagger's built-in rules. */
  readonly country?: string
}

/** What has been done so far, for whoever shows it. */
export interface BulkProgress {
  /** Bytes of inputs that have been tagged in this call. */
  bytes: number
  words: number
  documents: number
  errors: number
}

/** Documents that a thread tags in one go: the same ones in every call, so that what is found is the same, too. */
const BATCH = { documents: 64, characters: 30_000 }
/** Characters of texts that are read before their answers are written. */
const AHEAD = 4_000_000
/** What is another number once a file was written to or replaced. */
const CHANGES = ['size', 'mtimeMs', 'ctimeMs', 'ino'] as const
/** Errors of a part that are listed. */
const LISTED = 10

/**
 * Tags one part. Its output appears when it is complete.
 *
 * @param signal ends it early
 * @throws InputError for an input that cannot be read, `bulk/part` for one that changes meanwhile; the signal's reason; the
 *   system's errors
 */
export async function tagPart(
  tagger: PooledTagger,
  part: BulkPart,
  out: string,
  options: TaggingOptions,
  progress: BulkProgress,
  signal: AbortSignal,
): Promise<DonePart> {
  const before = statSync(part.input)
  const input = await digestFile(part.input)
  const path = outputPath(out, part)
  mkdirSync(dirname(path), { recursive: true })
  const file = await AtomicFile.create(path)
  try {
    const writer = createAnswerWriter(options)
    const written = { bytes: 0, hash: createHash('sha256') }
    const counts = { documents: 0, words: 0, entities: 0, errors: 0 }
    const failures: Failure[] = []
    const write = async (content: string | Uint8Array) => {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content
      if (bytes.length === 0) return
      count(written, bytes)
      await file.write(bytes)
    }
    const documents = readDocuments(part, input.bytes, options)
    const start = (batch: readonly BulkDocument[]) => ({
      result: tagged(tagger, batch, options),
      cost: batch.reduce((sum, { record }) => sum + ('text' in record ? record.text.length : 0), 0),
    })
    const most = { items: 2 * tagger.threads + 1, cost: AHEAD }
    for await (const batches of inOrder(batchesOf(documents), start, most)) {
      signal.throwIfAborted()
      const ready: (string | Uint8Array)[] = []
      for (const { document, finding } of batches.flat()) {
        const { record, line, row } = document
        ready.push(writer.write(record, finding))
        const words = 'text' in record ? countWords(record.text) : 0
        counts.documents++
        counts.words += words
        progress.documents++
        progress.words += words
        progress.bytes += document.bytes
        if ('entities' in finding) counts.entities += finding.entities.length
        else {
          counts.errors++
          progress.errors++
          if (failures.length < LISTED)
            failures.push({
              ...(line !== undefined && { line }),
              ...(row !== undefined && { row }),
              error: finding.error,
            })
        }
      }
      for (const content of joinedTexts(ready)) await write(content)
    }
    await write(writer.end())
    const after = statSync(part.input)
    if (CHANGES.some(kind => after[kind] !== before[kind]))
      throw new InputError('bulk/part', {
        where: part.input,
        expected: 'a file that stays as it is while it is tagged',
        got: 'one that was changed',
        remedy: 'run the command again',
      })
    await file.commit()
    const sha256 = written.hash.digest('hex')
    return { output: part.output, input, written: { bytes: written.bytes, sha256 }, ...counts, failures }
  } catch (error) {
    await file.discard()
    throw error
  }
}

function count(written: { bytes: number; hash: Hash }, bytes: Uint8Array): void {
  written.bytes += bytes.length
  written.hash.update(bytes)
}

/** Texts that follow one another as one. */
function joinedTexts(contents: readonly (string | Uint8Array)[]): (string | Uint8Array)[] {
  return contents.every(content => typeof content === 'string') ? [contents.join('')] : [...contents]
}

async function* batchesOf(documents: AsyncIterable<BulkDocument>): AsyncGenerator<BulkDocument[]> {
  let batch: BulkDocument[] = []
  let characters = 0
  for await (const document of documents) {
    batch.push(document)
    characters += 'text' in document.record ? document.record.text.length : 0
    if (batch.length < BATCH.documents && characters < BATCH.characters) continue
    yield batch
    batch = []
    characters = 0
  }
  if (batch.length > 0) yield batch
}

interface Answered {
  readonly document: BulkDocument
  readonly finding: Finding
}

async function tagged(
  tagger: PooledTagger,
  batch: readonly BulkDocument[],
  options: TaggingOptions,
): Promise<Answered[]> {
  const texts = batch.flatMap(({ record }) => ('text' in record ? [record.text] : []))
  const found = await findingsOf(tagger, texts, options)
  let next = 0
  return batch.map(document => {
    const { record } = document
    return { document, finding: 'text' in record ? found[next++] : { error: record.error } }
  })
}

/** A text that cannot be tagged has an error, and those beside it are tagged one by one. */
async function findingsOf(
  tagger: PooledTagger,
  texts: readonly string[],
  options: TaggingOptions,
): Promise<Finding[]> {
  if (texts.length === 0) return []
  try {
    const found = await tagger.tagTogether(texts, { scores: options.scores })
    return found.map((entities, i) => findingOf(texts[i], entities, options))
  } catch (error) {
    // Without threads, all texts would fail.
    if (tagger.threads === 0) throw error
    if (texts.length === 1) return [taggingFailure(error)]
    const findings: Finding[] = []
    for (const text of texts) findings.push(...(await findingsOf(tagger, [text], options)))
    return findings
  }
}

function findingOf(
  text: string,
  found: readonly AnswerEntity[],
  { minScore, map, offsets }: TaggingOptions,
): Finding {
  const sure = minScore > 0 ? found.filter(({ score = 1 }) => score >= minScore) : found
  return { entities: inUnit(text, mapTypes(sure, map), offsets) }
}

/** What stands between spaces. */
function countWords(text: string): number {
  let words = 0
  let isInside = false
  for (let i = 0; i < text.length; i++) {
    const isSpace = text.charCodeAt(i) <= 32
    if (!isSpace && !isInside) words++
    isInside = !isSpace
  }
  return words
}

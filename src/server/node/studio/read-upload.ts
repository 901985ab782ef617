import { writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { parseFormat } from '../../../corpus/formats.js'
import { decodeFile } from '../../../corpus/node/decode-file.js'
import { loadCorpus } from '../../../corpus/node/read-corpus.js'
import { spansOf } from '../../../corpus/sentence-text.js'
import { LabelError } from '../../../label/label-error.js'
import { type DocumentUnit, type NewDocument, toDocuments } from '../../../label/to-documents.js'
import { createTokenizer } from '../../../text/tokenizer.js'

export interface Upload {
  /** Its name on the annotator's machine; only its ending is used. */
  readonly file: string
  readonly bytes: Uint8Array
  /** `text`, `auto`, or a corpus format. */
  readonly format: string
  readonly unit: 'sentence' | 'paragraph' | 'text'
}

export interface ReadUpload {
  readonly documents: readonly NewDocument[]
  /** Types of the labels that it came with, the most frequent first. */
  readonly types: readonly string[]
}

const PLAIN = new Set(['.txt', '.md', '.text', ''])

/**
 * Reads an uploaded file: plain text, or a corpus in any format that is read. It blocks its thread for long.
 * @param folder where the file is written to be read; the caller's to remove
 * @throws CorpusError as `loadCorpus`; LabelError `label/text`
 */
export async function readUpload({ file, bytes, format, unit }: Upload, folder: string): Promise<ReadUpload> {
  const ending = extname(file).toLowerCase()
  // The name comes from a stranger: messages call the file `upload`, with an ending of letters and digits.
  const path = join(folder, `upload${/^\.[a-z0-9]{1,10}$/.test(ending) ? ending : ''}`)
  writeFileSync(path, bytes)
  try {
    if (format === 'text' || (format === 'auto' && PLAIN.has(ending)))
      return { documents: await plainDocuments(path, unit), types: [] }
    const named = format === 'auto' ? {} : { format: parseFormat(format) }
    const { sentences } = await loadCorpus(path, { ...named, columns: false })
    const counts = new Map<string, number>()
    for (const sentence of sentences)
      for (const { type } of spansOf(sentence)) counts.set(type, (counts.get(type) ?? 0) + 1)
    const whole: DocumentUnit = unit === 'sentence' ? 'sentence' : 'text'
    return {
      documents: [...toDocuments(sentences, whole)],
      types: [...counts].sort((a, b) => b[1] - a[1]).map(([type]) => type),
    }
  } catch (error) {
    throw withoutFolder(error, folder)
  }
}

async function plainDocuments(path: string, unit: Upload['unit']): Promise<NewDocument[]> {
  let text = ''
  for await (const piece of decodeFile(path, {})) text += piece
  text = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  if (/[\0\p{Surrogate}]/u.test(text))
    throw new LabelError('label/text', { where: 'the file', expected: 'text', got: 'a NUL character in it' })
  const tokenizer = createTokenizer('characters')
  const documents: NewDocument[] = []
  for (const part of unit === 'paragraph' ? text.split(/\n[^\S\n]*\n\s*/) : [text]) {
    const { sentences } = tokenizer.segment(part)
    if (unit === 'sentence')
      for (const sentence of sentences)
        documents.push({
          text: part.slice(sentence.start, sentence.end),
          offsets: sentence.tokens.map(({ start, end }) => ({
            start: start - sentence.start,
            end: end - sentence.start,
          })),
        })
    else if (sentences.length > 0)
      documents.push({
        text: part,
        offsets: sentences.flatMap(({ tokens }) => tokens.map(({ start, end }) => ({ start, end }))),
      })
  }
  return documents
}

/** Messages name the file as the annotator knows it, not where it lay for a moment. */
function withoutFolder(error: unknown, folder: string): unknown {
  if (!(error instanceof LabelError) && !(error instanceof Error)) return error
  if (!('faults' in error)) return error
  const text = JSON.stringify((error as unknown as { faults: unknown }).faults)
  const cleaned = text.replaceAll(JSON.stringify(`${folder}/`).slice(1, -1), '')
  return new LabelError((error as unknown as { code: string }).code, JSON.parse(cleaned))
}

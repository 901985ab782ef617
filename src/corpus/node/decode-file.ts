import { type FileHandle, open, stat } from 'node:fs/promises'
import { fileFault } from '../../base/place-fault.js'
import { CorpusError } from '../corpus-error.js'
import { createDecoder, type Encoding, InvalidUtf8, InvalidUtf16, markedUtf16 } from '../decode.js'
import { surveyHighBytes } from './survey-encoding.js'

const PIECE = 1 << 18

export interface DecodeOptions {
  readonly encoding?: Encoding
  /** Whether a file that is not UTF-8 may be taken for Windows-1252. Default: yes. */
  readonly guess?: boolean
  readonly onNote?: (note: string) => void
  /** Told the encoding as soon as it is known: at the file's end at the latest. */
  readonly onEncoding?: (encoding: Encoding) => void
}

/**
 * A file's text in pieces. Without an encoding it is read as UTF-16 where it begins with the byte order mark of that, else
 * as strict UTF-8; where that fails and every byte says that
 * the file is in a one-byte Western encoding, it is read as Windows-1252 and `onNote` is told.
 * @throws CorpusError `corpus/file`, `corpus/encoding`
 */
export async function* decodeFile(path: string, options: DecodeOptions): AsyncGenerator<string> {
  const file = await openCorpus(path)
  try {
    let encoding: Encoding = options.encoding ?? 'utf-8'
    let decoder = createDecoder(encoding)
    let first = true
    for await (const bytes of pieces(file)) {
      if (first) {
        const marked = options.encoding === undefined ? markedUtf16(bytes) : undefined
        if (marked !== undefined) {
          encoding = marked
          decoder = createDecoder(marked)
        } else refuseForeign(bytes, path)
        first = false
      }
      try {
        yield decoder.decode(bytes)
      } catch (error) {
        const fault = asInvalidUtf8(error, path)
        encoding = await guessOneByte(path, fault, options)
        decoder = createDecoder(encoding)
        yield decoder.decode(fault.rest)
      }
    }
    try {
      decoder.finish()
    } catch (error) {
      const fault = asInvalidUtf8(error, path)
      encoding = await guessOneByte(path, fault, options)
      yield createDecoder(encoding).decode(fault.rest)
    }
    options.onEncoding?.(encoding)
  } finally {
    await file.close()
  }
}

/** Whole pieces of a file, in one buffer that is used again: copy what you keep. */
async function* pieces(file: FileHandle): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(PIECE)
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, PIECE)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

async function openCorpus(path: string): Promise<FileHandle> {
  try {
    if ((await stat(path)).isDirectory())
      throw new CorpusError('corpus/file', {
        where: path,
        expected: 'a corpus file',
        got: 'a folder',
        remedy: 'name a file in it',
      })
    return await open(path)
  } catch (error) {
    const got = fileFault(error)
    if (got === undefined) throw error
    throw new CorpusError('corpus/file', {
      where: path,
      expected: 'a corpus file',
      got,
      remedy: 'check the path',
    })
  }
}

/** What a decoder threw, if another encoding may help. @throws CorpusError for half a character of UTF-16 */
function asInvalidUtf8(error: unknown, path: string): InvalidUtf8 {
  if (error instanceof InvalidUtf8) return error
  if (!(error instanceof InvalidUtf16)) throw error
  throw new CorpusError('corpus/encoding', {
    where: `${path}:${error.line}`,
    expected: 'UTF-16, as the byte order mark says',
    got: 'half a character',
    remedy: 'save the file again, best as UTF-8',
  })
}

/** Kinds of files that are no text in any encoding offered, by their first bytes. */
const FOREIGN: readonly (readonly [string, string, string])[] = [
  ['fffe0000', 'UTF-32 text', 'save it as UTF-8'],
  ['fffe', 'UTF-16 text', 'give no encoding: its byte order mark says which it is'],
  ['feff', 'UTF-16 text', 'give no encoding: its byte order mark says which it is'],
  ['1f8b', 'a gzip file', 'unpack it first: gunzip'],
  ['504b0304', 'a zip archive (or a spreadsheet)', 'unpack it first, or save the table as CSV'],
  ['25504446', 'a PDF file', 'extract its text first'],
  ['50415231', 'a Parquet file', 'convert it to JSONL first'],
]

function refuseForeign(bytes: Uint8Array, path: string): void {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('hex')
  const found = FOREIGN.find(([magic]) => start.startsWith(magic))
  if (!found && !bytes.subarray(0, 1024).includes(0)) return
  const [, got, remedy] = found ?? ['', 'a binary file (it holds zero bytes)', 'name a text file']
  throw new CorpusError('corpus/encoding', { where: path, expected: 'text', got, remedy })
}

/** Windows-1252 where that is plain, else the error that names the byte. */
async function guessOneByte(path: string, error: InvalidUtf8, options: DecodeOptions): Promise<Encoding> {
  const byte = `0x${error.byte.toString(16).toUpperCase().padStart(2, '0')}`
  if (
    options.encoding === undefined &&
    options.guess !== false &&
    !error.sawMultibyte &&
    (await stat(path)).isFile()
  ) {
    const survey = await surveyHighBytes(path)
    if (survey.isOneByte) {
      options.onNote?.(
        `${path} is not UTF-8 (byte ${byte} on line ${error.line}); none of its ${survey.highBytes} bytes above 0x7F fits ` +
          'UTF-8, so it is read as windows-1252 (--encoding says otherwise)',
      )
      return 'windows-1252'
    }
  }
  throw new CorpusError('corpus/encoding', {
    where: `${path}:${error.line}`,
    expected: 'UTF-8',
    got: `byte ${byte} at offset ${error.offset}`,
    remedy: 'pass --encoding windows-1252 (or latin1) if the file is in that encoding, or mend the byte',
  })
}

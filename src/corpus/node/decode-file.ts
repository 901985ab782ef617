import { type FileHandle, open, stat } from 'node:fs/promises'
import { type Note, option, say } from '../../base/fault.js'
import { fileFault } from '../../base/place-fault.js'
import { CorpusError } from '../corpus-error.js'
import { createDecoder, type Encoding, InvalidUtf8, InvalidUtf16, markedUtf16 } from '../decode.js'
import { likelyEncoding } from '../likely-encoding.js'
import { surveyHighBytes } from './survey-encoding.js'

const PIECE = 1 << 18
/** Enough bytes to tell an encoding by. */
const SAMPLE = 1 << 14

export interface DecodeOptions {
  readonly encoding?: Encoding
  /** Whether a file that is not UTF-8 may be read as Windows-1252. Default: yes. */
  readonly guess?: boolean
  readonly onNote?: (note: Note) => void
  /** Receives the encoding when it is known, at the end of the file at the latest. */
  readonly onEncoding?: (encoding: Encoding) => void
}

/**
 * A file's text in pieces. Without an encoding it is read as UTF-16 if it begins with that byte order mark, else as
 * strict UTF-8. If that fails and every byte shows that the file is in a one-byte Western encoding, it is read as
 * Windows-1252, with a note.
 * @throws CorpusError `corpus/file`, `corpus/encoding`
 */
export async function* decodeFile(path: string, options: DecodeOptions): AsyncGenerator<string> {
  const file = await openCorpus(path)
  try {
    let encoding: Encoding = options.encoding ?? 'utf-8'
    let decoder = createDecoder(encoding)
    /** What `decode` returns. Bytes that are not UTF-8 are decoded again in a guessed encoding. */
    const decoded = async (decode: () => string): Promise<string> => {
      try {
        return decode()
      } catch (error) {
        const fault = asInvalidUtf8(error, path)
        encoding = await guessOneByte(path, fault, options)
        decoder = createDecoder(encoding)
        return decoder.decode(fault.rest)
      }
    }
    let first = true
    for await (const bytes of pieces(file)) {
      if (first) {
        const marked = options.encoding === undefined ? markedUtf16(bytes) : undefined
        if (marked === undefined) refuseForeign(bytes, path)
        encoding = marked ?? encoding
        decoder = createDecoder(encoding)
        first = false
      }
      yield await decoded(() => decoder.decode(bytes))
    }
    const rest = await decoded(() => {
      decoder.finish()
      return ''
    })
    if (rest !== '') yield rest
    options.onEncoding?.(encoding)
  } finally {
    await file.close()
  }
}

/** Pieces of a file, in one buffer that is reused: copy what you keep. */
async function* pieces(file: FileHandle): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(PIECE)
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, PIECE)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

/**
 * Checks that a file can be read more than once, which a pipe cannot.
 * @throws CorpusError `corpus/file`
 */
export async function checkReadTwice(path: string): Promise<void> {
  const stats = await stat(path).catch(() => undefined)
  if (!stats?.isFIFO() && !stats?.isSocket()) return
  throw new CorpusError('corpus/file', {
    where: { file: path },
    expected: 'a file, since it is read twice',
    got: 'a pipe',
    remedy: 'save it as a file first',
  })
}

async function openCorpus(path: string): Promise<FileHandle> {
  const fail = (got: string, remedy: string) =>
    new CorpusError('corpus/file', { where: { file: path }, expected: 'a corpus file', got, remedy })
  try {
    if ((await stat(path)).isDirectory()) throw fail('a folder', 'name a file in it')
    return await open(path)
  } catch (error) {
    const got = fileFault(error)
    if (got === undefined) throw error
    throw fail(got, 'check the path')
  }
}

/** What a decoder threw, if another encoding may help. @throws CorpusError for half a character of UTF-16 */
function asInvalidUtf8(error: unknown, path: string): InvalidUtf8 {
  if (error instanceof InvalidUtf8) return error
  if (!(error instanceof InvalidUtf16)) throw error
  throw new CorpusError('corpus/encoding', {
    code: 'not-utf-16',
    where: { file: path, line: error.line },
    expected: 'UTF-16, as the byte order mark says',
    got: 'half a character',
    remedy: 'save the file again, if possible as UTF-8',
  })
}

const NO_ENCODING = say`leave out ${option('encoding')}: the byte order mark says which one it is`

/** Files that are not text in any supported encoding, by their first bytes. */
const FOREIGN = [
  ['fffe0000', 'UTF-32 text', 'save it as UTF-8'],
  ['fffe', 'UTF-16 text', NO_ENCODING],
  ['feff', 'UTF-16 text', NO_ENCODING],
  ['1f8b', 'a gzip file', 'unpack it first: gunzip'],
  ['504b0304', 'a zip archive (or a spreadsheet)', 'unpack it first, or save the table as CSV'],
  ['25504446', 'a PDF file', 'extract its text first'],
  ['50415231', 'a Parquet file', 'convert it to JSONL first'],
] as const

function refuseForeign(bytes: Uint8Array, path: string): void {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('hex')
  const found = FOREIGN.find(([magic]) => start.startsWith(magic))
  if (!found && !bytes.subarray(0, 1024).includes(0)) return
  const [, got, remedy] = found ?? ['', 'a binary file (it contains zero bytes)', 'name a text file']
  throw new CorpusError('corpus/encoding', {
    code: 'not-text',
    where: { file: path },
    expected: 'text',
    got,
    remedy,
  })
}

/** The first bytes of a file, or those around the fault in a pipe. */
async function startOf(path: string, { rest }: InvalidUtf8): Promise<Uint8Array> {
  if (!(await stat(path)).isFile()) return rest.subarray(0, SAMPLE)
  const file = await open(path)
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(SAMPLE), 0, SAMPLE, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** Windows-1252 if that is clear, else the error that names the byte. */
async function guessOneByte(path: string, error: InvalidUtf8, options: DecodeOptions): Promise<Encoding> {
  const byte = `0x${error.byte.toString(16).toUpperCase().padStart(2, '0')}`
  const mayGuess = options.encoding === undefined && options.guess !== false && !error.sawMultibyte
  if (mayGuess && (await stat(path)).isFile()) {
    const { isOneByte, highBytes } = await surveyHighBytes(path)
    if (isOneByte) {
      options.onNote?.({
        code: 'encoding-guessed',
        where: { file: path, line: error.line },
        message: say`byte ${byte} is not UTF-8, like all ${highBytes} bytes above 0x7F, so the file is read as windows-1252 (change that with ${option('encoding')})`,
      })
      return 'windows-1252'
    }
  }
  const likely = likelyEncoding(await startOf(path, error))
  throw new CorpusError('corpus/encoding', {
    code: 'not-utf-8',
    where: { file: path, line: error.line },
    expected: 'UTF-8',
    got: `byte ${byte} at offset ${error.offset}${likely ? `, as in ${likely.name} (${likely.language})` : ''}`,
    remedy: likely
      ? `convert it: iconv -f ${likely.name} -t UTF-8 IN > OUT`
      : say`use ${option('encoding', 'windows-1252')} (or latin1) if the file is in that encoding; convert it with iconv if it is in another one, or fix the byte`,
  })
}

import { existsSync, fstatSync } from 'node:fs'
import { InputError } from '../base/errors.js'
import { option, type Place, say } from '../base/fault.js'
import {
  createDecoder,
  type Decoder,
  type Encoding,
  InvalidUtf8,
  InvalidUtf16,
  markedUtf16,
} from '../corpus/decode.js'
import { type DecodeOptions, decodeFile } from '../corpus/node/decode-file.js'
import { withoutByteOrderMark } from '../corpus/split-lines.js'
import { formatCount } from '../evaluate/format-number.js'
import { argumentError } from './options.js'

/** @throws InputError `cli/arguments` if there is no such file */
export function checkTextFile(file: string): void {
  if (existsSync(file)) return
  const remedy = /\s/.test(file) ? say`to tag these words, put ${option('text')} in front of them` : undefined
  throw argumentError(file, 'a file to tag', 'no such file', remedy)
}

/** All text of a file or of standard input; none if it is empty. */
export async function* wholeText(file: string | undefined, options: DecodeOptions): AsyncGenerator<string> {
  let text = ''
  for await (const piece of textPieces(file, options)) {
    text += piece
    checkLength(text, { file: nameOf(file) })
  }
  if (text !== '') yield text
}

/** The lines of a file or of standard input, each as soon as it is there. */
export async function* linesOf(file: string | undefined, options: DecodeOptions): AsyncGenerator<string> {
  let rest = ''
  let line = 1
  for await (const piece of textPieces(file, options)) {
    const [first, ...more] = piece.split('\n')
    rest += first
    for (const next of more) {
      yield rest.endsWith('\r') ? rest.slice(0, -1) : rest
      rest = next
      line++
    }
    checkLength(rest, { file: nameOf(file), line })
  }
  if (rest !== '') yield rest
}

/** Characters of one text: several books. What the tagger holds of a text takes some fifty times its memory. */
const LONGEST_TEXT = 1 << 23

/** @throws InputError `cli/text` */
function checkLength(text: string, where: Place): void {
  if (text.length <= LONGEST_TEXT) return
  throw new InputError('cli/text', {
    where,
    expected: `texts of at most ${formatCount(LONGEST_TEXT)} characters`,
    got: `a longer one that begins with ${JSON.stringify(text.slice(0, 40))}`,
    remedy: say`put line ends between its paragraphs, and tag each as one text with ${option('lines')}`,
  })
}

const nameOf = (file: string | undefined) => (file === undefined || file === '-' ? 'standard input' : file)

/**
 * The text of a file, or of standard input if there is no file or it is `-`, in pieces. Without an encoding, a file is
 * read as `decodeFile` reads it (with a note if the encoding was guessed), standard input as UTF-8, or as UTF-16 if it
 * begins with the byte order mark of that.
 * @throws InputError `cli/encoding` if the bytes are not in the encoding: nothing is replaced silently
 */
export function textPieces(file: string | undefined, options: DecodeOptions = {}): AsyncGenerator<string> {
  const isFile = file !== undefined && file !== '-'
  return withoutByteOrderMark(isFile ? decodeFile(file, options) : standardInput(options.encoding))
}

async function* standardInput(encoding?: Encoding): AsyncGenerator<string> {
  let decoder: Decoder | undefined
  try {
    for await (const bytes of process.stdin as AsyncIterable<Uint8Array>) {
      decoder ??= createDecoder(encoding ?? markedUtf16(bytes) ?? 'utf-8')
      yield decoder.decode(bytes)
    }
    decoder?.finish()
  } catch (error) {
    if (!(error instanceof InvalidUtf16 || error instanceof InvalidUtf8)) throw error
    throw new InputError('cli/encoding', {
      where: { file: 'standard input', line: error.line },
      ...(error instanceof InvalidUtf16
        ? {
            expected: 'UTF-16, as the byte order mark says',
            got: 'half a character',
            remedy: 'convert the text to UTF-8',
          }
        : {
            expected: 'UTF-8',
            got: `byte 0x${error.byte.toString(16).toUpperCase()} at offset ${error.offset}`,
            remedy: say`pass ${option('encoding', 'windows-1252')} (or latin1) if it is in that encoding`,
          }),
    })
  }
}

/**
 * Node reads nothing from a folder or a disk, without an error. (A closed standard input is empty: Node opens the null
 * device in its place.)
 * @throws InputError `cli/arguments`
 */
export function checkStandardInput(): void {
  const stat = fstatSync(0)
  if (stat.isFile() || stat.isFIFO() || stat.isSocket() || stat.isCharacterDevice()) return
  throw argumentError('standard input', 'text to tag', stat.isDirectory() ? 'a folder' : 'a device')
}

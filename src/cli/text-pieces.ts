import { InputError } from '../base/errors.js'
import { withoutByteOrderMark } from '../corpus/byte-order-mark.js'
import {
  createDecoder,
  type Decoder,
  type Encoding,
  InvalidUtf8,
  InvalidUtf16,
  markedUtf16,
} from '../corpus/decode.js'
import { type DecodeOptions, decodeFile } from '../corpus/node/decode-file.js'

/**
 * The text of a file, or of standard input where there is none or it is `-`, in pieces. Without an encoding a file is
 * read as `decodeFile` reads it (a guess is told in `onNote`), standard input as UTF-8, or as UTF-16 where it
 * begins with the byte order mark of that.
 * @throws InputError where the bytes are not in the encoding: nothing is replaced silently
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
    if (error instanceof InvalidUtf16)
      throw new InputError('cli/encoding', {
        where: `standard input, line ${error.line}`,
        expected: 'UTF-16, as the byte order mark says',
        got: 'half a character',
        remedy: 'give it as UTF-8',
      })
    if (!(error instanceof InvalidUtf8)) throw error
    throw new InputError('cli/encoding', {
      where: `standard input, line ${error.line}`,
      expected: 'UTF-8',
      got: `byte 0x${error.byte.toString(16).toUpperCase()} at offset ${error.offset}`,
      remedy: 'pass --encoding windows-1252 (or latin1) if it is in that encoding',
    })
  }
}

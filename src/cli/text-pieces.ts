import { InputError } from '../base/errors.js'
import { withoutByteOrderMark } from '../corpus/byte-order-mark.js'
import { createDecoder, type Encoding, InvalidUtf8 } from '../corpus/decode.js'
import { type DecodeOptions, decodeFile } from '../corpus/node/decode-file.js'

/**
 * The text of a file, or of standard input where there is none or it is `-`, in pieces. Without an encoding a file is
 * read as `decodeFile` reads it (a guess is told in `onNote`), standard input as UTF-8.
 * @throws InputError where the bytes are not in the encoding: nothing is replaced silently
 */
export function textPieces(file: string | undefined, options: DecodeOptions = {}): AsyncGenerator<string> {
  const isFile = file !== undefined && file !== '-'
  return withoutByteOrderMark(isFile ? decodeFile(file, options) : standardInput(options.encoding ?? 'utf-8'))
}

async function* standardInput(encoding: Encoding): AsyncGenerator<string> {
  const decoder = createDecoder(encoding)
  try {
    for await (const bytes of process.stdin as AsyncIterable<Uint8Array>) yield decoder.decode(bytes)
    decoder.finish()
  } catch (error) {
    if (!(error instanceof InvalidUtf8)) throw error
    throw new InputError('cli/encoding', {
      where: `standard input, line ${error.line}`,
      expected: 'UTF-8',
      got: `byte 0x${error.byte.toString(16).toUpperCase()} at offset ${error.offset}`,
      remedy: 'pass --encoding windows-1252 (or latin1) if it is in that encoding',
    })
  }
}

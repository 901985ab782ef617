import { InputError } from '../base/errors.js'
import { createDecoder, type Encoding, InvalidUtf8 } from '../corpus/decode.js'
import { decodeFile } from '../corpus/node/decode-file.js'

/**
 * The text of a file, or of standard input where there is none or it is `-`, in pieces.
 * @throws InputError where the bytes are not UTF-8: nothing is replaced silently
 */
export async function* textPieces(
  file: string | undefined,
  encoding: Encoding = 'utf-8',
): AsyncGenerator<string> {
  if (file !== undefined && file !== '-') {
    yield* decodeFile(file, { encoding })
    return
  }
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

import { InputError } from '../../base/errors.js'
import { unzipped, unzippedStream } from '../../base/node/unzipped.js'
import { fileFault } from '../../base/place-fault.js'
import {
  createDecoder,
  type Decoder,
  type Encoding,
  InvalidUtf8,
  InvalidUtf16,
  markedUtf16,
} from '../../corpus/decode.js'
import { withoutByteOrderMark } from '../../corpus/split-lines.js'
import { createTokenizer } from '../../text/tokenizer.js'

/** A sentence of more tokens is cut: some texts are one line. As in gensim. */
const LONGEST_SENTENCE = 10_000
/** A line of more characters is cut at a space. */
const LONGEST_LINE = 1 << 20

/**
 * The sentences of a text: a file or standard input (`-`), compressed with gzip or not. Memory does not grow with it.
 *
 * @param isCut whether spaces stand between its tokens and each line is a sentence; else it is running text
 * @throws InputError `vectors/text` for what cannot be read or is no text
 */
export async function* textSentences(path: string, isCut: boolean): AsyncGenerator<readonly string[]> {
  const tokenizer = isCut ? undefined : createTokenizer('characters')
  for await (const line of lines(path)) {
    if (tokenizer)
      for (const { tokens } of tokenizer.segment(line).sentences) yield* cut(tokens.map(({ text }) => text))
    else yield* cut(line.split(/\s+/).filter(token => token !== ''))
  }
}

function* cut(tokens: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < tokens.length; from += LONGEST_SENTENCE)
    yield tokens.length <= LONGEST_SENTENCE ? tokens : tokens.slice(from, from + LONGEST_SENTENCE)
}

async function* lines(path: string): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of withoutByteOrderMark(decoded(path))) {
    const [first, ...more] = piece.split('\n')
    rest += first
    for (const next of more) {
      yield rest
      rest = next
    }
    if (rest.length > LONGEST_LINE) {
      const space = rest.search(/\s\S*$/)
      if (space < 0) throw fault(path, 'text with spaces or line ends', 'a word of a million characters')
      yield rest.slice(0, space)
      rest = rest.slice(space)
    }
  }
  if (rest !== '') yield rest
}

async function* decoded(path: string): AsyncGenerator<string> {
  let encoding: Encoding | undefined
  let decoder: Decoder | undefined
  try {
    for await (const bytes of path === '-' ? unzippedStream(standardInput()) : unzipped(path)) {
      encoding ??= markedUtf16(bytes) ?? 'utf-8'
      decoder ??= createDecoder(encoding)
      if (encoding === 'utf-8' && bytes.includes(0))
        throw fault(path, 'text', 'a binary file (it has zero bytes)')
      yield decoder.decode(bytes)
    }
    decoder?.finish()
  } catch (error) {
    throw asTextFault(error, path)
  }
}

async function* standardInput(): AsyncGenerator<Buffer> {
  yield* process.stdin as AsyncIterable<Buffer>
}

const ZIPPED: Readonly<Record<string, string>> = {
  EISDIR: 'a folder',
  Z_DATA_ERROR: 'a file that is damaged or not compressed with gzip',
  Z_BUF_ERROR: 'a compressed file that is cut short',
}

function asTextFault(error: unknown, path: string): unknown {
  if (error instanceof InvalidUtf8)
    return fault(
      { file: name(path), line: error.line },
      'UTF-8',
      `byte 0x${error.byte.toString(16).toUpperCase()}`,
    )
  if (error instanceof InvalidUtf16)
    return fault({ file: name(path), line: error.line }, 'UTF-16', 'half a character')
  const got = fileFault(error) ?? ZIPPED[(error as NodeJS.ErrnoException).code ?? '']
  return got === undefined ? error : fault(path, 'a file of text', got)
}

const name = (path: string) => (path === '-' ? 'standard input' : path)

function fault(
  where: string | { readonly file: string; readonly line: number },
  expected: string,
  got: string,
) {
  return new InputError('vectors/text', {
    where: typeof where === 'string' ? { file: name(where) } : where,
    expected,
    got,
    remedy: expected.startsWith('UTF')
      ? 'convert it to UTF-8'
      : 'name a file of text, packed with gzip or not',
  })
}

import { option } from '../base/fault.js'
import { CorpusError } from './corpus-error.js'

/** `latin1` is ISO-8859-1 itself, not the WHATWG's alias for Windows-1252. */
export type Encoding = 'utf-8' | 'latin1' | 'windows-1252' | Utf16
export type Utf16 = 'utf-16le' | 'utf-16be'

const NAMES: Readonly<Record<string, Encoding>> = {
  utf8: 'utf-8',
  latin1: 'latin1',
  iso88591: 'latin1',
  windows1252: 'windows-1252',
  cp1252: 'windows-1252',
  win1252: 'windows-1252',
}

/** Reads an encoding's name in any spelling (`UTF8`, `ISO-8859-1`, `cp1252`). @throws CorpusError `corpus/options` */
export function parseEncoding(name: string): Encoding {
  const found = NAMES[name.toLowerCase().replace(/[^a-z0-9]/g, '')]
  if (found) return found
  throw new CorpusError('corpus/options', {
    where: option('encoding'),
    expected: 'utf-8, latin1 or windows-1252',
    got: JSON.stringify(name),
    remedy: 'save the file as UTF-8 if it is in another encoding',
  })
}

/** Decodes bytes in pieces. */
export interface Decoder {
  readonly decode: (bytes: Uint8Array) => string
  /** @throws InvalidUtf8, InvalidUtf16 if the last character is incomplete */
  readonly finish: () => void
}

/** The first bytes that are not UTF-8. */
export class InvalidUtf8 extends Error {
  override readonly name = 'InvalidUtf8'

  constructor(
    /** Offset in the file, from 0, of the first byte that is not part of a character. */
    readonly offset: number,
    /** From 1. */
    readonly line: number,
    readonly byte: number,
    /** Whether a character of several bytes was decoded before. */
    readonly sawMultibyte: boolean,
    /** The bytes that were not decoded yet, up to the end of the current piece. */
    readonly rest: Uint8Array,
  ) {
    super(`invalid UTF-8 at byte ${offset}`)
  }
}

/** Half a surrogate pair in UTF-16, or half a code unit at the end. */
export class InvalidUtf16 extends Error {
  override readonly name = 'InvalidUtf16'

  /** @param line from 1 */
  constructor(readonly line: number) {
    super(`invalid UTF-16 on line ${line}`)
  }
}

export function createDecoder(encoding: Encoding): Decoder {
  if (encoding === 'utf-8') return utf8Decoder()
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return utf16Decoder(encoding)
  if (encoding === 'latin1') return { decode: fromCodes, finish: () => {} }
  return { decode: decodeWindows1252, finish: () => {} }
}

/** Strict UTF-8. A byte order mark stays in the text. */
function utf8Decoder(): Decoder {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let carry = new Uint8Array(0)
  let offset = 0
  let line = 1
  let sawMultibyte = false

  const fail = (bytes: Uint8Array): never => {
    const at = firstInvalid(bytes)
    const multibyte = sawMultibyte || bytes.subarray(0, at).some(byte => byte >= 0x80)
    const before = countNewlines(bytes.subarray(0, at))
    throw new InvalidUtf8(offset + at, line + before, bytes[at], multibyte, new Uint8Array(bytes))
  }
  const decode = (piece: Uint8Array): string => {
    const bytes = carry.length > 0 ? concat(carry, piece) : piece
    const end = bytes.length - unfinishedTail(bytes)
    const whole = bytes.subarray(0, end)
    let text: string
    try {
      text = strict.decode(whole)
    } catch {
      return fail(bytes)
    }
    if (text.length !== end) sawMultibyte = true
    offset += end
    line += countNewlines(whole)
    // A copy, since the caller reuses the buffer. (Buffer.slice would not copy.)
    carry = new Uint8Array(bytes.subarray(end))
    return text
  }
  return { decode, finish: () => void (carry.length > 0 && fail(carry)) }
}

/** Strict UTF-16. A byte order mark stays in the text. */
function utf16Decoder(encoding: Utf16): Decoder {
  const [high, low] = encoding === 'utf-16be' ? [0, 1] : [1, 0]
  let carry = new Uint8Array(0)
  let line = 1
  const linesOf = (text: string) => text.split('\n').length - 1
  const decode = (piece: Uint8Array): string => {
    const bytes = concat(carry, piece)
    const codes = new Uint16Array(bytes.length >> 1)
    for (let i = 0; i < codes.length; i++) codes[i] = (bytes[2 * i + high] << 8) | bytes[2 * i + low]
    // The first half of a character waits for the other.
    const length = codes.length - ((codes[codes.length - 1] & 0xfc00) === 0xd800 ? 1 : 0)
    carry = new Uint8Array(bytes.subarray(2 * length))
    const text = fromCodes(codes.subarray(0, length))
    const fault = /\p{Surrogate}/u.exec(text)
    if (fault) throw new InvalidUtf16(line + linesOf(text.slice(0, fault.index)))
    line += linesOf(text)
    return text
  }
  const finish = () => {
    if (carry.length > 0) throw new InvalidUtf16(line)
  }
  return { decode, finish }
}

/** UTF-16 by its byte order mark. UTF-32 begins with the same bytes, then two zeros. */
export function markedUtf16(bytes: Uint8Array): Utf16 | undefined {
  const [a, b, c, d] = bytes
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  return a === 0xff && b === 0xfe && !(c === 0 && d === 0) ? 'utf-16le' : undefined
}

/** How many bytes at the end start a character that the next piece may complete. */
function unfinishedTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return back < sequenceLength(byte) ? back : 0
  }
  return 0
}

function sequenceLength(lead: number): number {
  return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
}

/** Index of the first byte that is not part of a character (Unicode 15, table 3-7), or the length. */
export function firstInvalid(bytes: Uint8Array): number {
  let i = 0
  while (i < bytes.length) {
    const lead = bytes[i]
    if (lead < 0x80) {
      i++
      continue
    }
    if (lead < 0xc2 || lead > 0xf4) return i
    const length = sequenceLength(lead)
    for (let k = 1; k < length; k++) {
      const low = k === 1 ? (lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80) : 0x80
      const high = k === 1 ? (lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf) : 0xbf
      const byte = bytes[i + k]
      if (byte === undefined || byte < low || byte > high) return i
    }
    i += length
  }
  return i
}

const PIECE = 8192

/** One character per code: Latin-1 bytes or UTF-16 code units. */
function fromCodes(codes: Uint8Array | Uint16Array): string {
  let text = ''
  for (let i = 0; i < codes.length; i += PIECE)
    text += String.fromCharCode.apply(null, codes.subarray(i, i + PIECE) as unknown as number[])
  return text
}

/** Windows-1252's characters 0x80 to 0x9F. Five are unassigned and stay control characters. */
const WINDOWS_1252 =
  '\u20AC\x81\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\x8D\u017D\x8F' +
  '\x90\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\x9D\u017E\u0178'

function decodeWindows1252(bytes: Uint8Array): string {
  return fromCodes(bytes).replace(/[\x80-\x9f]/g, c => WINDOWS_1252[c.charCodeAt(0) - 0x80])
}

function countNewlines(bytes: Uint8Array): number {
  let count = 0
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++
  return count
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length)
  joined.set(a)
  joined.set(b, a.length)
  return joined
}

import { decode } from '@msgpack/msgpack'
import { isRecord, isStrings } from '../../base/json-types.js'
import { plural } from '../../base/plural.js'
import type { ByteSource } from '../byte-form.js'
import { CorpusError } from '../corpus-error.js'
import type { TokenRecord } from '../jsonl/record.js'
import { RecordReader } from '../jsonl/record-reader.js'
import { type ReadContext, refuse } from '../read-context.js'
import type { ReadOptions } from '../read-options.js'
import type { Sentence } from '../sentence.js'
import { BEGIN, ENT_IOB, ENT_TYPE, INSIDE, MISSING, ORTH, OUTSIDE } from './attributes.js'
import { inflate } from './inflate.js'
import { stringHash } from './string-hash.js'
import { SYMBOLS } from './symbols.js'

/** The most bytes of a file, and of what it holds: it is one document, which is in memory as a whole. */
const MOST_BYTES = 2 ** 28
const MOST_INFLATED = 2 ** 29
/** So many times its size may a file have when unpacked, or `FREE` bytes. Annotated text has four to forty times. */
const MOST_GROWTH = 200
const FREE = 2 ** 25
/** No list of strings or documents is longer: a byte can stand for an item of many. */
const MOST_ITEMS = { maxArrayLength: 2 ** 23, maxMapLength: 2 ** 16 }

/** What a file holds. */
interface Bin {
  /** Numbers of the attributes, one for each column of `tokens`. */
  readonly attributes: readonly number[]
  /** Little-endian, 64 bits for each attribute of each token. */
  readonly tokens: DataView
  /** Whether a space follows each token. */
  readonly spaces: Uint8Array
  /** How many tokens each document has. */
  readonly lengths: readonly number[]
  readonly strings: ReadonlyMap<bigint, string>
  readonly flags: readonly unknown[]
  readonly spanGroups: readonly unknown[]
}

/**
 * Reads a `DocBin`: each document is a sentence with spaCy's tokens, and its text where the spaces are known. Tokens of
 * white space are left out. Tokens of which the annotation is missing are not labeled.
 */
export async function* readDocBin(
  source: ByteSource,
  options: ReadOptions,
  context: ReadContext,
): AsyncGenerator<Sentence> {
  const bin = parseBin(await contentOf(source, context), context)
  const reader = new RecordReader(options, context)
  let at = 0
  for (const [i, length] of bin.lengths.entries()) {
    const first = at
    at += length
    const sentence = context.attempt(
      undefined,
      () => {
        if (hasSpans(bin.spanGroups[i]))
          reader.count('span-groups', n => `the span groups of ${n} ${plural(n, 'document')} are not read`)
        return reader.read(documentAt(bin, first, length, bin.flags[i]), i + 1)
      },
      i + 1,
    )
    if (sentence) yield sentence
  }
  reader.addNotes()
}

async function contentOf(source: ByteSource, context: ReadContext): Promise<unknown> {
  const fail = (got: string, remedy: string) =>
    new CorpusError('corpus/format', {
      code: 'bad-docbin',
      where: context.at(),
      expected: "spaCy's DocBin",
      got,
      remedy,
    })
  const smaller = 'write several smaller files with spaCy'
  if (source.size > MOST_BYTES) throw fail(`more than ${MOST_BYTES} bytes`, smaller)
  const limit = Math.min(MOST_INFLATED, Math.max(FREE, MOST_GROWTH * source.size))
  try {
    return decode(await inflate(await source.read(0, source.size), limit), MOST_ITEMS)
  } catch (error) {
    if (error instanceof RangeError && error.message.startsWith('more than'))
      throw fail(`${error.message} when unpacked`, smaller)
    throw fail('bytes that cannot be unpacked', 'copy or write the file again')
  }
}

/** @throws CorpusError for parts that do not fit each other */
function parseBin(value: unknown, context: ReadContext): Bin {
  const fail = (expected: string): never => {
    throw new CorpusError('corpus/format', {
      code: 'bad-docbin',
      where: context.at(),
      expected: `spaCy's DocBin with ${expected}`,
      got: 'another one',
      remedy: 'write the file again with spaCy 3',
    })
  }
  if (!isRecord(value)) return fail('a map of its parts')
  const { attrs, tokens, spaces, lengths, strings, flags = [], span_groups = [] } = value
  if (!Array.isArray(attrs) || !attrs.every(Number.isInteger) || !attrs.includes(ORTH))
    return fail('"attrs" that include ORTH')
  if (attrs.includes(ENT_TYPE) !== attrs.includes(ENT_IOB)) return fail('both ENT_IOB and ENT_TYPE')
  if (!(tokens instanceof Uint8Array && spaces instanceof Uint8Array && lengths instanceof Uint8Array))
    return fail('"tokens", "spaces" and "lengths" as bytes')
  if (!isStrings(strings)) return fail('"strings" as a list')
  if (lengths.length % 4 !== 0) return fail('"lengths" of 32 bits each')
  const view = viewOf(lengths)
  const counts = Array.from({ length: lengths.length / 4 }, (_, i) => view.getInt32(4 * i, true))
  const total = counts.reduce((a, b) => a + b, 0)
  if (
    counts.some(count => count < 0) ||
    total * attrs.length * 8 !== tokens.length ||
    spaces.length !== total
  )
    return fail('as many tokens as its documents have')
  return {
    attributes: attrs as number[],
    tokens: viewOf(tokens),
    spaces,
    lengths: counts,
    strings: new Map(strings.map(each => [stringHash(each), each])),
    flags: Array.isArray(flags) ? flags : [],
    spanGroups: Array.isArray(span_groups) ? span_groups : [],
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** An empty list or map, or no bytes, is no span group. */
function hasSpans(group: unknown): boolean {
  return group instanceof Uint8Array && group.length > 1
}

/** One document. @throws RowError */
function documentAt(bin: Bin, first: number, length: number, flags: unknown): TokenRecord {
  const { attributes, tokens: view, spaces, strings } = bin
  const width = attributes.length
  const column = (attribute: number) => attributes.indexOf(attribute)
  const [orth, iob, type] = [column(ORTH), column(ENT_IOB), column(ENT_TYPE)]
  const valueAt = (token: number, attribute: number) =>
    view.getBigUint64(8 * ((first + token) * width + attribute), true)
  const stringAt = (token: number, attribute: number) => {
    const hash = valueAt(token, attribute)
    const found = hash < BigInt(SYMBOLS.length) ? SYMBOLS[Number(hash)] : strings.get(hash)
    return found ?? refuse('bad-record', 'tokens and types that are in "strings"', `the number ${hash}`)
  }
  const hasText = !(isRecord(flags) && flags.has_unknown_spaces === true)
  const tokens: string[] = []
  const tags: string[] = []
  const tokenOffsets: [number, number][] = []
  const labeled: [number, number][] = []
  let text = ''
  /** Whether an entity began in white space that was left out. */
  let begins = false
  for (let i = 0; i < length; i++) {
    const word = stringAt(i, orth)
    const start = text.length
    text += word
    const end = text.length
    if (hasText && spaces[first + i] === 1) text += ' '
    const state = iob < 0 ? MISSING : valueAt(i, iob)
    if (state > BEGIN) return refuse('bad-tag', 'ENT_IOB from 0 to 3', String(state))
    const name = state === BEGIN || state === INSIDE ? stringAt(i, type) : ''
    if (/^\s*$/.test(word)) {
      begins ||= state === BEGIN && name !== ''
      continue
    }
    const isFirst = state === BEGIN || (state === INSIDE && begins)
    begins = false
    // An entity without a type is spaCy's mark for tokens that must not be one.
    tags.push(name === '' || state === OUTSIDE ? 'O' : `${isFirst ? 'B' : 'I'}-${name}`)
    if (state !== MISSING) labeled.push([tokens.length, tokens.length + 1])
    tokens.push(word)
    tokenOffsets.push([start, end])
  }
  const isLabeled = labeled.length > 0
  return {
    kind: 'tokens',
    tokens,
    tags: isLabeled ? tags : [],
    ...(isLabeled && labeled.length < tokens.length && { annotated: labeled }),
    ...(hasText && { text, tokenOffsets, unit: 'utf16' }),
    isRejected: false,
    unread: [],
  }
}

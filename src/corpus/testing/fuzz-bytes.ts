import { readFileSync } from 'node:fs'
import { deflateSync, inflateSync } from 'node:zlib'
import type { Format } from '../../base/format-names.js'
import type { Random } from '../../base/random.js'
import { lenientSpans } from '../../tags/lenient-spans.js'
import { readBytes } from '../read-bytes.js'
import type { ReadOptions } from '../read-options.js'
import type { Sentence } from '../sentence.js'
import { type FuzzCase, pick } from './fuzz-cases.js'
import { oracleFile, oracleRecords } from './oracle-formats.js'

interface FoundTokens {
  readonly tokens: readonly string[]
  readonly tags: readonly string[]
}

/** Files of bytes that other programs wrote, one character for each byte. */
const filesOf =
  (format: Format, names: readonly string[], expected: () => readonly FoundTokens[]) =>
  (random: Random): FuzzCase => {
    const name = pick(random, names)
    return {
      name,
      text: readFileSync(oracleFile(name), 'latin1'),
      options: {},
      expected: expected()
        .filter(({ tokens }) => tokens.length > 0)
        .map(({ tokens, tags }) => ({
          tokens,
          entities: lenientSpans(tags).map(({ start, end, type }) => [
            tokens.slice(start, end).join('').replaceAll(/\s/gu, ''),
            type,
          ]),
        })),
      read: (text, options) => readString(text, format, name, options),
      mutate: changeBytes,
    }
  }

function readString(
  text: string,
  format: Format,
  name: string,
  options: ReadOptions,
): AsyncGenerator<Sentence> {
  const bytes = Uint8Array.from(Buffer.from(text, 'latin1'))
  const source = {
    size: bytes.length,
    read: async (start: number, end: number) => bytes.subarray(start, end),
  }
  return readBytes(source, format, name, options)
}

/** Changes one to five bytes, or cuts the file. */
function changeBytes(text: string, random: Random): string {
  if (random.below(8) === 0) return text.slice(0, random.below(text.length))
  const bytes = Buffer.from(text, 'latin1')
  for (let i = 1 + random.below(5); i > 0; i--) {
    const at = random.below(bytes.length)
    bytes[at] = pick(random, [0, 0xff, 0x7f, 0x80, random.below(256), bytes[at] ^ (1 << random.below(8))])
  }
  return bytes.toString('latin1')
}

/** What a DocBin of spaCy holds, unpacked. Changes are made before it is packed. */
function docBin(): FuzzCase {
  const found = oracleRecords<{ text: string; entities: [number, number, string][] }>('docs.spacy.jsonl')
  return {
    name: 'docs.spacy',
    text: inflateSync(readFileSync(oracleFile('docs.spacy'))).toString('latin1'),
    options: {},
    expected: found
      .filter(({ text }) => text.trim() !== '')
      .map(({ text, entities }) => ({
        text,
        entities: entities.map(([start, end, type]) => [
          [...text].slice(start, end).join('').replaceAll(/\s/gu, ''),
          type,
        ]),
      })),
    read: (text, options) =>
      readString(deflateSync(Buffer.from(text, 'latin1')).toString('latin1'), 'spacy', 'docs.spacy', options),
    mutate: changeBytes,
  }
}

const tokens = () => oracleRecords<FoundTokens>('tokens.expected.jsonl')

export const BYTE_KINDS: Readonly<Record<string, (random: Random) => FuzzCase>> = {
  parquet: filesOf(
    'parquet',
    [
      'tokens.parquet',
      'plain-none.parquet',
      'plain-v2.parquet',
      'plain-zstd.parquet',
      'tokens-pages-v1.parquet',
    ],
    tokens,
  ),
  spacy: docBin,
  arrow: filesOf('arrow', ['tokens.arrow', 'plain-file.arrow'], tokens),
}

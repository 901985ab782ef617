import { SYMBOLS } from './symbols.js'

const WORD = 0xffff_ffff_ffff_ffffn
const FACTOR = 0xc6a4a7935bd1e995n
const SEED = 1n
const encoder = new TextEncoder()
const symbols = new Map(SYMBOLS.map((name, i) => [name, BigInt(i)]))

/**
 * The number by which spaCy knows a string: MurmurHash64A of its UTF-8 with seed 1, or its place among spaCy's symbols.
 * Source: spacy/strings.pyx and Austin Appleby's MurmurHash2, 64-bit version for 64-bit platforms.
 */
export function stringHash(text: string): bigint {
  const symbol = symbols.get(text)
  if (symbol !== undefined) return symbol
  const bytes = encoder.encode(text)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const whole = bytes.length - (bytes.length % 8)
  let hash = SEED ^ ((BigInt(bytes.length) * FACTOR) & WORD)
  for (let at = 0; at < whole; at += 8) {
    let part = (view.getBigUint64(at, true) * FACTOR) & WORD
    part ^= part >> 47n
    hash = ((hash ^ ((part * FACTOR) & WORD)) * FACTOR) & WORD
  }
  if (whole < bytes.length) {
    let rest = 0n
    for (let at = bytes.length - 1; at >= whole; at--) rest = (rest << 8n) | BigInt(bytes[at])
    hash = ((hash ^ rest) * FACTOR) & WORD
  }
  hash ^= hash >> 47n
  hash = (hash * FACTOR) & WORD
  return hash ^ (hash >> 47n)
}

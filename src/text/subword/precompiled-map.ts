/**
 * The map of characters that SentencePiece stores with a model: a double-array trie of UTF-8 bytes, whose values are
 * places in a buffer of replacements that end with a zero byte.
 */
import { AlignedBuilder, type AlignedText, contentOf } from './aligned-text.js'
import { utf8Bytes } from './byte-alphabet.js'
import type { JsonFields } from './json-fields.js'

export class PrecompiledMap {
  private constructor(
    private readonly trie: Uint32Array,
    private readonly replacements: Uint8Array,
  ) {}

  /** @throws ModelFileError for anything but such a map in Base64 */
  static of(fields: JsonFields): PrecompiledMap {
    const bytes = bytesOf(fields.string('precompiled_charsmap'))
    const refuse = () => fields.refused('a map of characters as SentencePiece stores it', 'something else')
    if (!bytes || bytes.length < 4) throw refuse()
    const view = new DataView(bytes.buffer)
    const size = view.getUint32(0, true)
    if (size % 4 !== 0 || size === 0 || size > bytes.length - 4) throw refuse()
    const trie = Uint32Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 + 4 * i, true))
    return new PrecompiledMap(trie, bytes.subarray(4 + size))
  }

  /**
   * The replacement of the shortest beginning of a text that has one. The rest of the text goes with it: so does
   * SentencePiece as PyPI's `tokenizers` has it, and models were trained that way.
   */
  replacementOf(text: string): string | undefined {
    const { trie } = this
    let node = offsetOf(trie[0])
    for (const byte of utf8Bytes(text)) {
      if (byte === 0) return undefined
      node ^= byte
      // Outside of the trie there is nothing.
      if (node >= trie.length) return undefined
      const unit = trie[node]
      if ((unit & 0x800000ff) >>> 0 !== byte) return undefined
      node ^= offsetOf(unit)
      if ((unit >>> 8) & 1)
        return node < trie.length ? this.replacementAt(trie[node] & 0x7fffffff) : undefined
    }
    return undefined
  }

  private replacementAt(start: number): string {
    const end = this.replacements.indexOf(0, start)
    return new TextDecoder().decode(this.replacements.subarray(start, end < 0 ? undefined : end))
  }
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6)
}

function bytesOf(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(base64), character => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

/** The most bytes of a group of characters that is looked up as one. */
const LONGEST_GROUP = 5
const PLAIN = /^[\t\n\u0020-\u007E]*$/

/**
 * Replaces what the map replaces: each group of characters that is read as one (`Intl.Segmenter`), else each of its
 * characters. A replacement's further characters come from where its last replaced one came from.
 */
export function replaceMapped(text: AlignedText, map: PrecompiledMap): AlignedText {
  const content = contentOf(text)
  const built = new AlignedBuilder()
  const known = new Map<string, string | undefined>()
  const replacementOf = (part: string) => {
    if (!known.has(part)) known.set(part, map.replacementOf(part))
    return known.get(part)
  }
  let at = 0
  const replace = (part: readonly string[], replacement: string) => {
    const made = [...replacement]
    made.forEach((character, i) => {
      const source = at + Math.min(i, part.length - 1)
      built.push(character, text.starts[source], text.ends[source])
    })
    at += part.length
  }
  for (const group of groupsOf(content)) {
    const characters = [...group]
    const whole = utf8Bytes(group).length <= LONGEST_GROUP ? replacementOf(group) : undefined
    if (whole !== undefined) replace(characters, whole)
    else
      for (const character of characters) {
        const own = replacementOf(character)
        replace([character], own ?? character)
      }
  }
  return built
}

const segmenters: Intl.Segmenter[] = []

function groupsOf(content: string): readonly string[] {
  if (PLAIN.test(content)) return [...content]
  if (segmenters.length === 0) segmenters.push(new Intl.Segmenter('en', { granularity: 'grapheme' }))
  return Array.from(segmenters[0].segment(content), ({ segment }) => segment)
}

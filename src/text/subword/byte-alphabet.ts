/** Bytes as characters that can be seen (Radford et al. 2019): each of the 256 bytes has a character of its own. */

const encoder = new TextEncoder()

export function utf8Bytes(text: string): Uint8Array {
  return encoder.encode(text)
}

/** The character of each byte: itself where it can be seen, else one from U+0100 on. */
export const BYTE_CHARACTERS: readonly string[] = makeAlphabet()

function makeAlphabet(): string[] {
  const isSeen = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff)
  let next = 0x100
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isSeen(byte) ? byte : next++))
}

/** The character of the byte 0x20, `Ġ`. */
export const BYTE_SPACE = BYTE_CHARACTERS[0x20]

/** A text's bytes as characters. */
export function toByteCharacters(text: string): string {
  let characters = ''
  for (const byte of utf8Bytes(text)) characters += BYTE_CHARACTERS[byte]
  return characters
}

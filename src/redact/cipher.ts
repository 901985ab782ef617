import { InputError } from '../base/errors.js'
import type { Fault } from '../base/fault.js'
import { fromBase64, fromBytes, joined, type Keys, toBase64, toBytes } from './keys.js'

const NONCE = 12
const encoder = new TextEncoder()
/** An encrypted entity in a text: its label, and nonce, ciphertext and tag in base64. */
const SEALED = /\[([A-Za-z0-9_-]{1,64}):e1:([A-Za-z0-9_-]+)\]/g
/** What reads as the beginning of one, in the original text; it gets a backslash. */
const LOOKALIKE = /\[\\*(?=[A-Za-z0-9_-]{1,64}:e1:)/g
const ESCAPED = /\[\\(\\*)(?=[A-Za-z0-9_-]{1,64}:e1:)/g

/**
 * Encrypts an entity with AES-256-GCM. The nonce is an HMAC of label and text, as in RFC 8452's idea of a synthetic one:
 * the same entity gives the same bytes, so that it can be counted and joined, and a nonce is never used for two texts.
 */
export async function seal(keys: Keys, label: string, text: string): Promise<string> {
  const nonce = (await keys.mac('nonce', label, text)).slice(0, NONCE)
  const additionalData = encoder.encode(label)
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv: nonce, additionalData },
    keys.cipher,
    toBytes(text) as BufferSource,
  )
  return `[${label}:e1:${toBase64(joined([nonce, new Uint8Array(sealed)]))}]`
}

/** Where the rest of a text reads as an encrypted entity: each place gets one more backslash. */
export function lookalikes(text: string): number[] {
  return [...text.matchAll(LOOKALIKE)].map(({ index }) => index + 1)
}

/**
 * Puts the entities that were encrypted back into a text.
 * @param where what the text is called in the message
 * @throws InputError `redact/decrypt` for another key, or an encrypted entity that was changed; it names its number
 */
export async function unseal(keys: Keys, text: string, where: Fault['where'] = 'text'): Promise<string> {
  const parts: string[] = []
  let at = 0
  let number = 0
  for (const { index, 0: whole, 1: label, 2: sealed } of text.matchAll(SEALED)) {
    number++
    parts.push(unescaped(text.slice(at, index)), await opened(keys, label, sealed, number, where))
    at = index + whole.length
  }
  parts.push(unescaped(text.slice(at)))
  return parts.join('')
}

const unescaped = (text: string) => text.replace(ESCAPED, '[$1')

async function opened(
  keys: Keys,
  label: string,
  sealed: string,
  number: number,
  where: Fault['where'],
): Promise<string> {
  try {
    const bytes = fromBase64(sealed)
    const opened = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: bytes.slice(0, NONCE), additionalData: encoder.encode(label) },
      keys.cipher,
      bytes.slice(NONCE),
    )
    return fromBytes(new Uint8Array(opened))
  } catch {
    throw new InputError('redact/decrypt', {
      where,
      expected: 'text that was encrypted with this key',
      got: `encrypted entity ${number} (${label}), which the key does not open`,
      remedy: 'use the key that it was made with; if it is, the text was changed since',
    })
  }
}

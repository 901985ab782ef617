import { InputError } from '../base/errors.js'
import { say, verb } from '../base/fault.js'

const BYTES = 32
const encoder = new TextEncoder()

/** The keys that one secret stands for; none of them tells anything of another (HKDF, RFC 5869). */
export interface Keys {
  /** AES-256-GCM. */
  readonly cipher: CryptoKey
  /** HMAC-SHA-256 of a purpose and a text. */
  mac(purpose: 'hash' | 'nonce' | 'format', ...parts: readonly string[]): Promise<Uint8Array>
}

/** A new secret: 32 random bytes in base64. */
export function newSecret(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(BYTES))))
}

/**
 * Reads a secret: 32 bytes in base64 or in hexadecimal digits; white space around it does not matter.
 * @param where what it comes from, for the message, which never has any of it
 * @throws InputError `redact/key`
 */
export function parseSecret(text: string, where: InputError['faults'][number]['where']): Uint8Array {
  const bare = text.trim()
  const bytes = /^[0-9a-f]{64}$/i.test(bare)
    ? Uint8Array.from(bare.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(bare)
      ? fromBase64(bare)
      : undefined
  if (bytes?.length === BYTES) return bytes
  throw new InputError('redact/key', {
    where,
    expected: 'a key: 32 bytes, in base64 or as 64 hexadecimal digits',
    got: bare === '' ? 'nothing' : `something else, of ${bare.length} characters`,
    remedy: say`make one with ${verb('redact-key', ['FILE'])}`,
  })
}

export async function deriveKeys(secret: Uint8Array): Promise<Keys> {
  const root = await crypto.subtle.importKey('raw', secret as BufferSource, 'HKDF', false, ['deriveKey'])
  const parameters = (info: string) => ({
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: encoder.encode(`nerite redact ${info}`),
  })
  const cipher = await crypto.subtle.deriveKey(
    parameters('cipher'),
    root,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  )
  const macs = new Map<string, Promise<CryptoKey>>()
  const macKey = (purpose: string) => {
    const known = macs.get(purpose)
    if (known !== undefined) return known
    const made = crypto.subtle.deriveKey(
      parameters(purpose),
      root,
      { name: 'HMAC', hash: 'SHA-256', length: 256 },
      false,
      ['sign'],
    )
    macs.set(purpose, made)
    return made
  }
  return {
    cipher,
    mac: async (purpose, ...parts) => {
      // Lengths before the parts, so that no two lists of parts are the same bytes.
      const bytes = parts.map(toBytes)
      const header = encoder.encode(`${bytes.map(({ length }) => length).join(',')}:`)
      return new Uint8Array(
        await crypto.subtle.sign('HMAC', await macKey(purpose), joined([header, ...bytes])),
      )
    },
  }
}

/** A text as bytes: 0 and UTF-8, or 1 and UTF-16 for one with half a surrogate pair, which UTF-8 cannot say. */
export function toBytes(text: string): Uint8Array {
  if (!/\p{Cs}/u.test(text)) return joined([Uint8Array.of(0), encoder.encode(text)])
  const bytes = new Uint8Array(1 + 2 * text.length)
  const view = new DataView(bytes.buffer)
  bytes[0] = 1
  for (let i = 0; i < text.length; i++) view.setUint16(1 + 2 * i, text.charCodeAt(i))
  return bytes
}

export function fromBytes(bytes: Uint8Array): string {
  if (bytes[0] === 0)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(1))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let text = ''
  for (let at = 1; at + 1 < bytes.length; at += 2) text += String.fromCharCode(view.getUint16(at))
  return text
}

export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Base64 for URLs, without padding (RFC 4648 5). */
export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=*$/, '')
}

export function fromBase64(text: string): Uint8Array {
  const plain = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=*$/, '')
  return Uint8Array.from(atob(plain), character => character.charCodeAt(0))
}

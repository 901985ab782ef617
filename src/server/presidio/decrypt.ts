import { Problem } from '../problem.js'
import { keyBytes, type OperatorConfig } from './operators.js'

const IV_BYTES = 16

/**
 * The text that was encrypted: base64url of an initialization vector and AES in CBC mode.
 * @throws Problem 422 for a key of another length, or text that this key did not encrypt
 */
export async function decrypt(text: string, config: OperatorConfig): Promise<string> {
  const key = await crypto.subtle.importKey('raw', keyBytes(config), 'AES-CBC', false, ['decrypt'])
  try {
    if (!/^[\w+/-]+={0,2}$/.test(text)) throw undecipherable()
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, char => char.charCodeAt(0))
    const iv = bytes.subarray(0, IV_BYTES)
    const plain = await crypto.subtle.decrypt({ name: 'AES-CBC', iv }, key, bytes.subarray(IV_BYTES))
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain)
  } catch {
    throw undecipherable()
  }
}

function undecipherable(): Problem {
  return new Problem(
    422,
    'presidio/decrypt',
    'anonymizer_results: expected places of what the operator encrypt made with this key, got something else',
  )
}

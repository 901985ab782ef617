import { ModelFileError } from '../base/model-file-error.js'
import type { FileDigest } from './run-manifest.js'

/**
 * Size and SHA-256 of bytes by the Web's own cryptography, which Node.js has too.
 * @throws ModelFileError in a page that is not served over https or from localhost: browsers withhold it there
 */
export async function webDigest(bytes: Uint8Array<ArrayBuffer>): Promise<FileDigest> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle
  if (!subtle)
    throw new ModelFileError({
      where: 'page',
      expected: 'a secure context, for the browser to hash files in',
      got: 'one that is not',
      remedy: 'serve the page over https, or from localhost',
    })
  const hash = new Uint8Array(await subtle.digest('SHA-256', bytes))
  const sha256 = Array.from(hash, byte => byte.toString(16).padStart(2, '0')).join('')
  return { bytes: bytes.length, sha256 }
}

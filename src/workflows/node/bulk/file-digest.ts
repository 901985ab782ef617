import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { FileDigest } from './manifest.js'

/** Size and SHA-256 of a file. @throws the system's error for one that cannot be read */
export async function digestFile(path: string): Promise<FileDigest> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(piece as Uint8Array)
    bytes += (piece as Uint8Array).length
  }
  return { bytes, sha256: hash.digest('hex') }
}

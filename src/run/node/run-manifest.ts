import { createHash } from 'node:crypto'
import { type Content, partsOf } from '../../base/node/atomic-file.js'
import {
  createManifest,
  type FileDigest,
  manifestBody,
  manifestText,
  type RunManifest,
  readManifest,
} from '../run-manifest.js'

export function digestOf(content: Content): FileDigest {
  const hash = createHash('sha256')
  let bytes = 0
  for (const part of partsOf(content)) {
    hash.update(part)
    bytes += part.length
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** The manifest's text, with a hash of itself at its end. */
export function formatManifest(nerite: string, files: Readonly<Record<string, FileDigest>>): string {
  const manifest = createManifest(nerite, files)
  return manifestText(manifest, digestOf(manifestBody(manifest)).sha256)
}

/** @throws ModelFileError for a manifest that is damaged or from a newer version. */
export function parseManifest(text: string, where: string): RunManifest {
  const { body, check } = readManifest(text, where)
  return check(digestOf(body).sha256)
}

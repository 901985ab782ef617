import type { PortableError } from '../../../base/portable-error.js'
import type { PackedDocument } from '../../../label/store/packed-document.js'
import type { Upload } from './read-upload.js'

/** The first message to the thread. Each further one, an empty object, asks for a part. */
export interface UploadRequest {
  readonly upload: Upload
  /** Where the file may lie while it is read. */
  readonly folder: string
}

export type UploadAnswer =
  | { readonly kind: 'read'; readonly types: readonly string[] }
  /** Without documents: there are no more. */
  | { readonly kind: 'part'; readonly documents: readonly PackedDocument[] }
  | { readonly kind: 'failed'; readonly error: PortableError }

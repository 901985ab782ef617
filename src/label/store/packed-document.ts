import type { NewDocument } from '../to-documents.js'
import { packOffsets } from './rows.js'

/** A new document as the database keeps it: it is passed between threads, and stored, without a look at its tokens. */
export interface PackedDocument extends Omit<NewDocument, 'offsets'> {
  /** As `packOffsets` writes them. */
  readonly offsets: string
  /** How many there are. */
  readonly tokens: number
}

export function packDocument({ offsets, ...document }: NewDocument): PackedDocument {
  return { ...document, offsets: packOffsets(offsets), tokens: offsets.length }
}

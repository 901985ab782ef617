import type { Sentence } from './sentence.js'

/** A document as its sentences carry it. */
export type DocumentFields = Required<Pick<Sentence, 'document' | 'documentName'>>

/**
 * Numbers documents from 0, in the order in which their names first come. A name that comes again is the same document,
 * wherever it stands. Memory grows with the names (some 100 bytes each).
 */
export class DocumentNames {
  private readonly known = new Map<string, DocumentFields>()

  /** @param name a number and its digits are one name */
  get(name: string | number): DocumentFields {
    const found = this.known.get(String(name))
    if (found !== undefined) return found
    // A string of its own: one cut out of a block of lines would keep the block alive.
    const documentName = typeof name === 'string' ? ` ${name}`.slice(1) : name
    const fields = Object.freeze({ document: this.known.size, documentName })
    this.known.set(String(documentName), fields)
    return fields
  }
}

/** How a document without a name is called in tables, as Kaggle does with sentences. */
export function countedName(document: number): string {
  return `Document: ${document + 1}`
}

/** Whether the name says no more than the number, so that nothing is lost without it. */
export function isCounted({ document, documentName }: Sentence): boolean {
  if (document === undefined || documentName === undefined) return true
  return String(documentName) === String(document) || documentName === countedName(document)
}

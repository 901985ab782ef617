import type { Sentence } from './sentence.js'

/** A document as its sentences carry it. */
export type DocumentFields = Required<Pick<Sentence, 'document' | 'documentName'>>

/** How many names are remembered, some 100 bytes each. */
const REMEMBERED = 1_000_000

/**
 * Numbers documents from 0, in the order in which their names first come. A name that comes again is the same document,
 * wherever it stands; of those after the first million names, as long as no other comes in between.
 */
export class DocumentNames {
  private readonly known = new Map<string, number>()
  private last: DocumentFields | undefined
  private count = 0

  /**
   * @param note tells the user, once, that names are no longer remembered
   * @param remembered how many are
   */
  constructor(
    private readonly note: (message: string) => void,
    private readonly remembered = REMEMBERED,
  ) {}

  /** @param name a number and its digits are one name */
  get(name: string | number): DocumentFields {
    const key = String(name)
    if (this.last !== undefined && String(this.last.documentName) === key) return this.last
    // A string of its own: one cut out of a block of lines would keep the block alive.
    const documentName = typeof name === 'string' ? ` ${name}`.slice(1) : name
    const document = this.known.get(key) ?? this.number(String(documentName))
    this.last = Object.freeze({ document, documentName })
    return this.last
  }

  private number(name: string): number {
    if (this.known.size < this.remembered) this.known.set(name, this.count)
    else if (this.count === this.remembered)
      this.note(
        `more than ${this.remembered.toLocaleString('en-US')} documents: from the next one on, a name that comes again after ` +
          'another is taken for another document',
      )
    return this.count++
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

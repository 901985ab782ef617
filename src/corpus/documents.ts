/** Documents: numbered by readers, named where the source names them, marked by writers. */
import type { ReadContext } from './read-context.js'
import type { Sentence } from './sentence.js'
import type { LossLog } from './sentence-writer.js'

/** A document as its sentences carry it. */
export type DocumentFields = Required<Pick<Sentence, 'document' | 'documentName'>>

/** How many names are remembered, at about 100 bytes each. */
const REMEMBERED = 1_000_000

/**
 * Numbers documents from 0 in the order in which their names first appear. A name that appears again is the same
 * document, wherever it is. Beyond the first million names, this is only so for neighboring sentences.
 */
export class DocumentNames {
  private readonly known = new Map<string, number>()
  private last: DocumentFields | undefined
  private count = 0

  /** @param context gets one note when names are no longer remembered */
  constructor(
    private readonly context: Pick<ReadContext, 'note'>,
    private readonly remembered = REMEMBERED,
  ) {}

  /** @param name a number is the same name as its digits */
  get(name: string | number): DocumentFields {
    const key = String(name)
    if (this.last !== undefined && String(this.last.documentName) === key) return this.last
    // A copy: a slice of a block of lines would keep the whole block in memory.
    const documentName = typeof name === 'string' ? ` ${name}`.slice(1) : name
    const document = this.known.get(key) ?? this.number(String(documentName))
    this.last = Object.freeze({ document, documentName })
    return this.last
  }

  private number(name: string): number {
    if (this.known.size < this.remembered) this.known.set(name, this.count)
    else if (this.count === this.remembered)
      this.context.note(
        'many-documents',
        `more than ${this.remembered.toLocaleString('en-US')} documents: from here on, a name that appears again after ` +
          'another name counts as another document',
      )
    return this.count++
  }
}

/** The name of a document without one in tables, like Kaggle's `Sentence: 1`. */
export function countedName(document: number): string {
  return `Document: ${document + 1}`
}

/** Writes marks where documents begin, for formats that can mark nothing else. What that cannot say is a loss. */
export class DocumentMarks {
  private current: number | undefined
  private highest = -1

  constructor(private readonly losses: LossLog) {}

  /** Whether there must be a mark before this sentence, which is the next one. */
  isDue(sentence: Sentence): boolean {
    const { document, documentName } = sentence
    const isNumber = String(documentName) === String(document) || documentName === countedName(document ?? 0)
    if (document !== undefined && documentName !== undefined && !isNumber)
      this.losses.add('document-names', 'the names of documents', sentence)
    if (document === this.current) return false
    this.current = document
    if (document === undefined) {
      this.losses.add('document-ends', 'the end of the document before, which has no mark', sentence)
      return false
    }
    if (document <= this.highest)
      this.losses.add(
        'documents',
        'that a document continues after another one: it becomes a new one',
        sentence,
      )
    this.highest = Math.max(this.highest, document)
    return true
  }
}

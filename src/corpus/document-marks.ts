import { isCounted } from './document-names.js'
import type { Sentence } from './sentence.js'
import type { LossLog } from './write-options.js'

/** Where formats need a mark that mark the beginnings of documents and nothing else; what that cannot say is noted. */
export class DocumentMarks {
  private current: number | undefined
  private highest = -1

  constructor(private readonly losses: LossLog) {}

  /** Whether a mark is to stand before the next sentence, which this is. */
  isDue(sentence: Sentence): boolean {
    const { document } = sentence
    if (!isCounted(sentence)) this.losses.add('the name of its document', sentence)
    if (document === this.current) return false
    this.current = document
    if (document === undefined) {
      this.losses.add('the end of the document before, which has no mark', sentence)
      return false
    }
    if (document <= this.highest)
      this.losses.add('that its document began before another: it is a new one from now on', sentence)
    this.highest = Math.max(this.highest, document)
    return true
  }
}

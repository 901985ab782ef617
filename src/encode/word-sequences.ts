/** Texts as numbers: every distinct word once, and each sentence as the numbers of its words. */
export class WordSequences {
  private readonly ids = new Map<string, number>()
  /** How often each word occurs, in the order of their numbers. */
  private readonly counts: number[] = []
  readonly sentences: Int32Array[] = []

  add(tokens: readonly string[]): void {
    this.sentences.push(Int32Array.from(tokens, token => this.idOf(token)))
  }

  get words(): readonly string[] {
    return [...this.ids.keys()]
  }

  countOf(id: number): number {
    return this.counts[id]
  }

  private idOf(token: string): number {
    const known = this.ids.get(token)
    const id = known ?? this.ids.size
    if (known === undefined) {
      this.ids.set(token, id)
      this.counts.push(0)
    }
    this.counts[id]++
    return id
  }
}

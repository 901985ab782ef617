import { CorpusError } from './corpus-error.js'
import { Interner } from './intern.js'
import { isPlainTag } from './plain-tag.js'
import type { ReadContext } from './read-options.js'
import type { Sentence } from './sentence.js'

/** More tokens than this without a boundary is no sentence but a file that was misread. */
const LONGEST_SENTENCE = 200_000

/** Builds sentences of formats that have a token a row, and checks every tag's form. */
export class RowCollector {
  private tokens: string[] = []
  private tags: string[] = []
  private lines: number[] = []
  private extra: string[][]
  private document: Pick<Sentence, 'document' | 'documentName'> | undefined
  private readonly interner = new Interner()
  /** Tags by how they are written. */
  private readonly knownTags = new Map<string, string>()
  private hasTrimmed = false

  constructor(
    private readonly context: ReadContext,
    private readonly options: {
      /** Names of the further columns that are kept. */
      readonly extraNames: readonly string[]
      /** What to try where a tag is none. */
      readonly tagRemedy: string
      /** What is missing where a sentence does not end. */
      readonly boundary: string
    },
  ) {
    this.extra = options.extraNames.map(() => [])
  }

  /** @param tag `undefined` in unlabeled text */
  add(line: number, token: string, tag: string | undefined, extra: readonly string[]): void {
    if (tag !== undefined) {
      const known = this.knownTags.get(tag) ?? this.checkTag(line, tag)
      if (known === undefined) return
      this.tags.push(known)
    }
    this.tokens.push(this.interner.intern(token))
    this.lines.push(line)
    for (let i = 0; i < extra.length; i++) this.extra[i].push(this.interner.intern(extra[i]))
    if (this.tokens.length > LONGEST_SENTENCE)
      throw new CorpusError('corpus/format', {
        where: `${this.context.source}:${this.lines[0]}`,
        expected: `a sentence of at most ${LONGEST_SENTENCE} tokens`,
        got: 'a longer one',
        remedy: this.options.boundary,
      })
  }

  /** Starts a document that the sentences that follow belong to. Default: the next one, without a name. */
  startDocument(fields: Pick<Sentence, 'document' | 'documentName'> = this.nextDocument()): void {
    this.document = fields
  }

  /** The sentence that ends here, if any token was added since the last. */
  take(): Sentence | undefined {
    if (this.tokens.length === 0) return undefined
    const { tokens, tags, lines, extra, document } = this
    this.tokens = []
    this.tags = []
    this.lines = []
    this.extra = extra.map(() => [])
    const names = this.options.extraNames
    return {
      tokens,
      tags,
      ...(names.length > 0 && { columns: Object.fromEntries(names.map((name, i) => [name, extra[i]])) }),
      ...document,
      lines,
    }
  }

  private tellTrimmed(tag: string): void {
    if (!this.hasTrimmed) this.context.note(`white space around tags is left out (${JSON.stringify(tag)})`)
    this.hasTrimmed = true
  }

  private nextDocument(): { readonly document: number } {
    return { document: (this.document?.document ?? -1) + 1 }
  }

  private checkTag(line: number, tag: string): string | undefined {
    const plain = tag.trim()
    if (isPlainTag(plain)) {
      if (plain !== tag) this.tellTrimmed(tag)
      const own = ` ${plain}`.slice(1)
      if (this.knownTags.size < 10_000) this.knownTags.set(` ${tag}`.slice(1), own)
      return own
    }
    this.context.fault({
      where: `${this.context.source}:${line}`,
      expected: 'a tag: O, or one of B I E S L U, a hyphen and a type (B-PER)',
      got: tag === '' ? 'an empty tag' : JSON.stringify(tag),
      remedy: meantTag(tag) ?? this.options.tagRemedy,
    })
    return undefined
  }
}

/** What a tag with a slip in its prefix was meant to be: `b-per`, `B_PER`. */
function meantTag(tag: string): string | undefined {
  const found = /^([bieslu])[-_](.+)$/i.exec(tag)
  return found ? `write ${found[1].toUpperCase()}-${found[2].trim()} if that is meant` : undefined
}

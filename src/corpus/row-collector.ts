import type { Message } from '../base/fault.js'
import { isPlainTag, TAG_FORM } from '../tags/scheme.js'
import { CorpusError } from './corpus-error.js'
import type { ReadContext } from './read-context.js'
import type { Sentence } from './sentence.js'

/** A file with a longer sentence is misread: no boundary was recognized. */
const LONGEST_SENTENCE = 200_000

/** Collects tokens into sentences, for formats with one token per row, and checks every tag. */
export class RowCollector {
  private tokens: string[] = []
  private tags: string[] = []
  private lines: number[] = []
  private extra: string[][]
  private document: Pick<Sentence, 'document' | 'documentName'> | undefined
  private readonly interner = new Interner()
  /** Tags by how they are written in the file. */
  private readonly knownTags = new Map<string, string>()
  private hasTrimmed = false

  constructor(
    private readonly context: ReadContext,
    private readonly options: {
      /** Names of the further columns that are kept. */
      readonly extraNames: readonly string[]
      /** What to do about something that is not a tag. */
      readonly tagRemedy: Message
      /** What to do about a sentence that does not end. */
      readonly boundary: Message
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
        code: 'endless-sentence',
        where: this.context.at(this.lines[0]),
        expected: `a sentence of at most ${LONGEST_SENTENCE} tokens`,
        got: 'a longer one',
        remedy: this.options.boundary,
      })
  }

  /** Starts the document of the sentences that follow. Default: the next one, without a name. */
  startDocument(
    fields: Pick<Sentence, 'document' | 'documentName'> = {
      document: (this.document?.document ?? -1) + 1,
    },
  ): void {
    this.document = fields
  }

  /** The sentence that ends here, if any token was added since the last one. */
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

  private checkTag(line: number, tag: string): string | undefined {
    const plain = tag.trim()
    if (isPlainTag(plain)) {
      if (plain !== tag && !this.hasTrimmed) {
        this.context.note('trimmed-tags', `white space around tags is ignored (${JSON.stringify(tag)})`)
        this.hasTrimmed = true
      }
      const own = ` ${plain}`.slice(1)
      if (this.knownTags.size < 10_000) this.knownTags.set(` ${tag}`.slice(1), own)
      return own
    }
    this.context.fault(line, {
      code: 'bad-tag',
      expected: `a tag: ${TAG_FORM}`,
      got: tag === '' ? 'an empty tag' : JSON.stringify(tag),
      remedy: suggestion(tag) ?? this.options.tagRemedy,
    })
    return undefined
  }
}

/** What a tag with a wrong prefix (`b-per`, `B_PER`) should probably be. */
function suggestion(tag: string): string | undefined {
  const found = /^([bieslu])[-_](.+)$/i.exec(tag)
  return found ? `write ${found[1].toUpperCase()}-${found[2].trim()} if you mean that` : undefined
}

const CAPACITY = 1 << 15

/**
 * One copy of each recurring string. A token that is a slice of a block of lines would keep the whole block in memory,
 * and a corpus of a million tokens has only some ten thousand different ones. Forgets everything when it is full.
 */
class Interner {
  private known = new Map<string, string>()

  intern(text: string): string {
    const copy = this.known.get(text)
    if (copy !== undefined) return copy
    if (this.known.size >= CAPACITY) this.known = new Map()
    // Strings from 13 characters on may be slices. Appending makes a string of its own.
    const own = text.length < 13 ? text : ` ${text}`.slice(1)
    this.known.set(own, own)
    return own
  }
}

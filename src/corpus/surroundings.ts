/**
 * What stands around a sentence in its document, for models that read it. Sentences that share a document's number are of
 * one document, as long as they follow one another. A text without such a number is a document of its own. Tokens without
 * one, as a file of columns that marks no documents has them, are of one document with those before them.
 */
import type { Sentence, Surroundings } from './sentence.js'

/**
 * Gives each sentence the tokens around it. One that has some already keeps them.
 * @param reach the most tokens on either side; with 0 the sentences stay as they are
 * @example
 * const [first] = withSurroundings(corpus.sentences, 64)
 * first.around?.after // the tokens of the sentences that follow
 */
export function withSurroundings(sentences: readonly Sentence[], reach: number): readonly Sentence[] {
  if (reach === 0) return sentences
  const work = new Surrounder(reach)
  return [...sentences.flatMap(sentence => work.add(sentence)), ...work.end()]
}

/** As `withSurroundings`, for a stream: holds back no more than the sentences that the reach needs. */
export async function* streamSurroundings(
  sentences: AsyncIterable<Sentence> | Iterable<Sentence>,
  reach: number,
): AsyncGenerator<Sentence> {
  if (reach === 0) {
    yield* sentences
    return
  }
  const work = new Surrounder(reach)
  for await (const sentence of sentences) yield* work.add(sentence)
  yield* work.end()
}

interface Waiting {
  readonly sentence: Sentence
  readonly before: readonly string[]
  readonly after: string[]
}

class Surrounder {
  private last: Sentence | undefined
  /** The last tokens of the document so far. */
  private before: readonly string[] = []
  /** Sentences whose following tokens are not all known. */
  private waiting: Waiting[] = []

  constructor(private readonly reach: number) {}

  /** @returns the sentences that are complete now */
  add(sentence: Sentence): Sentence[] {
    const { reach } = this
    const done: Sentence[] = []
    if (!this.last || !isSameDocument(this.last, sentence)) {
      done.push(...this.end())
      this.before = []
    }
    this.last = sentence
    const { tokens } = sentence
    for (const { after } of this.waiting) after.push(...tokens.slice(0, reach - after.length))
    let complete = 0
    while (complete < this.waiting.length && this.waiting[complete].after.length === reach) complete++
    done.push(...this.waiting.splice(0, complete).map(own => this.surrounded(own)))
    this.waiting.push({ sentence, before: this.before, after: [] })
    this.before = lastOf(this.before, tokens, reach)
    return done
  }

  end(): Sentence[] {
    return this.waiting.splice(0).map(own => this.surrounded(own))
  }

  private surrounded({ sentence, before, after }: Waiting): Sentence {
    return sentence.around ? sentence : { ...sentence, around: { before, after, reach: this.reach } }
  }
}

/** Numbers the documents of sentences that are read one after the other, from 0. */
export class DocumentNumbers {
  private last: Sentence | undefined
  private number = 0

  /** The number of a sentence's document. */
  of(sentence: Sentence): number {
    if (this.last && !isSameDocument(this.last, sentence)) this.number++
    this.last = sentence
    return this.number
  }
}

/** @param a the sentence that was read before `b` */
export function isSameDocument(a: Sentence, b: Sentence): boolean {
  if (a.file !== b.file || a.document !== b.document) return false
  return a.document !== undefined || (a.text === undefined && b.text === undefined)
}

/** The surroundings of a part of a sentence: what is around the sentence, and the rest of the sentence itself. */
export function surroundingsOfPart(
  { before, after, reach }: Surroundings,
  tokens: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
): Surroundings {
  return {
    before: lastOf(before, tokens.slice(Math.max(0, from - reach), from), reach),
    after: [...tokens.slice(to, to + reach), ...after].slice(0, reach),
    reach,
  }
}

function lastOf(before: readonly string[], tokens: readonly string[], count: number): readonly string[] {
  const needed = Math.max(0, count - tokens.length)
  const kept = before.slice(Math.max(0, before.length - needed))
  return [...kept, ...tokens.slice(Math.max(0, tokens.length - count))]
}

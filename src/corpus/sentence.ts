import type { SoftTag } from '../tags/soft-tags.js'

/** A half-open range of UTF-16 code units. */
export interface Offsets {
  readonly start: number
  readonly end: number
}

/** An entity as a range of a text. */
export interface TextSpan extends Offsets {
  readonly type: string
}

/** What of a partly labeled sentence is labeled. Elsewhere the tag `O` says nothing. */
export interface Annotated {
  /** The types that are marked wherever they occur. Absent: all types of the corpus. */
  readonly types?: readonly string[]
  /** By token: whether it is labeled. Absent: all are. */
  readonly tokens?: readonly boolean[]
}

/** Tokens that stand around a sentence in its document, in reading order: the nearest before it come last. */
export interface Surroundings {
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** The most tokens on either side. */
  readonly reach: number
}

/**
 * One sentence of a corpus as it was read, with tags in the corpus's own scheme.
 */
export interface Sentence {
  readonly tokens: readonly string[]
  /** One per token: `O`, or a prefix and a type such as `B-PER`. Empty for unlabeled text. */
  readonly tags: readonly string[]
  /** What each token's tag may be, where a teacher labeled it: in the tags of the model that is to learn from it. */
  readonly soft?: readonly SoftTag[]
  /** Absent if all of the sentence is labeled. */
  readonly annotated?: Annotated
  /** Further columns by name (`pos`, `chunk`, `column2`, …), each as long as `tokens`. */
  readonly columns?: Readonly<Record<string, readonly string[]>>
  /** Number of the sentence's document, from 0. Absent if the source marks none. */
  readonly document?: number
  /** The document's name, if the source has one. The same number always has the same name. */
  readonly documentName?: string | number
  /** The original text and each token's place in it, if the source was text. */
  readonly text?: string
  readonly offsets?: readonly Offsets[]
  /**
   * All entities as ranges of `text`, in order, if at least one of them begins or ends inside a token. The tags then say
   * only what they can; see `projectEntities`. Absent if the tags say everything.
   */
  readonly entities?: readonly TextSpan[]
  /** What its record has besides (`id`, `meta` …), if the reader was told to keep it. */
  readonly fields?: Readonly<Record<string, unknown>>
  /** What stands around it in its document, where it is to be tagged by a model that reads this. */
  readonly around?: Surroundings
  /** The file that it came from, where the corpus has several. */
  readonly file?: string
  /** Lines of the source file, from 1: of each token if the format has one per line, else of the record. */
  readonly lines: readonly number[]
}

/** Where a token came from. @param corpus its path, which is the file's where there is only one */
export function placeOf(sentence: Sentence, token: number, corpus: string): { file: string; line: number } {
  return { file: sentence.file ?? corpus, line: lineOf(sentence, token) }
}

/** The 1-based line a token came from. */
export function lineOf(sentence: Sentence, token: number): number {
  return sentence.lines[Math.min(token, sentence.lines.length - 1)]
}

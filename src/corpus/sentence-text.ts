import { encodeSpans } from '../tags/encode-spans.js'
import { lenientSpans } from '../tags/lenient-spans.js'
import type { TokenSpan } from '../tags/span.js'
import { detokenize } from '../text/detokenize.js'
import type { Offsets, Sentence, TextSpan } from './sentence.js'

export interface SentenceText {
  readonly text: string
  /** Each token's range of `text`. */
  readonly offsets: readonly Offsets[]
}

/** A sentence's own text, or one put together from its tokens. */
export function textOf(sentence: Sentence): SentenceText {
  const { text, offsets, tokens } = sentence
  return text !== undefined && offsets !== undefined ? { text, offsets } : detokenize(tokens)
}

/** A sentence's entities, read as conlleval reads them. */
export function spansOf(sentence: Sentence): TokenSpan[] {
  return lenientSpans(sentence.tags)
}

/** A sentence's entities as ranges of its text, which is `textOf` it. */
export function textEntities(sentence: Sentence, { offsets }: SentenceText): readonly TextSpan[] {
  return (
    sentence.entities ??
    spansOf(sentence).map(({ start, end, type }) => ({
      start: offsets[start].start,
      end: offsets[end - 1].end,
      type,
    }))
  )
}

/** Whether the tags are what a format that holds only entities reads back, which is BIO. */
export function isReadBack(sentence: Sentence): boolean {
  if (sentence.entities !== undefined) return true
  const { tags } = sentence
  const read = encodeSpans(spansOf(sentence), tags.length, 'BIO')
  return read.every((tag, i) => tag === tags[i])
}

/** Losses of formats that hold entities as ranges of text. */
export const REWRITTEN = ['scheme', 'tags as they are: entities are read back as BIO'] as const
export const CUT_TOKENS = [
  'cut-tokens',
  'tokens that an entity begins or ends inside of, which are cut there',
] as const
export const PARTLY_LABELED = ['partly-labeled', 'which parts are not labeled'] as const
export const GUESSED_SPACES = ['spaces', 'the spaces between tokens, which are a guess'] as const

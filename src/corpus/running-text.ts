/** A corpus as the running text that a tagger meets in use. */
import { lenientSpans } from '../tags/lenient-spans.js'
import type { TokenSpan } from '../tags/span.js'
import type { Offsets, Sentence, TextSpan } from './sentence.js'
import { textOf } from './sentence-text.js'

/** A sentence of a running text. */
export interface PlacedSentence {
  readonly sentence: Sentence
  /** Each token's range of the whole text. */
  readonly offsets: readonly Offsets[]
}

export interface RunningText {
  readonly text: string
  readonly sentences: readonly PlacedSentence[]
}

/** The entities of all its sentences as ranges of a running text. @param read those of a sentence's tags; default: `spansOf` */
export function entitiesOfText(
  { sentences }: RunningText,
  read: (tags: readonly string[]) => readonly TokenSpan[] = lenientSpans,
): TextSpan[] {
  return sentences.flatMap(({ sentence, offsets }) => {
    if (sentence.entities !== undefined && sentence.offsets !== undefined) {
      const shift = offsets[0].start - sentence.offsets[0].start
      return sentence.entities.map(({ start, end, type }) => ({
        start: start + shift,
        end: end + shift,
        type,
      }))
    }
    return read(sentence.tags).map(({ start, end, type }) => ({
      start: offsets[start].start,
      end: offsets[end - 1].end,
      type,
    }))
  })
}

/** Tokens without documents: so many sentences are one text. */
const SENTENCES_OF_TEXT = 50

/** Tokens that end a sentence, closing quotes and brackets left out. */
const FULL_STOP = /[.!?…。！？．।؟]$/u
const CLOSER = /^["'”’»“)\]}]+$|^''$/u

/**
 * The texts of a corpus. Sentences of one document that follow each other are one text: separated by a space, or by a
 * blank line after a sentence without a stop (a heading, a row of a table). Records of text without a document are texts
 * of their own, and without documents 50 sentences of tokens are one text. Sentences without a text of their own get one
 * by `detokenize`.
 *
 * @example
 * const [{ text }] = runningTexts([{ tokens: ['It', 'rained', '.'], tags: [], lines: [1] }]) // 'It rained.'
 */
export function* runningTexts(sentences: Iterable<Sentence>): Generator<RunningText> {
  const collector = new TextCollector()
  for (const sentence of sentences) {
    const group = collector.add(sentence)
    if (group) yield runningText(group)
  }
  const last = collector.take()
  if (last) yield runningText(last)
}

/** As `runningTexts`, for sentences that come one by one: finds those of each text, for `runningText`. */
export class TextCollector {
  private group: Sentence[] = []

  /** @returns the sentences of the text that ended before this one */
  add(sentence: Sentence): readonly Sentence[] | undefined {
    const done = this.group.length > 0 && !continues(this.group, sentence) ? this.take() : undefined
    this.group.push(sentence)
    return done
  }

  /** The sentences since the last text. */
  take(): readonly Sentence[] | undefined {
    const { group } = this
    if (group.length === 0) return undefined
    this.group = []
    return group
  }
}

function continues(group: readonly Sentence[], { document, text }: Sentence): boolean {
  const [first] = group
  if (document !== first.document) return false
  return (
    document !== undefined ||
    (text === undefined && first.text === undefined && group.length < SENTENCES_OF_TEXT)
  )
}

/** The text of sentences that belong together. @param between what separates two of them; default: as `runningTexts` */
export function runningText(group: readonly Sentence[], between?: string): RunningText {
  let text = ''
  const sentences = group.map((sentence, i): PlacedSentence => {
    const own = textOf(sentence)
    if (i > 0) text += between ?? (endsWithStop(group[i - 1]) ? ' ' : '\n\n')
    const from = text.length
    text += own.text
    return {
      sentence,
      offsets: own.offsets.map(({ start, end }) => ({ start: start + from, end: end + from })),
    }
  })
  return { text, sentences }
}

function endsWithStop({ tokens }: Sentence): boolean {
  let last = tokens.length - 1
  while (last > 0 && CLOSER.test(tokens[last])) last--
  return last >= 0 && FULL_STOP.test(tokens[last])
}

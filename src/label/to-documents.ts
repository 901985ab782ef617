import { cutSentences } from '../corpus/cut-sentences.js'
import type { Offsets, Sentence, TextSpan } from '../corpus/sentence.js'
import { textEntities, textOf } from '../corpus/sentence-text.js'
import type { LabelDocument } from './label-document.js'
import { LabelError } from './label-error.js'

/** What a document was labeled with where it comes from. */
export interface GivenLabels {
  readonly entities: readonly TextSpan[]
  /** How far all of it is labeled: `whole`, or up to so many UTF-16 code units. */
  readonly readTo: 'whole' | number
  /** The types that were looked for; absent: all. */
  readonly types?: readonly string[]
}

/** A document that is about to join a project. */
export interface NewDocument extends Omit<LabelDocument, 'number'> {
  /** Absent for plain text. */
  readonly labels?: GivenLabels
}

/** Whether each sentence, or each record or text, is one document. */
export type DocumentUnit = 'sentence' | 'text'

/**
 * Sentences of a corpus as documents of a project; those without a token are left out.
 * @throws LabelError `label/text` for a text with NUL or half of a surrogate pair, which no database holds
 * @example
 * for (const { text } of toDocuments(corpus.sentences, 'sentence')) console.log(text)
 */
export function* toDocuments(sentences: Iterable<Sentence>, unit: DocumentUnit): Generator<NewDocument> {
  for (const whole of sentences) {
    for (const sentence of unit === 'sentence' ? cutSentences([whole]).parts : [whole]) {
      if (sentence.tokens.length === 0) continue
      const { text, offsets } = textOf(sentence)
      checkText(text, sentence.lines[0])
      const { documentName } = sentence
      yield {
        text,
        offsets: offsets.map(({ start, end }) => ({ start, end })),
        ...(documentName !== undefined && { name: String(documentName) }),
        ...(sentence.tags.length > 0 && { labels: givenLabels(sentence, { text, offsets }) }),
      }
    }
  }
}

function givenLabels(
  sentence: Sentence,
  place: { readonly text: string; readonly offsets: readonly Offsets[] },
): GivenLabels {
  const { tokens, types } = sentence.annotated ?? {}
  const unknown = tokens?.indexOf(false) ?? -1
  return {
    entities: textEntities(sentence, place).map(({ start, end, type }) => ({ start, end, type })),
    readTo: unknown < 0 ? 'whole' : unknown === 0 ? 0 : place.offsets[unknown - 1].end,
    ...(types && { types }),
  }
}

function checkText(text: string, line: number): void {
  const wrong = /[\0\p{Surrogate}]/u.exec(text)
  if (!wrong) return
  throw new LabelError('label/text', {
    where: `line ${line}`,
    expected: 'text of whole characters',
    got: wrong[0] === '\0' ? 'a NUL character' : 'half of a surrogate pair',
    remedy: 'take it out of the file',
  })
}

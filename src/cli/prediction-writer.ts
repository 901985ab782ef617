import { createWriter } from '../corpus/create-writer.js'
import type { Sentence } from '../corpus/sentence.js'
import type { AnnotatedText, Entity, TextReadings } from '../recognize/annotated-text.js'
import { encodeSpans } from '../tags/encode-spans.js'
import type { Scheme } from '../tags/scheme.js'
import { expressibleSpans } from '../tags/tagging.js'
import { toCodePointOffsets } from '../text/offsets.js'
import type { TextToken } from '../text/token.js'
import type { CliContext } from './context.js'
import { highlight } from './highlight.js'

export const OUTPUT_FORMATS = ['jsonl', 'conll', 'markup', 'highlight'] as const
export type OutputFormat = (typeof OUTPUT_FORMATS)[number] | 'json'

/** A tagged text, and the sentence that it was where a corpus file was tagged. */
export interface Prediction {
  readonly annotated: AnnotatedText | TextReadings
  readonly source?: Sentence
}

export interface PredictionWriterOptions {
  readonly print: (text: string) => void
  readonly colors: CliContext['colors']
  readonly types: readonly string[]
  readonly offsets: 'utf16' | 'codepoint'
  /** Whether `jsonl` and `json` tell the readings of each sentence. */
  readonly hasReadings: boolean
  /** Of the tags in `conll`. */
  readonly scheme: Scheme
}

export interface PredictionWriter {
  readonly write: (prediction: Prediction) => void
  readonly end: () => void
}

/** Prints tagged texts as they come. `json` collects them into one document. */
export function createPredictionWriter(
  format: OutputFormat,
  options: PredictionWriterOptions,
): PredictionWriter {
  const { print, colors, types, scheme } = options
  switch (format) {
    case 'jsonl':
      return {
        write: ({ annotated }) => print(`${JSON.stringify(toRecord(annotated, options))}\n`),
        end: () => {},
      }
    case 'json': {
      const records: unknown[] = []
      return {
        write: ({ annotated }) => void records.push(toRecord(annotated, options)),
        end: () => print(`${JSON.stringify(records)}\n`),
      }
    }
    case 'highlight':
      return {
        write: ({ annotated: { text, entities } }) => print(`${highlight(text, entities, types, colors)}\n`),
        end: () => {},
      }
    case 'conll':
    case 'markup':
      return corpusWriter(format, print, scheme)
    default:
      return format satisfies never
  }
}

/**
 * Sentences as the corpus writers have them. In conll each text is a document, and a corpus's documents stay what they
 * were; markup is to be read as text, which has no mark where documents begin.
 */
function corpusWriter(
  format: 'conll' | 'markup',
  print: (text: string) => void,
  scheme: Scheme,
): PredictionWriter {
  const writer = createWriter(format, {})
  let texts = 0
  return {
    write: ({ annotated: { text, entities, sentences }, source }) => {
      const document = format === 'markup' ? undefined : source ? source.document : texts
      // Sentences and entities are both in the order of the text.
      let next = 0
      for (const { start, end, tokens } of sentences) {
        const first = next
        while (next < entities.length && entities[next].start < end) next++
        print(
          writer.write({
            tokens: tokens.map(token => token.text),
            tags: tagsOf(tokens, entities.slice(first, next), scheme),
            text: text.slice(start, end),
            offsets: tokens.map(token => ({ start: token.start - start, end: token.end - start })),
            ...(document !== undefined && { document }),
            lines: source?.lines ?? [texts + 1],
          }),
        )
      }
      texts++
    },
    end: () => {},
  }
}

/** A sentence's tags, from the entities that lie in it. */
function tagsOf(tokens: readonly TextToken[], entities: readonly Entity[], scheme: Scheme): string[] {
  const startsAt = new Map(tokens.map(({ start }, i) => [start, i]))
  const endsAt = new Map(tokens.map(({ end }, i) => [end, i + 1]))
  const spans = entities.flatMap(({ start, end, type }) => {
    const [first, last] = [startsAt.get(start), endsAt.get(end)]
    return first !== undefined && last !== undefined ? [{ start: first, end: last, type }] : []
  })
  return encodeSpans(expressibleSpans(spans, scheme), tokens.length, scheme)
}

/** With the readings of each sentence where there are any. */
function toRecord(
  annotated: AnnotatedText | TextReadings,
  { offsets: unit, hasReadings }: Pick<PredictionWriterOptions, 'offsets' | 'hasReadings'>,
) {
  const { text, entities, sentences } = annotated
  const placed = <Place extends { readonly start: number; readonly end: number }>(
    places: readonly Place[],
  ) =>
    unit === 'utf16'
      ? places
      : toCodePointOffsets(text, places).map((place, i) => ({ ...places[i], ...place }))
  const record = { text, offsets: unit, entities: placed(entities) }
  if (!hasReadings) return record
  const places = placed(sentences.map(({ start, end }) => ({ start, end })))
  return {
    ...record,
    sentences: sentences.map((sentence, i) => ({
      ...places[i],
      readings: ('readings' in sentence ? sentence.readings : []).map(reading => ({
        probability: reading.probability,
        logProbability: reading.logProbability,
        entities: placed(reading.entities),
      })),
    })),
  }
}

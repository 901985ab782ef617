import { createWriter } from '../corpus/create-writer.js'
import type { Entity } from '../predict/entity.js'
import type { AnnotatedText } from '../predict/tagger.js'
import { toCodePointOffsets } from '../text/offsets.js'
import type { CliContext } from './context.js'
import { highlight } from './highlight.js'

export const OUTPUT_FORMATS = ['jsonl', 'conll', 'markup', 'highlight'] as const
export type OutputFormat = (typeof OUTPUT_FORMATS)[number] | 'json'

export interface PredictionWriterOptions {
  readonly print: (text: string) => void
  readonly colours: CliContext['colours']
  readonly types: readonly string[]
  readonly offsets: 'utf16' | 'codepoint'
}

export interface PredictionWriter {
  readonly write: (annotated: AnnotatedText) => void
  readonly end: () => void
}

/** Prints tagged texts as they come. `json` collects them into one document. */
export function createPredictionWriter(
  format: OutputFormat,
  options: PredictionWriterOptions,
): PredictionWriter {
  const { print, colours, types, offsets } = options
  switch (format) {
    case 'jsonl':
      return { write: annotated => print(`${JSON.stringify(toRecord(annotated, offsets))}\n`), end: () => {} }
    case 'json': {
      const records: unknown[] = []
      return {
        write: annotated => void records.push(toRecord(annotated, offsets)),
        end: () => print(`${JSON.stringify(records)}\n`),
      }
    }
    case 'highlight':
      return {
        write: ({ text, entities }) => print(`${highlight(text, entities, types, colours)}\n`),
        end: () => {},
      }
    case 'conll':
    case 'markup':
      return corpusWriter(format, print)
    default:
      return format satisfies never
  }
}

/** Sentences as the corpus writers have them; each text is a document. */
function corpusWriter(format: 'conll' | 'markup', print: (text: string) => void): PredictionWriter {
  const writer = createWriter(format, {})
  let document = 0
  return {
    write: ({ text, sentences }) => {
      for (const { start, end, tokens, tags } of sentences)
        print(
          writer.write({
            tokens: tokens.map(token => token.text),
            tags,
            text: text.slice(start, end),
            offsets: tokens.map(token => ({ start: token.start - start, end: token.end - start })),
            document,
            lines: [document + 1],
          }),
        )
      document++
    },
    end: () => {},
  }
}

function toRecord({ text, entities }: AnnotatedText, unit: 'utf16' | 'codepoint') {
  const converted: readonly Entity[] =
    unit === 'utf16'
      ? entities
      : toCodePointOffsets(text, entities).map((place, i) => ({ ...entities[i], ...place }))
  return { text, offsets: unit, entities: converted }
}

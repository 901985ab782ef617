import { option, say } from '../base/fault.js'
import type { OffsetUnit } from '../corpus/read-options.js'
import type { Scheme } from '../tags/scheme.js'
import { type Prediction, predictedSentences, predictionRecord } from '../workflows/prediction.js'
import type { CliContext } from './context.js'
import { highlight } from './highlight.js'

export const OUTPUT_FORMATS = ['jsonl', 'conll', 'markup', 'highlight'] as const
export type OutputFormat = (typeof OUTPUT_FORMATS)[number] | 'json'

export interface PredictionWriterOptions {
  readonly types: readonly string[]
  readonly offsets: OffsetUnit
  /** Whether `jsonl` and `json` list the readings of each sentence. */
  readonly withReadings: boolean
  /** Of the tags in `conll`. */
  readonly scheme: Scheme
}

export interface PredictionWriter {
  readonly write: (prediction: Prediction) => void
  readonly end?: () => void
}

/**
 * Prints tagged texts as they come. `json` collects them into one document. Writing corpus formats is loaded only when it
 * is asked for.
 */
export async function createPredictionWriter(
  format: OutputFormat,
  { types, offsets, withReadings, scheme }: PredictionWriterOptions,
  {
    print,
    printData,
    printJson,
    colors,
    note,
  }: Pick<CliContext, 'print' | 'printData' | 'printJson' | 'colors' | 'note'>,
): Promise<PredictionWriter> {
  const toRecord = (prediction: Prediction) => predictionRecord(prediction, offsets, withReadings)
  switch (format) {
    case 'jsonl':
      return { write: prediction => printJson(toRecord(prediction)) }
    case 'json': {
      const records: unknown[] = []
      return {
        write: prediction => void records.push(toRecord(prediction)),
        end: () => printJson(records),
      }
    }
    case 'highlight': {
      let last: string | undefined
      return {
        write: ({ annotated: { text, entities }, file }) => {
          if (file !== last) print(`${last === undefined ? '' : '\n'}${colors.bold(file ?? '')}\n`)
          last = file
          print(`${highlight(text, entities, types, colors).replace(/\n+$/, '')}\n`)
        },
      }
    }
    case 'conll':
    case 'markup': {
      const { createWriter } = await import('../corpus/create-writer.js')
      const writer = createWriter(format, {})
      let texts = 0
      return {
        write: prediction => {
          const document = documentOf(format, prediction, texts)
          texts++
          for (const sentence of predictedSentences(prediction, scheme, texts))
            printData(writer.write(document === undefined ? sentence : { ...sentence, document }))
        },
        end: () => {
          const lost = writer.losses.list().find(({ code }) => code === 'fields')
          if (lost) note(say`${format} has no place for ${lost.what}; ${option('to', 'jsonl')} keeps them`)
        },
      }
    }
    default:
      return format satisfies never
  }
}

/**
 * In conll each text is a document, and the documents of a corpus are kept. Markup is read as text, which has no mark
 * for the start of a document.
 */
function documentOf(format: 'conll' | 'markup', { source }: Prediction, texts: number): number | undefined {
  if (format === 'markup') return undefined
  return source ? source.document : texts
}

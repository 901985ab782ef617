import type { Recognizer } from '../../recognize/recognizer.js'
import type { Redactor, Replacement } from '../../redact/redactor.js'
import { type RedactFormat, recordsOf, type TextRecord } from './redact-records.js'

/** How often each policy was used on entities of each type. */
export interface RedactionCounts {
  texts: number
  entities: number
  /** The most fields or columns of a record that were not asked for: they stay as they are, as all their names do. */
  otherFields: number
  readonly types: Record<string, Record<string, number>>
}

export const newCounts = (): RedactionCounts => ({
  ...{ texts: 0, entities: 0, otherFields: 0 },
  types: Object.create(null),
})

/** A text without its entities, and where they were. */
export interface RedactedPart {
  readonly text: string
  readonly replacements: readonly Replacement[]
}

interface Source {
  readonly content: string
  readonly format: RedactFormat
  readonly fields: readonly string[]
  /** What it is called in messages. */
  readonly name: string
}

/** Texts that are tagged at a time. */
const AT_ONCE = 256

/**
 * Redacts the texts of a file, part by part.
 * @param counts what is found is added to
 * @throws InputError `redact/records` as `recordsOf`, before the first part
 */
export async function* redactFile(
  recognizer: Recognizer,
  redactor: Redactor,
  source: Source,
  { minScore, counts }: { readonly minScore: number; readonly counts: RedactionCounts },
): AsyncGenerator<{ readonly written: string; readonly parts: readonly RedactedPart[] }> {
  for (const records of batches(recordsOf(source.content, source.format, source.fields, source.name))) {
    const found = await recognizer.tagEverything(
      records.flatMap(({ texts }) => texts),
      { minScore },
    )
    let next = 0
    for (const record of records) {
      counts.otherFields = Math.max(counts.otherFields, record.others ?? 0)
      const texts = record.texts.map(text => ({ text, entities: found[next++] }))
      const parts = (await redactor.redactDocument(texts)).map(
        ({ text, replacements }): RedactedPart => ({ text, replacements }),
      )
      for (const { replacements } of parts) count(counts, replacements)
      yield { written: record.write(parts.map(({ text }) => text)), parts }
    }
  }
}

/** Puts back what was encrypted in a file's texts. @throws InputError `redact/decrypt`, `redact/records` */
export async function restoreFile(redactor: Redactor, source: Source): Promise<string> {
  const written: string[] = []
  for (const record of recordsOf(source.content, source.format, source.fields, source.name)) {
    const texts: string[] = []
    for (const text of record.texts) texts.push(await redactor.restore(text, source.name))
    written.push(record.write(texts))
  }
  return written.join('')
}

function count(counts: RedactionCounts, replacements: readonly Replacement[]): void {
  counts.texts++
  counts.entities += replacements.length
  for (const { type, policy } of replacements) {
    counts.types[type] ??= {}
    const own = counts.types[type]
    own[policy] = (own[policy] ?? 0) + 1
  }
}

function* batches(records: readonly TextRecord[]): Generator<TextRecord[]> {
  for (let at = 0; at < records.length; at += AT_ONCE) yield records.slice(at, at + AT_ONCE)
}

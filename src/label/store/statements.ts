import type { Label } from '../label.js'
import type { Suggestion } from '../suggestion.js'
import type { GivenLabels, NewDocument } from '../to-documents.js'
import type { PackedDocument } from './packed-document.js'
import type { SqlRow, Statement } from './sql-database.js'

export function insertDocument(project: string, number: number, document: PackedDocument): Statement {
  const { text, offsets, tokens, name = null } = document
  return {
    sql: 'INSERT INTO documents (project, number, content, offsets, tokens, name) VALUES (?, ?, ?, ?, ?, ?)',
    values: [project, number, text, offsets, tokens, name],
  }
}

/** A label that is made anew after it was taken away has no revision that an older one had: bits of a random first one. */
const REVISION_BITS = 30

/** @param revision of the label that it replaces, 0 for none. No row comes back if there is another. */
export function upsertLabel(project: string, label: Label, revision: number): Statement {
  const { document, annotator, state, entities, readTo, types } = label
  return {
    sql: `INSERT INTO labels (project, document, annotator, state, entities, read_to, types, revision, made)
      VALUES (?, ?, ?, ?, ?, ?, ?, CAST(? AS INTEGER), ?)
      ON CONFLICT (project, document, annotator) DO UPDATE SET state = excluded.state, entities = excluded.entities,
        read_to = excluded.read_to, types = excluded.types, revision = labels.revision + 1, made = excluded.made
      WHERE labels.revision = ? RETURNING *`,
    values: [
      ...[project, document, annotator, state, JSON.stringify(entities), readTo, JSON.stringify(types)],
      ...[1 + (crypto.getRandomValues(new Uint32Array(1))[0] >>> (32 - REVISION_BITS))],
      ...[new Date().toISOString(), revision],
    ],
  }
}

export function upsertSuggestion(project: string, suggestion: Suggestion): Statement {
  const { document, source, entities, surprise, expectedChanges } = suggestion
  return {
    sql: `INSERT INTO suggestions (project, document, source, entities, surprise, expected_changes) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (project, document, source) DO UPDATE SET entities = excluded.entities, surprise = excluded.surprise,
        expected_changes = excluded.expected_changes`,
    values: [project, document, source, JSON.stringify(entities), surprise, expectedChanges],
  }
}

/** The label that a document came with. */
export function labelGiven(
  number: number,
  { text }: Pick<NewDocument, 'text'>,
  { entities, readTo, types }: GivenLabels,
  all: readonly string[],
  annotator: string,
): Label {
  const isWhole = readTo === 'whole'
  return {
    document: number,
    annotator,
    state: isWhole ? 'accepted' : 'partial',
    entities,
    readTo: isWhole ? text.length : readTo,
    types: types ?? all,
  }
}

/** 1 − F1 of the two sources that differ most; `null` with fewer than two. */
export function disagreementOf(rows: readonly SqlRow[]): number | null {
  if (rows.length < 2) return null
  const sets = rows.map(({ entities }) => {
    const found = JSON.parse(String(entities)) as { start: number; end: number; type: string }[]
    return new Set(found.map(({ start, end, type }) => `${start} ${end} ${type}`))
  })
  let most = 0
  sets.forEach((a, i) => {
    for (const b of sets.slice(i + 1)) {
      const shared = [...a].filter(each => b.has(each)).length
      const both = a.size + b.size
      if (both > 0) most = Math.max(most, 1 - (2 * shared) / both)
    }
  })
  return most
}

/** 16 letters and digits, drawn by the system. */
export function randomId(): string {
  const letters = '0123456789abcdefghjkmnpqrstvwxyz'
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => letters[byte & 31]).join('')
}

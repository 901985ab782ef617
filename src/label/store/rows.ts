/** Between rows of the database and the data of labels. What is stored was checked before it was written. */
import type { Offsets, TextSpan } from '../../corpus/sentence.js'
import type { LabelState, StoredLabel } from '../label.js'
import type { LabelDocument } from '../label-document.js'
import type { LabelType } from '../label-type.js'
import type { Project, ProjectRun, RunState } from '../project.js'
import type { SuggestedEntity, Suggestion } from '../suggestion.js'
import type { SqlRow } from './sql-database.js'

export function toProject({ id, name, types, created }: SqlRow): Project {
  return {
    id: String(id),
    name: String(name),
    types: JSON.parse(String(types)) as LabelType[],
    created: String(created),
  }
}

export function toDocument({ number, content, offsets, name }: SqlRow): LabelDocument {
  return {
    number: Number(number),
    text: String(content),
    offsets: unpackOffsets(String(offsets)),
    ...(name !== null && { name: String(name) }),
  }
}

export function toLabel(row: SqlRow): StoredLabel {
  return {
    document: Number(row.document),
    annotator: String(row.annotator),
    state: row.state as LabelState,
    entities: JSON.parse(String(row.entities)) as TextSpan[],
    readTo: Number(row.read_to),
    types: JSON.parse(String(row.types)) as string[],
    revision: Number(row.revision),
    at: String(row.made),
  }
}

export function toSuggestion(row: SqlRow): Suggestion {
  return {
    document: Number(row.document),
    source: String(row.source),
    entities: JSON.parse(String(row.entities)) as SuggestedEntity[],
    surprise: numberOrNull(row.surprise),
    expectedChanges: numberOrNull(row.expected_changes),
  }
}

export function toRun(row: SqlRow): ProjectRun {
  return {
    number: Number(row.number),
    folder: String(row.folder),
    state: row.state as RunState,
    trained: Number(row.trained),
    heldOut: Number(row.held_out),
    f1: numberOrNull(row.f1),
    created: String(row.created),
    ...(row.message !== null && { message: String(row.message) }),
  }
}

/** Offsets as one list of numbers: the gap before each token and its length. */
export function packOffsets(offsets: readonly Offsets[]): string {
  let last = 0
  const numbers = offsets.flatMap(({ start, end }) => {
    const gap = start - last
    last = end
    return [gap, end - start]
  })
  return numbers.join(' ')
}

export function unpackOffsets(packed: string): Offsets[] {
  const numbers = packed === '' ? [] : packed.split(' ').map(Number)
  const offsets: Offsets[] = []
  let at = 0
  for (let i = 0; i < numbers.length; i += 2) {
    const start = at + numbers[i]
    at = start + numbers[i + 1]
    offsets.push({ start, end: at })
  }
  return offsets
}

export function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value)
}

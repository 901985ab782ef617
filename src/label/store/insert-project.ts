import { LabelError } from '../label-error.js'
import type { Project } from '../project.js'
import type { PackedDocument } from './packed-document.js'
import type { Statement } from './sql-database.js'
import { insertDocument, labelGiven, upsertLabel } from './statements.js'

/**
 * The statements that store a project, as its documents come.
 * @throws LabelError `label/empty` at the end if there was no document
 */
export async function* insertProject(
  { id, name, types, created }: Project,
  documents: AsyncIterable<readonly PackedDocument[]> | Iterable<readonly PackedDocument[]>,
  given: { readonly types: readonly string[]; readonly annotator: string },
): AsyncGenerator<readonly Statement[]> {
  yield [
    {
      sql: 'INSERT INTO projects (id, name, types, created) VALUES (?, ?, ?, ?)',
      values: [id, name, JSON.stringify(types), created],
    },
  ]
  let number = 0
  for await (const part of documents) {
    const statements: Statement[] = []
    for (const document of part) {
      statements.push(insertDocument(id, number, document))
      if (document.labels) {
        const label = labelGiven(number, document, document.labels, given.types, given.annotator)
        statements.push(upsertLabel(id, label, 0))
      }
      number++
    }
    yield statements
  }
  if (number > 0) return
  throw new LabelError('label/empty', {
    where: 'documents',
    expected: 'at least one with a token',
    got: 'none',
  })
}

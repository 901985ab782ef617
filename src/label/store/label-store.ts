import type { Label, StoredLabel } from '../label.js'
import type { LabelDocument } from '../label-document.js'
import { LabelError } from '../label-error.js'
import { type LabelType, toLabelTypes } from '../label-type.js'
import type { Project, ProjectProgress, ProjectRun } from '../project.js'
import type { Candidate } from '../queue.js'
import type { Suggestion } from '../suggestion.js'
import type { NewDocument } from '../to-documents.js'
import { insertProject } from './insert-project.js'
import { type PackedDocument, packDocument } from './packed-document.js'
import { numberOrNull, toDocument, toLabel, toProject, toRun, toSuggestion } from './rows.js'
import { prepareTables } from './schema.js'
import { query, type SqlDatabase, type SqlRow } from './sql-database.js'
import {
  disagreementOf,
  insertDocument,
  labelGiven,
  randomId,
  upsertLabel,
  upsertSuggestion,
} from './statements.js'

/** How often the number of a run is tried. */
const MOST_TRIES = 8

/** Candidates that are read at a time. */
const CANDIDATES = 5000

/** Statements of one transaction while suggestions are stored. */
const PART = 500

/**
 * Projects with their documents, labels, suggestions and runs, in a database. What a method stored is on the disk when
 * its promise resolves. `close` it when done.
 *
 * @example
 * const store = await LabelStore.open(await openSqlite('labels.sqlite'))
 */
export class LabelStore {
  private constructor(private readonly database: SqlDatabase) {}

  /** @throws LabelError `label/database` if a newer version made the tables */
  static async open(database: SqlDatabase): Promise<LabelStore> {
    await prepareTables(database)
    return new LabelStore(database)
  }

  close(): Promise<void> {
    return this.database.close()
  }

  async projects(): Promise<Project[]> {
    return (await query(this.database, 'SELECT * FROM projects ORDER BY created, id')).map(toProject)
  }

  /** @throws LabelError `label/project` if there is none of this id */
  async project(id: string): Promise<Project> {
    const [row] = await query(this.database, 'SELECT * FROM projects WHERE id = ?', id)
    if (row) return toProject(row)
    throw new LabelError('label/project', {
      where: 'project',
      expected: 'one that exists',
      got: JSON.stringify(id),
    })
  }

  /**
   * Makes a project with its documents, and the labels that they came with, in one transaction.
   * @param documents all of them, or part by part as they come
   * @param annotator who is said to have made those labels
   * @throws LabelError `label/types`, `label/empty` without a document
   */
  async createProject(
    { name, types }: { readonly name: string; readonly types: readonly string[] },
    documents: Iterable<NewDocument> | AsyncIterable<readonly PackedDocument[]>,
    annotator: string,
  ): Promise<Project> {
    const project: Project = {
      id: randomId(),
      name,
      types: toLabelTypes(types),
      created: new Date().toISOString(),
    }
    const parts = Symbol.asyncIterator in documents ? documents : [[...documents].map(packDocument)]
    await this.database.batchOf(insertProject(project, parts, { types, annotator }))
    return project
  }

  /** Adds documents at the end. @returns the number of the first */
  async addDocuments(project: Project, documents: Iterable<NewDocument>, annotator: string): Promise<number> {
    const sql = 'SELECT COALESCE(MAX(number) + 1, 0) AS next FROM documents WHERE project = ?'
    const [{ next }] = await query(this.database, sql, project.id)
    const types = project.types.map(type => type.name)
    const statements = [...documents].flatMap((document, i) => {
      const number = Number(next) + i
      const own = insertDocument(project.id, number, packDocument(document))
      if (!document.labels) return [own]
      return [
        own,
        upsertLabel(project.id, labelGiven(number, document, document.labels, types, annotator), 0),
      ]
    })
    await this.database.batch(statements)
    return Number(next)
  }

  /** Gives a project other types. Labels keep those that they were made with. @throws LabelError `label/types` */
  async setTypes(id: string, names: readonly string[]): Promise<readonly LabelType[]> {
    const types = toLabelTypes(names)
    await query(this.database, 'UPDATE projects SET types = ? WHERE id = ?', JSON.stringify(types), id)
    return types
  }

  /** Removes a project with all that belongs to it. */
  async removeProject(id: string): Promise<void> {
    // Not left to the foreign keys, which a connection may not enforce.
    const tables = ['runs', 'suggestions', 'labels', 'documents']
    await this.database.batch([
      ...tables.map(table => ({ sql: `DELETE FROM ${table} WHERE project = ?`, values: [id] })),
      { sql: 'DELETE FROM projects WHERE id = ?', values: [id] },
    ])
  }

  async progress(project: string): Promise<ProjectProgress> {
    const [[size], states, annotators] = await this.database.batch([
      {
        sql: 'SELECT COUNT(*) AS documents, COALESCE(SUM(tokens), 0) AS tokens FROM documents WHERE project = ?',
        values: [project],
      },
      {
        sql: `SELECT best, COUNT(*) AS documents FROM (
          SELECT document, MIN(CASE state WHEN 'accepted' THEN 0 WHEN 'partial' THEN 1 ELSE 2 END) AS best
          FROM labels WHERE project = ? GROUP BY document) AS found GROUP BY best`,
        values: [project],
      },
      {
        sql: `SELECT annotator, COUNT(*) AS accepted FROM labels WHERE project = ? AND state = 'accepted'
          GROUP BY annotator ORDER BY annotator`,
        values: [project],
      },
    ])
    const of = (best: number) => Number(states.find(row => Number(row.best) === best)?.documents ?? 0)
    return {
      documents: Number(size.documents),
      tokens: Number(size.tokens),
      accepted: of(0),
      partial: of(1),
      skipped: of(2),
      annotators: annotators.map(row => ({ name: String(row.annotator), accepted: Number(row.accepted) })),
    }
  }

  /** @throws LabelError `label/document` if there is none of this number */
  async document(project: string, number: number): Promise<LabelDocument> {
    const sql = 'SELECT * FROM documents WHERE project = ? AND number = ?'
    const [row] = await query(this.database, sql, project, number)
    if (row) return toDocument(row)
    throw new LabelError('label/document', {
      where: 'document',
      expected: 'one of the project',
      got: String(number),
    })
  }

  /** Documents by number, at most `limit` of them. @param from the first number */
  async documents(project: string, from: number, limit: number): Promise<LabelDocument[]> {
    const sql = 'SELECT * FROM documents WHERE project = ? AND number >= ? ORDER BY number LIMIT ?'
    return (await query(this.database, sql, project, from, limit)).map(toDocument)
  }

  /** Documents that hold a string, as it is written or in another case. */
  async documentsWith(project: string, text: string): Promise<LabelDocument[]> {
    const pattern = `%${text.replace(/[\\%_]/g, char => `\\${char}`)}%`
    const sql = String.raw`SELECT * FROM documents WHERE project = ? AND content LIKE ? ESCAPE '\' ORDER BY number`
    return (await query(this.database, sql, project, pattern)).map(toDocument)
  }

  /** Every label of a project, or of one document, ordered by document and annotator. */
  async labels(project: string, document?: number): Promise<StoredLabel[]> {
    const where = document === undefined ? '' : ' AND document = ?'
    const sql = `SELECT * FROM labels WHERE project = ?${where} ORDER BY document, annotator`
    const values = document === undefined ? [project] : [project, document]
    return (await query(this.database, sql, ...values)).map(toLabel)
  }

  /**
   * Stores the label of a document by an annotator.
   * @param revision of the label that it replaces, 0 for none
   * @throws LabelError `label/changed` if there is another one by now; nothing is stored then
   */
  async saveLabel(project: string, label: Label, revision: number): Promise<StoredLabel> {
    const [[row]] = await this.database.batch([upsertLabel(project, label, revision)])
    if (row) return toLabel(row)
    throw new LabelError('label/changed', {
      where: `document ${label.document}`,
      expected: `labels of ${label.annotator} as they were read (revision ${revision})`,
      got: 'others, saved in the meantime',
      remedy: 'load the document again',
    })
  }

  /** Takes a label back, as if the document had never been seen. */
  async removeLabel(project: string, document: number, annotator: string): Promise<void> {
    const sql = 'DELETE FROM labels WHERE project = ? AND document = ? AND annotator = ?'
    await query(this.database, sql, project, document, annotator)
  }

  /** Stores suggestions; those of the same source for the same document are replaced. */
  async saveSuggestions(project: string, suggestions: readonly Suggestion[]): Promise<void> {
    for (let i = 0; i < suggestions.length; i += PART)
      await this.database.batch(suggestions.slice(i, i + PART).map(each => upsertSuggestion(project, each)))
  }

  /** Of one document. */
  async suggestions(project: string, document: number): Promise<Suggestion[]> {
    const sql = 'SELECT * FROM suggestions WHERE project = ? AND document = ? ORDER BY source'
    return (await query(this.database, sql, project, document)).map(toSuggestion)
  }

  /** Where suggestions come from, and how many documents each source has read. */
  async sources(project: string): Promise<{ readonly name: string; readonly documents: number }[]> {
    const sql =
      'SELECT source, COUNT(*) AS documents FROM suggestions WHERE project = ? GROUP BY source ORDER BY source'
    const rows = await query(this.database, sql, project)
    return rows.map(row => ({ name: String(row.source), documents: Number(row.documents) }))
  }

  async removeSuggestions(project: string, source: string): Promise<void> {
    await query(this.database, 'DELETE FROM suggestions WHERE project = ? AND source = ?', project, source)
  }

  /**
   * Documents that an annotator has not labeled, with what is known of them: the model's figures if one has read them.
   * @param withDisagreement reads the suggestions of all sources, which takes longer
   */
  async candidates(project: string, annotator: string, withDisagreement: boolean): Promise<Candidate[]> {
    const all: Candidate[] = []
    // In parts, so that the thread that asks is free between them.
    for (let from = 0; ; ) {
      const part = await this.candidatesFrom(project, annotator, withDisagreement, from)
      for (const candidate of part) all.push(candidate)
      const last = part.at(-1)
      if (!last || part.length < CANDIDATES) return all
      from = last.number + 1
    }
  }

  private async candidatesFrom(
    project: string,
    annotator: string,
    withDisagreement: boolean,
    from: number,
  ): Promise<Candidate[]> {
    const labels = 'LEFT JOIN labels l ON l.project = d.project AND l.document = d.number AND l.annotator = ?'
    const rows = await query(
      this.database,
      `SELECT d.number AS number, d.tokens AS tokens, MAX(s.surprise) AS surprise, MAX(s.expected_changes) AS changes
        FROM documents d ${labels} LEFT JOIN suggestions s ON s.project = d.project AND s.document = d.number
        WHERE d.project = ? AND d.number >= ? AND l.annotator IS NULL
        GROUP BY d.number, d.tokens ORDER BY d.number LIMIT ${CANDIDATES}`,
      ...[annotator, project, from],
    )
    const byDocument = new Map<number, SqlRow[]>()
    if (withDisagreement && rows.length > 0) {
      const found = await query(
        this.database,
        `SELECT document, entities FROM suggestions WHERE project = ? AND document >= ? AND document <= ?
          ORDER BY document, source`,
        ...[project, from, Number(rows[rows.length - 1].number)],
      )
      for (const row of found) {
        const own = byDocument.get(Number(row.document))
        if (own) own.push(row)
        else byDocument.set(Number(row.document), [row])
      }
    }
    return rows.map(row => ({
      number: Number(row.number),
      tokens: Number(row.tokens),
      surprise: numberOrNull(row.surprise),
      expectedChanges: numberOrNull(row.changes),
      disagreement: disagreementOf(byDocument.get(Number(row.number)) ?? []),
    }))
  }

  async runs(project: string): Promise<ProjectRun[]> {
    return (await query(this.database, 'SELECT * FROM runs WHERE project = ? ORDER BY number', project)).map(
      toRun,
    )
  }

  /** Begins a run with the next number, which no other server has. Save what is known of it with `saveRun`. */
  async addRun(project: string): Promise<ProjectRun> {
    const sql = `INSERT INTO runs (project, number, folder, state, trained, held_out, f1, message, created)
      SELECT CAST(? AS TEXT), COALESCE(MAX(number), 0) + 1, 'run-' || CAST(COALESCE(MAX(number), 0) + 1 AS TEXT), 'running',
        0, 0, NULL, NULL, CAST(? AS TEXT) FROM runs WHERE project = ? RETURNING *`
    for (let tries = 1; ; tries++)
      try {
        const [row] = await query(this.database, sql, project, new Date().toISOString(), project)
        return toRun(row)
      } catch (error) {
        // Another server took the number at the same time.
        if (tries === MOST_TRIES) throw error
      }
  }

  async removeRun(project: string, number: number): Promise<void> {
    await query(this.database, 'DELETE FROM runs WHERE project = ? AND number = ?', project, number)
  }

  async saveRun(project: string, run: ProjectRun): Promise<void> {
    const { number, folder, state, trained, heldOut, f1, message = null, created } = run
    await query(
      this.database,
      `INSERT INTO runs (project, number, folder, state, trained, held_out, f1, message, created)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (project, number) DO UPDATE SET state = excluded.state, trained = excluded.trained,
         held_out = excluded.held_out, f1 = excluded.f1, message = excluded.message`,
      ...[project, number, folder, state, trained, heldOut, f1, message, created],
    )
  }
}

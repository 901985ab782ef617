import { LabelError } from '../label-error.js'
import { query, type SqlDatabase } from './sql-database.js'

/** Goes up with every change of the tables. */
const VERSION = 1

const TABLES = [
  'CREATE TABLE IF NOT EXISTS nerite (version INTEGER NOT NULL)',
  `CREATE TABLE IF NOT EXISTS projects (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, types TEXT NOT NULL, created TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS documents (
    project TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    content TEXT NOT NULL, offsets TEXT NOT NULL, tokens INTEGER NOT NULL, name TEXT,
    PRIMARY KEY (project, number))`,
  `CREATE TABLE IF NOT EXISTS labels (
    project TEXT NOT NULL, document INTEGER NOT NULL, annotator TEXT NOT NULL, state TEXT NOT NULL,
    entities TEXT NOT NULL, read_to INTEGER NOT NULL, types TEXT NOT NULL, revision INTEGER NOT NULL, made TEXT NOT NULL,
    PRIMARY KEY (project, document, annotator),
    FOREIGN KEY (project, document) REFERENCES documents (project, number) ON DELETE CASCADE)`,
  `CREATE TABLE IF NOT EXISTS suggestions (
    project TEXT NOT NULL, document INTEGER NOT NULL, source TEXT NOT NULL, entities TEXT NOT NULL,
    surprise DOUBLE PRECISION, expected_changes DOUBLE PRECISION,
    PRIMARY KEY (project, document, source),
    FOREIGN KEY (project, document) REFERENCES documents (project, number) ON DELETE CASCADE)`,
  `CREATE TABLE IF NOT EXISTS runs (
    project TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE, number INTEGER NOT NULL, folder TEXT NOT NULL,
    state TEXT NOT NULL, trained INTEGER NOT NULL, held_out INTEGER NOT NULL, f1 DOUBLE PRECISION, message TEXT,
    created TEXT NOT NULL, PRIMARY KEY (project, number))`,
]

/**
 * Makes the tables that are not there yet.
 * @throws LabelError `label/database` if a newer version made them
 */
export async function prepareTables(database: SqlDatabase): Promise<void> {
  await database.batch([
    ...TABLES.map(sql => ({ sql })),
    {
      sql: 'INSERT INTO nerite (version) SELECT CAST(? AS INTEGER) WHERE NOT EXISTS (SELECT 1 FROM nerite)',
      values: [VERSION],
    },
  ])
  const [{ version }] = await query(database, 'SELECT version FROM nerite')
  if (version === VERSION) return
  throw new LabelError('label/database', {
    where: 'the database of labels',
    expected: `version ${VERSION}`,
    got: `version ${version}`,
    remedy: 'use the version of nerite that made it, or a newer one',
  })
}

/** The thread that `openSqlite` starts. It alone touches the file. */
import { parentPort, workerData } from 'node:worker_threads'
import sqlite from 'node-sqlite3-wasm'
import type { SqlRow, Statement } from '../store/sql-database.js'
import type { SqliteAnswer, SqliteRequest } from './sqlite-messages.js'

const port = parentPort
if (!port) throw new Error('this is a worker thread')
const answer = (message: SqliteAnswer) => port.postMessage(message)
const { path } = workerData as { readonly path: string }

try {
  const database = new sqlite.Database(path)
  // The first statement that reads the file also finds out whether it is one.
  database.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA; PRAGMA foreign_keys = ON;')
  database.get('SELECT COUNT(*) AS tables FROM sqlite_master')
  answer({ id: 0 })
  /** Statements of transactions of which more come. */
  const begun = new Map<number, (readonly Statement[])[]>()
  port.on('message', ({ id, statements, rest, withRows = true }: SqliteRequest) => {
    if (id === 0) {
      database.close()
      port.close()
      return
    }
    const parts = begun.get(id) ?? []
    parts.push(statements)
    if (rest === 'more') begun.set(id, parts)
    else begun.delete(id)
    if (rest !== undefined) return
    try {
      const rows = transaction(database, parts.flat())
      answer({ id, ...(withRows && { rows }) })
    } catch (error) {
      answer({ id, error: error instanceof Error ? error.message : String(error) })
    }
  })
} catch (error) {
  answer({ id: 0, error: error instanceof Error ? error.message : String(error) })
  port.close()
}

type Database = InstanceType<typeof sqlite.Database>

function transaction(database: Database, statements: readonly Statement[]): (readonly SqlRow[])[] {
  // Each different statement is compiled once.
  const prepared = new Map<string, ReturnType<Database['prepare']>>()
  database.exec('BEGIN IMMEDIATE')
  try {
    const rows = statements.map(({ sql, values = [] }) => {
      const statement = prepared.get(sql) ?? database.prepare(sql)
      prepared.set(sql, statement)
      return statement.all([...values]) as SqlRow[]
    })
    finalize(prepared.values())
    database.exec('COMMIT')
    return rows
  } catch (error) {
    finalize(prepared.values())
    ignoringErrors(() => database.exec('ROLLBACK'))
    throw error
  }
}

function finalize(statements: Iterable<{ finalize(): void; readonly isFinalized: boolean }>): void {
  // A statement that failed says so once more.
  for (const statement of statements) if (!statement.isFinalized) ignoringErrors(() => statement.finalize())
}

/** Where SQLite has rolled back by itself, as on a full disk, there is nothing to roll back. */
function ignoringErrors(work: () => void): void {
  try {
    work()
  } catch {}
}

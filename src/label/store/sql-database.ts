export type SqlValue = string | number | null
export type SqlRow = Readonly<Record<string, SqlValue>>

/** A statement in the SQL that SQLite and Postgres share; `?` stands for each of the values. */
export interface Statement {
  readonly sql: string
  readonly values?: readonly SqlValue[]
}

/**
 * A database, as little as labels need of it. There are two: SQLite in one file, and Postgres. Both pass the same tests.
 */
export interface SqlDatabase {
  /**
   * Runs statements as one transaction: all of them, or none. What they changed is on the disk when the promise resolves.
   * @returns the rows of each statement
   * @throws what the database says; nothing is changed then
   */
  batch(statements: readonly Statement[]): Promise<readonly (readonly SqlRow[])[]>
  /**
   * Runs statements that come part by part, as one transaction like those of `batch`. Other statements may run meanwhile, and
   * nothing of these is seen before their end.
   * @throws what the database says, or `parts` throws; nothing is changed then
   */
  batchOf(parts: AsyncIterable<readonly Statement[]>): Promise<void>
  close(): Promise<void>
}

/** The rows of one statement. */
export async function query(
  database: SqlDatabase,
  sql: string,
  ...values: SqlValue[]
): Promise<readonly SqlRow[]> {
  return (await database.batch([{ sql, values }]))[0]
}

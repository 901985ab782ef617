import type { SqlRow, Statement } from '../store/sql-database.js'

/** `id` 0 closes the database. */
export interface SqliteRequest {
  readonly id: number
  readonly statements: readonly Statement[]
  /** `more`: further statements of the same transaction come; `none`: it is given up, with all that came of it. */
  readonly rest?: 'more' | 'none'
  /** Whether the rows are of interest. */
  readonly withRows?: boolean
}

/** The first answer has the `id` 0: the database is open, or `error` says why not. */
export interface SqliteAnswer {
  readonly id: number
  readonly rows?: readonly (readonly SqlRow[])[]
  readonly error?: string
}

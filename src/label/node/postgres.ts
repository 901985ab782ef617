import type { Pool, PoolClient } from 'pg'
import { LabelError } from '../label-error.js'
import type { SqlDatabase, SqlRow, Statement } from '../store/sql-database.js'

/** So that two processes that start at once do not both make the tables: any number that others are unlikely to use. */
const LOCK = 4_637_483

/**
 * A Postgres database, for several servers and annotators at once. Its durability is the server's (`synchronous_commit`,
 * on by default).
 *
 * @param url `postgres://user:password@host/database`
 * @throws LabelError `label/package` if `pg` is not installed; `label/database` if the database cannot be reached
 */
export async function openPostgres(url: string): Promise<SqlDatabase> {
  const { default: pg } = await import('pg').catch(() => {
    throw new LabelError('label/package', {
      where: 'pg',
      expected: 'the package for Postgres to be installed',
      got: 'none',
      remedy: 'npm install pg',
    })
  })
  const pool = new pg.Pool({ connectionString: url, max: 8 })
  // A connection that breaks while it is idle is replaced by the next one that is needed.
  pool.on('error', () => {})
  try {
    await pool.query('SELECT 1')
  } catch (error) {
    await pool.end()
    throw new LabelError('label/database', {
      where: withoutPassword(url),
      expected: 'a Postgres database that can be reached',
      got: error instanceof Error ? error.message || error.name : String(error),
    })
  }
  return new Postgres(pool)
}

class Postgres implements SqlDatabase {
  constructor(private readonly pool: Pool) {}

  async batch(statements: readonly Statement[]): Promise<readonly (readonly SqlRow[])[]> {
    return this.inTransaction(async client => {
      if (statements.some(({ sql }) => sql.startsWith('CREATE')))
        await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
      const rows: SqlRow[][] = []
      for (const statement of statements) rows.push(await run(client, statement))
      return rows
    })
  }

  async batchOf(parts: AsyncIterable<readonly Statement[]>): Promise<void> {
    await this.inTransaction(async client => {
      for await (const statements of parts) for (const statement of statements) await run(client, statement)
    })
  }

  private async inTransaction<Made>(work: (client: PoolClient) => Promise<Made>): Promise<Made> {
    const client = await this.pool.connect()
    let broken: Error | undefined
    try {
      await client.query('BEGIN')
      const made = await work(client)
      await client.query('COMMIT')
      return made
    } catch (error) {
      await client.query('ROLLBACK').catch((failed: Error) => (broken = failed))
      throw error
    } finally {
      client.release(broken)
    }
  }

  async close(): Promise<void> {
    await this.pool.end()
  }
}

async function run(client: PoolClient, { sql, values = [] }: Statement): Promise<SqlRow[]> {
  return (await client.query<Record<string, string | number | null>>(numbered(sql), [...values])).rows
}

/** `?` as `$1`, `$2`, …. */
function numbered(sql: string): string {
  let count = 0
  return sql.replace(/\?/g, () => `$${++count}`)
}

/** Only the host and the database: a password may be anywhere else, and so may one whose signs were not escaped. */
function withoutPassword(url: string): string {
  const { host, pathname } = URL.canParse(url) ? new URL(url) : { host: '', pathname: '@' }
  return pathname.includes('@') ? 'the address of the database' : `postgres://${host}${pathname}`
}

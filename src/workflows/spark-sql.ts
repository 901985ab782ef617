/** What `nerite spark` prints: SQL that tags a table of documents through `nerite pipe`. */

export interface SparkQuery {
  /** What runs on each executor, up to the verb: `./nerite/node ./nerite/node_modules/nerite/lib/nerite.js`. */
  readonly program: string
  readonly model: string
  /** The table, or view, of documents. */
  readonly table: string
  readonly idColumn: string
  readonly textColumn: string
  /** More arguments of `nerite pipe`. */
  readonly args?: readonly string[]
}

/**
 * A query with one row for each document: its id (as text), its entities, or the error. Offsets count code points, as
 * Spark's own functions do.
 *
 * @example
 * sparkSql({ program: 'nerite', model: 'en', table: 'documents', idColumn: 'doc_id', textColumn: 'body' })
 */
export function sparkSql({ program, model, table, idColumn, textColumn, args = [] }: SparkQuery): string {
  const command = [program, 'pipe', quoted(model), '--offsets codepoint', ...args.map(quoted)].join(' ')
  const record = `to_json(struct(${name(idColumn)} AS id, ${name(textColumn)} AS text), map('ignoreNullFields', 'false'))`
  return `SELECT answer.id, answer.entities, answer.error
FROM (
  SELECT from_json(line, '${ANSWER}') AS answer
  FROM (
    SELECT TRANSFORM (${record})
    USING ${literal(command)}
    AS (line STRING)
    FROM ${table.split('.').map(name).join('.')}
  )
)`
}

/** Counts the documents, the answers and those with an error, over the table that the query's result was written to. */
export function sparkCounts(table: string, answers: string): string {
  const count = (what: string, of: string) => `(SELECT ${what} FROM ${of.split('.').map(name).join('.')})`
  return `SELECT ${count('count(*)', table)} AS documents, ${count('count(*)', answers)} AS answers, ${count('count(error)', answers)} AS errors`
}

const ANSWER =
  'id STRING, error STRING, entities ARRAY<STRUCT<start: INT, end: INT, type: STRING, text: STRING, score: DOUBLE>>'

/** A name in SQL. */
function name(text: string): string {
  return `\`${text.replaceAll('`', '``')}\``
}

/** A string in SQL, where a backslash escapes. */
function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

/** A word of a shell. */
function quoted(text: string): string {
  return /^[\w./:@=,+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

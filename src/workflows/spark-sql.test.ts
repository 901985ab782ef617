import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { sparkCounts, sparkSql } from './spark-sql.js'

const query = { program: 'nerite', model: 'en', table: 'documents', idColumn: 'doc_id', textColumn: 'body' }

/** The command in a query, as Spark reads the string: a backslash escapes the next character. */
function commandOf(sql: string): string {
  const [, literal] = /USING '((?:\\.|[^'\\])*)'/s.exec(sql) ?? []
  assert.ok(literal !== undefined, sql)
  return literal.replaceAll(/\\(.)/gs, '$1')
}

test('names are quoted, and a table in a schema stays one', () => {
  const sql = sparkSql({ ...query, table: 'news.my`table', idColumn: 'doc id', textColumn: 'a`b' })
  assert.ok(sql.includes('struct(`doc id` AS id, `a``b` AS text)'), sql)
  assert.ok(sql.includes('FROM `news`.`my``table`'), sql)
  assert.ok(sparkCounts('news.a', 'news.b').includes('FROM `news`.`b`'))
})

test('the shell of an executor gets each argument as it is, whatever is in it', () => {
  const hostile = ["it's", 'a b', '$(touch x)', '`id`', 'a\\b', '"', ';', "\\'", '*', 'ü', '']
  for (const model of hostile) {
    const command = commandOf(
      sparkSql({ ...query, program: 'printf "%s\\n"', model, args: ['--min-score', model] }),
    )
    const { stdout } = spawnSync('bash', ['-c', command], { encoding: 'utf8' })
    assert.equal(stdout, `pipe\n${model}\n--offsets\ncodepoint\n--min-score\n${model}\n`, command)
  }
})

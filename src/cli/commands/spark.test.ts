import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCli } from '../testing/run-cli.js'

test('what is printed is the query, with the steps before it in comments unless the program is there', async () => {
  const { code, stdout } = await runCli('spark', 'en', '--id', 'doc_id', '--text', 'body', '--coarse')
  assert.equal(code, 0)
  assert.match(stdout, /npm install nerite @nerite\/en\n/)
  assert.match(stdout, /nerite\.js pipe en --offsets codepoint --coarse'/)
  const own = await runCli('spark', 'runs/a', '--id', 'a', '--text', 'b', '--table', 'news.docs')
  assert.match(own.stdout, /cp -r \S+\/runs\/a model\n/)
  assert.match(own.stdout, /nerite\.js pipe model --offsets/)
  assert.match(own.stdout, /CREATE TABLE news\.docs_entities AS\n/)
  const there = await runCli(
    'spark',
    'runs/a',
    '--id',
    'a',
    '--text',
    'b',
    '--program',
    '/opt/nerite',
    '--min-score',
    '0.5',
  )
  assert.match(there.stdout, /^CREATE TABLE/)
  assert.match(there.stdout, /USING '\/opt\/nerite pipe runs\/a --offsets codepoint --min-score 0\.5'/)
})

test('columns are needed, and scores are numbers', async () => {
  assert.equal((await runCli('spark', 'en', '--id', 'a')).code, 2)
  const { errorCode } = await runCli('spark', 'en', '--id', 'a', '--text', 'b', '--min-score', 'high')
  assert.equal(errorCode, 'cli/options')
})

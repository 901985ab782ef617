import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createRules } from '../recognize/rules-recognizer.js'
import { parseRules } from '../rules/file/parse-rules.js'

const DOCS = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8')

test('the examples of docs/rules.md find what the page says', async () => {
  const examples = [...DOCS.matchAll(/```yaml\n([\s\S]*?)```\n\n```text\n([^\n]*)\n([\s\S]*?)```/g)]
  for (const [, yaml, text, expected] of examples) {
    const rules = await createRules(parseRules(yaml, 'docs/rules.md'))
    const entities = await rules.tag(text)
    const found = entities.map(entity => `${entity.type} ${entity.text}`)
    assert.deepEqual(
      found,
      expected
        .trimEnd()
        .split('\n')
        .map(line => line.replace(/\s+/, ' ')),
      text,
    )
  }
  assert.ok(examples.length >= 6, `${examples.length} examples`)
  // Every block of rules has its result.
  assert.equal(examples.length, DOCS.match(/```yaml\n(?:conflicts|rules)/g)?.length)
})

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isInputError } from '../base/errors.js'
import { parseRules } from '../rules/file/parse-rules.js'
import { RuleSet } from '../rules/rule-set.js'
import { createTokenizer } from '../text/tokenizer.js'
import { loadTagger } from './node/load-tagger.js'
import { RulesRecognizer } from './rules-recognizer.js'

const TOKENIZER = createTokenizer('characters')
const PARTS = {
  finders: new Map(),
  finderNames: [],
  checks: new Map([['even', (text: string) => Number(text.replace(/\D/g, '')) % 2 === 0]]),
}

function recognizer(yaml: string): RulesRecognizer {
  return new RulesRecognizer(new RuleSet(parseRules(yaml, 'rules.yaml'), PARTS, TOKENIZER), TOKENIZER)
}

/** What is found, as `text/TYPE`, with its score where that is not 1. */
async function found(yaml: string, text: string): Promise<string[]> {
  await using rules = recognizer(yaml)
  const entities = await rules.tag(text)
  for (const { start, end, text: own } of entities) assert.equal(text.slice(start, end), own)
  return entities.map(({ text: own, type, score }) => `${own}/${type}${score === 1 ? '' : ` ${score}`}`)
}

test('names, patterns and tokens find what they say; the longest wins, then priority, then order', async () => {
  const text = 'Dr. Ada Byron of ACME Corp. left New York for York on AB-12.'
  assert.deepEqual(await found('rules: [{type: L, names: [New York, York]}]', text), ['New York/L', 'York/L'])
  assert.deepEqual(await found('rules: [{type: O, names: [New York]}, {type: L, names: [York]}]', text), [
    'York/L',
  ])
  assert.deepEqual(await found('rules: [{type: C, names: [Acme Corp.], ignoreCase: true}]', text), [
    'ACME Corp./C',
  ])
  const same = '{type: A, names: [York]}, {type: B, names: [York]}'
  assert.deepEqual(await found(`rules: [${same}]`, 'York'), ['York/A'])
  assert.deepEqual(await found(`rules: [${same.replace('B', 'B, priority: 1')}]`, 'York'), ['York/B'])
  const scored =
    '{type: A, names: [New York], score: 0.5}, {type: B, names: [York], score: 0.75, priority: -1}'
  assert.deepEqual(await found(`rules: [${scored}]`, 'New York'), ['New York/A 0.5'])
  assert.deepEqual(await found(`{conflicts: score, rules: [${scored}]}`, 'New York'), ['York/B 0.75'])
  assert.deepEqual(await found(`{conflicts: priority, rules: [${scored}]}`, 'New York'), ['New York/A 0.5'])
  assert.deepEqual(await found("rules: [{type: N, regex: '[A-Z]{2}-\\d+'}]", text), ['AB-12/N'])
  const person = 'type: P, tokens: [{shape: [Xxx, Xx], repeat: +}]'
  assert.deepEqual(await found(`rules: [{${person}, before: [{lower: dr.}]}]`, text), ['Ada Byron/P'])
  assert.deepEqual(await found(`rules: [{${person}, after: [{lower: byron}]}]`, text), ['Ada/P'])
  assert.deepEqual(
    await found(`rules: [{${person}, after: [{lower: byron}], before: [{text: of}]}]`, text),
    [],
  )
  assert.deepEqual(await found("rules: [{type: N, regex: '\\d+', before: [{text: for}]}]", text), [])
  assert.deepEqual(await found("rules: [{type: N, regex: '\\d', after: [{text: .}]}]", text), ['1/N', '2/N'])
})

test('checks, exceptions, contexts and the least score', async () => {
  const number = "type: N, regex: '\\d+'"
  assert.deepEqual(await found(`rules: [{${number}, validate: even}]`, '12 13 14'), ['12/N', '14/N'])
  assert.deepEqual(await found(`rules: [{${number}, except: ['13']}]`, '12 13'), ['12/N'])
  assert.deepEqual(
    await found('rules: [{type: L, names: [Acme], ignoreCase: true, except: [acme]}]', 'ACME'),
    [],
  )
  const context = 'score: 0.5, context: [{words: [Case], within: 2, add: 0.25}, {words: [page], add: -1}]'
  assert.deepEqual(await found(`rules: [{${number}, ${context}}]`, 'case no 7'), ['7/N 0.75'])
  assert.deepEqual(await found(`rules: [{${number}, ${context}}]`, 'case no no 7'), ['7/N 0.5'])
  assert.deepEqual(await found(`rules: [{${number}, ${context}}]`, '7 is a case page'), ['7/N 0'])
  assert.deepEqual(await found(`rules: [{${number}, ${context}, minScore: 0.6}]`, 'It has 7. A case 8'), [
    '8/N 0.75',
  ])
})

test('offsets are exact beside emoji and other scripts, inside tokens and across sentences; tags follow', async () => {
  await using rules = recognizer(
    "rules: [{type: N, name: number, regex: '\\d+\\p{L}?'}, {type: S, regex: 'B\\. C'}]",
  )
  const text = 'ש12ל 😀😀7 B. C a1b'
  const entities = await rules.tag(text)
  assert.deepEqual(
    entities.map(({ start, end, source }) => [text.slice(start, end), source]),
    [
      ['12ל', 'number'],
      ['7', 'number'],
      ['B. C', 'S'],
      ['1b', 'number'],
    ],
  )
  const [{ tags, spans }] = await rules.tagTokens([['a1b', 'x', 'B', '.', 'C']])
  assert.deepEqual(tags, ['B-N', 'O', 'B-S', 'I-S', 'I-S'])
  assert.deepEqual(spans[0], { start: 0, end: 1, type: 'N', score: 1, source: 'number' })
  const [own] = await rules.tagTokens([
    {
      tokens: ['B', '.', 'C'],
      text: 'B . C',
      offsets: [
        { start: 0, end: 1 },
        { start: 2, end: 3 },
        { start: 4, end: 5 },
      ],
    },
  ])
  assert.deepEqual(own.spans, [])
})

test('columns are looked at, and asked for', async () => {
  await using rules = recognizer('rules: [{type: P, tokens: [{column: {pos: [NNP, NP]}, repeat: +}]}]')
  assert.deepEqual([rules.info.types, rules.info.columns, rules.info.recognizer], [['P'], ['pos'], 'rules'])
  const [{ spans }] = await rules.tagTokens([
    { tokens: ['by', 'Ada', 'B'], columns: { pos: ['IN', 'NNP', 'NP'] } },
  ])
  assert.deepEqual([spans[0].start, spans[0].end, spans.length], [1, 3, 1])
  const isColumn = (error: unknown) => isInputError(error) && error.code === 'encode/column'
  await assert.rejects(rules.tagTokens([['Ada']]), isColumn)
  await assert.rejects(rules.tag('Ada'), isColumn)
})

test('a rules file is loaded with its lists, whose paths are relative to it', async t => {
  const dir = mkdtempSync(join(tmpdir(), 'rules-'))
  t.after(() => rmSync(dir, { recursive: true }))
  writeFileSync(join(dir, 'cities.txt'), 'Lisbon\nNew York\n')
  const file = join(dir, 'a.yaml')
  writeFileSync(file, 'rules:\n- {type: L, file: cities.txt, names: [Rome]}\n')
  await using rules = await loadTagger(file)
  assert.deepEqual(
    (await rules.tag('Rome, Lisbon, New York')).map(({ text }) => text),
    ['Rome', 'Lisbon', 'New York'],
  )
  writeFileSync(file, 'rules:\n- type: L\n  file: none.txt\n')
  await assert.rejects(loadTagger(file), error => {
    assert.ok(isInputError(error))
    assert.deepEqual(
      [error.code, error.faults[0].where],
      ['rules/file', { file, line: 3, field: 'rules.0.file' }],
    )
    return true
  })
  for (const name of ['absent.yaml', 'a.json'])
    await assert.rejects(
      loadTagger(join(dir, name)),
      error => isInputError(error) && error.code === 'rules/file',
    )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mentionForm } from './mention-form.js'
import { findingsOf } from './testing/find.js'
import { type Row, sampleRows, toConll } from './testing/sample.js'

/** The sample with some types merged into one. */
async function merged(...types: readonly string[]): Promise<Row[][]> {
  const rows = await sampleRows()
  for (const row of rows.flat()) if (types.includes(row[1].slice(2))) row[1] = `${row[1].slice(0, 2)}LABEL_1`
  return rows
}

const check = async (rows: Row[][]) => (await findingsOf(toConll(rows))).get('mixed-types')

test('one type for names and for dates is found, with examples of both', async () => {
  for (const type of ['PER', 'LOC', 'ORG']) {
    const finding = await check(await merged('DATE', type))
    assert.equal(finding?.count, 1, type)
    assert.match(
      String(finding.examples[0].text),
      /^LABEL_1: \d+% name \(.+\), but \d+% time or number \(.+\)$/,
    )
  }
})

test('proper types are not reported, nor types for anything', async () => {
  assert.equal(await check(await sampleRows()), undefined)
  for (const types of [['DATE'], ['PER', 'LOC'], ['PER', 'LOC', 'ORG']])
    assert.equal(await check(await merged(...types)), undefined, types.join())
  const rows = await merged('DATE', 'PER')
  for (const row of rows.flat()) row[1] = row[1].replace('LABEL_1', 'MISC')
  assert.equal(await check(rows), undefined)
})

test('one type for names and for addresses is found', async () => {
  const rows = Array.from({ length: 60 }, (_, i): Row[] => [
    ['by', 'O'],
    i % 2 === 0
      ? [`ada${i}@example.org`, 'B-WHO']
      : [`Ada${String.fromCharCode(97 + (i % 26))}${'x'.repeat(i)}`, 'B-WHO'],
  ])
  assert.match(String((await check(rows))?.examples[0].text), /address/)
})

test('the forms of mentions', () => {
  const forms: readonly (readonly [string, ReturnType<typeof mentionForm>])[] = [
    ['13 March 1963', 'time or number'],
    ['Tuesday', 'time or number'],
    ['2008', 'time or number'],
    ['$ 3.50', 'time or number'],
    ['5 %', 'time or number'],
    ['the 1990s', 'time or number'],
    ['12. Januar', 'time or number'],
    ['3 de mayo de 2001', 'time or number'],
    ['2008 年 5 月', 'time or number'],
    ['Ada Lovelace', 'name'],
    ['東 京', 'name'],
    ['Bank of England', 'name'],
    ['a@b.org', 'address'],
    ['https://x.org', 'address'],
    ['next week', undefined],
    ['World War 2', undefined],
    ['Boeing 747', undefined],
    ['May', undefined],
    ['aspirin', undefined],
  ]
  for (const [text, form] of forms) assert.equal(mentionForm(text.split(' ')), form, text)
})

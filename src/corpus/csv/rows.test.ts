import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { formatPlace } from '../../base/fault.js'
import { ReadContext } from '../read-context.js'
import { type CsvRow, CsvRows } from './rows.js'

const RUNS = 500

function read(text: string, delimiter = ','): { rows: CsvRow[]; faults: string[] } {
  const faults: string[] = []
  const context = new ReadContext('a.csv', {
    onFault: ({ code, where }) => void faults.push(`${code} ${formatPlace(where)}`),
  })
  const csv = new CsvRows(delimiter, context)
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')
  const rows = lines.flatMap(line => csv.push(line) ?? [])
  csv.finish()
  return { rows, faults }
}

const field = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.constantFrom(
    '',
    '"',
    '""',
    'a"b',
    ',',
    ';',
    '\t',
    'x\ny',
    'x\r\ny',
    '\r',
    ' a ',
    'é',
    '\u0085',
    '\uFEFF',
  ),
)

test('fields written by the rules are read back, and csv-parse reads the same', () => {
  let cases = 0
  fc.assert(
    fc.property(
      fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(',', ';', '\t'),
      fc.constantFrom('\n', '\r\n'),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
      (table, delimiter, end, needless) => {
        let k = 0
        const quoted = (cell: string) =>
          /["\r\n]/.test(cell) || cell.includes(delimiter) || needless[k++ % needless.length]
            ? `"${cell.replaceAll('"', '""')}"`
            : cell
        const text = table.map(row => row.map(quoted).join(delimiter) + end).join('')
        const { rows, faults } = read(text, delimiter)
        assert.deepEqual(faults, [])
        assert.deepEqual(
          rows.map(({ fields }) => fields),
          table,
        )
        const peer: string[][] = parse(text, { delimiter, record_delimiter: end, relax_column_count: true })
        assert.deepEqual(peer, table)
        cases++
      },
    ),
    { numRuns: RUNS },
  )
  assert.equal(cases, RUNS)
})

test('rows have the line on which they begin, however many lines they have', () => {
  const { rows } = read('a,b\r\n"x\r\ny",1\n\nlast,2')
  assert.deepEqual(
    rows.map(({ fields, line }) => [line, ...fields]),
    [
      [1, 'a', 'b'],
      [2, 'x\r\ny', '1'],
      [4, ''],
      [5, 'last', '2'],
    ],
  )
})

test('a quote inside an unquoted field stands for itself; after a closing one nothing may follow', () => {
  assert.deepEqual(read('5" disk,O').rows[0].fields, ['5" disk', 'O'])
  assert.deepEqual(read('"a"b,O\nc,O'), {
    rows: [{ fields: ['c', 'O'], line: 2 }],
    faults: ['after-quote a.csv:1'],
  })
  assert.deepEqual(read('a,O\n"b,O\nc,O').faults, ['open-quote a.csv:2'])
  assert.deepEqual(read(`"a\n${'x\n'.repeat(1500)}b,O\n`).faults, ['open-quote a.csv:1'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isInputError } from '../../base/errors.js'
import { toCodePointOffsets } from '../../text/offsets.js'
import type { ReadOptions } from '../read-options.js'
import { textEntities, textOf } from '../sentence-text.js'
import { faultsOf, readAll } from '../testing/read-all.js'

const read = (records: readonly unknown[], options: ReadOptions = {}) =>
  readAll(records.map(record => `${JSON.stringify(record)}\n`).join(''), 'a.jsonl', options)

const TEXT = '😀 Siemens AG hired Zoë 😀 in Köln today'
/** `Siemens AG` and `Köln`, in UTF-16 code units, code points and bytes. */
const AT = {
  utf16: [
    [3, 13],
    [30, 34],
  ],
  codepoint: [
    [2, 12],
    [28, 32],
  ],
  byte: [
    [5, 15],
    [35, 40],
  ],
} as const
const TYPES = ['ORG', 'LOC']
const NAMES = ['Siemens AG', 'Köln']
type Unit = keyof typeof AT

/** What an exporter writes for the two entities, with offsets in a unit. */
const spans = (unit: Unit, write: (start: number, end: number, type: string, name: string) => unknown) =>
  AT[unit].map(([start, end], i) => write(start, end, TYPES[i], NAMES[i]))

/** The texts of the entities of the first sentence. */
async function entitiesOf(records: readonly unknown[], options: ReadOptions = {}) {
  const [sentence] = (await read(records, options)).sentences
  return textEntities(sentence, textOf(sentence)).map(({ start, end, type }) => [
    textOf(sentence).text.slice(start, end),
    type,
  ])
}
const BOTH = [
  ['Siemens AG', 'ORG'],
  ['Köln', 'LOC'],
]
const range = (start: number, end: number, type: string) => ({ start, end, type })

test('the offsets of exporters with a known shape, with emoji before the entities', async () => {
  const labels = { text: TEXT }
  const exports: [name: string, record: unknown][] = [
    ['doccano', { id: 1, ...labels, label: spans('codepoint', (s, e, t) => [s, e, t]), Comments: [] }],
    [
      'doccano with relations',
      {
        id: 1,
        ...labels,
        entities: spans('codepoint', (s, e, t) => ({ id: s, label: t, start_offset: s, end_offset: e })),
        relations: [{ id: 1, from_id: 2, to_id: 28, type: 'in' }],
      },
    ],
    [
      'Prodigy',
      {
        ...labels,
        _input_hash: 1,
        tokens: [
          { text: '😀', start: 0, end: 1, id: 0, ws: true },
          { text: 'Siemens', start: 2, end: 9, id: 1, ws: true },
        ],
        spans: spans('codepoint', (s, e, t) => ({
          start: s,
          end: e,
          token_start: 1,
          token_end: 2,
          label: t,
        })),
        answer: 'accept',
      },
    ],
    [
      'Prodigy without tokens',
      { ...labels, _task_hash: 1, spans: spans('codepoint', (s, e, t) => ({ start: s, end: e, label: t })) },
    ],
    ['spaCy 2', [TEXT, { entities: spans('codepoint', (s, e, t) => [s, e, t]) }]],
    [
      'spaCy and displaCy',
      { ...labels, ents: spans('codepoint', (s, e, t) => ({ start: s, end: e, label: t })), title: null },
    ],
    [
      'stockmark',
      {
        curid: '1',
        ...labels,
        entities: spans('codepoint', (s, e, t, n) => ({ name: n, span: [s, e], type: t, type_id: 1 })),
      },
    ],
    [
      'Label Studio',
      {
        ...labels,
        id: 1,
        label: spans('utf16', (s, e, t, n) => ({ start: s, end: e, text: n, labels: [t] })),
      },
    ],
    [
      'tokens beside spans of UTF-16',
      { ...labels, tokens: [{ text: 'Siemens', start: 3, end: 10 }], spans: spans('utf16', range) },
    ],
  ]
  for (const unit of ['utf16', 'codepoint', 'byte'] as const) {
    exports.push([
      `own text, ${unit}`,
      { ...labels, entities: spans(unit, (start, end, type, text) => ({ start, end, type, text })) },
    ])
    exports.push([
      `own name, ${unit}`,
      { ...labels, entities: spans(unit, (start, end, type, name) => ({ start, end, type, name })) },
    ])
    exports.push([`stated, ${unit}`, { ...labels, entities: spans(unit, range), offsets: unit }])
    assert.deepEqual(await entitiesOf([{ ...labels, entities: spans(unit, range) }], { offsets: unit }), BOTH)
  }
  for (const [name, record] of exports) assert.deepEqual(await entitiesOf([record]), BOTH, name)
  assert.equal(exports.length, 18)
})

test('offsets of which nothing tells the unit are refused, with both readings', async () => {
  for (const unit of ['utf16', 'codepoint'] as const) {
    const entities = spans(unit, range)
    assert.deepEqual(await faultsOf(read([{ text: TEXT, entities }])), ['offset-unit a.jsonl:1'])
    const { sentences } = await read([{ text: TEXT, entities }], { tagColumn: 'none' })
    assert.deepEqual(sentences[0].tags, [])
  }
  await assert.rejects(read([{ text: TEXT, entities: spans('codepoint', range) }]), /iemens A.*Siemens AG/)
  // The readings do not differ before the first emoji.
  assert.deepEqual(await entitiesOf([{ text: 'Ada 😀 wrote', entities: [range(0, 3, 'PER')] }]), [
    ['Ada', 'PER'],
  ])
})

test('a span that contradicts its own text is refused; another name is not its text', async () => {
  const entity = range(0, 3, 'PER')
  const text = 'Ada wrote'
  assert.deepEqual(await faultsOf(read([{ text, entities: [{ ...entity, text: 'Bob' }] }])), [
    'span-text a.jsonl:1',
  ])
  const stated = {
    text: TEXT,
    offsets: 'utf16',
    entities: spans('codepoint', (start, end, type, text) => ({ start, end, type, text })),
  }
  assert.deepEqual(await faultsOf(read([stated])), ['span-text a.jsonl:1'])
  assert.deepEqual(await entitiesOf([{ text, entities: [{ ...entity, name: 'Q7259' }] }]), [['Ada', 'PER']])
})

test('labels under other keys are read where their shape is clear, and refused otherwise', async () => {
  const text = 'Ada wrote'
  const one = [range(0, 3, 'PER')]
  for (const record of [
    { text, ents: one },
    { text, annotations: one },
    { text, annotation: one },
    { text, annotations: { entities: [[0, 3, 'PER']] } },
  ])
    assert.deepEqual(await entitiesOf([record]), [['Ada', 'PER']])
  const tokens = ['Ada', 'wrote']
  assert.deepEqual((await read([{ tokens, labels: ['B-PER', 'O'] }])).sentences[0].tags, ['B-PER', 'O'])
  const refused = [
    { text, ner: [[0, 3, 'PER']] },
    { text, entities: [], label: [[0, 3, 'PER']] },
    { text, mentions: [{ begin: 0, end: 3, category: 'PER' }] },
    { text, result: { spans: [{ start: 0, end: 3, label: 'PER' }] } },
    { text, predictions: [{ result: [{ value: { start: 0, end: 3, labels: ['PER'] } }] }] },
    { tokens, ner: [[0, 0, 'PER']] },
    { tokens, entities: [{ start: 0, end: 1, type: 'PER' }] },
    { tokens, ner: ['B-PER', 'O'] },
    { tokens, ner_labels: [1, 0] },
  ]
  for (const record of refused) {
    assert.deepEqual(await faultsOf(read([record])), ['ignored-labels a.jsonl:1'], JSON.stringify(record))
    assert.equal((await read([record], { tagColumn: 'none' })).sentences.length, 1)
  }
  assert.equal(refused.length, 9)
  for (const record of [
    { text, annotations: [{ label: ['PER'], points: [{ start: 0, end: 2, text: 'Ada' }] }] },
    { text, annotations: [{ start_offset: 0, end_offset: 3, label: 7 }] },
  ])
    assert.deepEqual(await faultsOf(read([record])), ['bad-entity a.jsonl:1'])
  const plain = [
    { tokens, pos_tags: [1, 2] },
    { tokens, chunk: ['B-NP', 'B-VP'] },
    { text, meta: { source: 'x', page: 3 }, cats: { A: 1 } },
    { tokens, tags: ['B-PER', 'O'], ner_ids: [1, 0] },
  ]
  assert.equal((await read(plain)).sentences.length, plain.length)
})

test('spans in any unit, with or without evidence: read as they were meant, or refused', async () => {
  const piece = fc.constantFrom('a', 'é', '日', '😀', ' ', 'Ada', '👩‍👩', '\ud800', ',')
  const unit = fc.constantFrom('utf16', 'codepoint', 'byte')
  const evidence = fc.constantFrom('none', 'text', 'stated', 'option')
  let [kept, refused] = [0, 0]
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { minLength: 1, maxLength: 12 }),
      fc.nat(),
      fc.nat(),
      unit,
      evidence,
      async (pieces, a, b, unit, evidence) => {
        // Bytes without evidence cannot be told from code units.
        if (unit === 'byte' && evidence === 'none') return
        const text = pieces.join('')
        const edges = [0, ...pieces.map((_, i) => pieces.slice(0, i + 1).join('').length)]
        const [start, end] = [edges[a % edges.length], edges[b % edges.length]].sort((x, y) => x - y)
        const meant = text.slice(start, end)
        const [offsets] =
          unit === 'codepoint'
            ? toCodePointOffsets(text, [{ start, end }])
            : unit === 'byte'
              ? [
                  {
                    start: Buffer.byteLength(text.slice(0, start)),
                    end: Buffer.byteLength(text.slice(0, end)),
                  },
                ]
              : [{ start, end }]
        const record = {
          text,
          entities: [{ ...offsets, type: 'X', ...(evidence === 'text' && { text: meant }) }],
          ...(evidence === 'stated' && { offsets: unit }),
        }
        try {
          const found = await entitiesOf([record], evidence === 'option' ? { offsets: unit } : {})
          kept++
          if (unit !== 'utf16' && evidence === 'none') assert.ok(found.length === 1)
          else
            assert.deepEqual(
              found.map(([text]) => text.trim()),
              [meant.trim()],
            )
        } catch (error) {
          if (!isInputError(error)) throw error
          refused++
        }
      },
    ),
    { numRuns: 5000 },
  )
  assert.ok(kept > 1500 && refused > 100, `${kept} kept, ${refused} refused`)
})

test('any record: sentences or one input error', async () => {
  const key = fc.constantFrom(
    'text',
    'tokens',
    'entities',
    'spans',
    'label',
    'labels',
    'ents',
    'annotations',
    'tags',
    'offsets',
    'answer',
    'start',
  )
  const part = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom('utf16', 'byte', '😀 Ada'),
    fc.array(
      fc.record(
        {
          start: fc.integer({ min: -1, max: 9 }),
          end: fc.nat(9),
          label: fc.constant('X'),
          text: fc.constantFrom('Ada', 1),
        },
        { requiredKeys: ['start', 'end'] },
      ),
    ),
    fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.constant('X'))),
  )
  let runs = 0
  await fc.assert(
    fc.asyncProperty(fc.dictionary(key, part), async record => {
      runs++
      try {
        await read([{ text: '😀 Ada wrote 😀', ...record }])
      } catch (error) {
        if (!isInputError(error)) throw error
      }
    }),
    { numRuns: 5000 },
  )
  assert.equal(runs, 5000)
})

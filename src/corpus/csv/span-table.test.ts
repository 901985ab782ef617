import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spansOf, textEntities, textOf } from '../sentence-text.js'
import { faultsOf, readAll } from '../testing/read-all.js'
import { parseLiteral } from './literal.js'

async function entities(text: string, name = 'a.csv') {
  const { sentences } = await readAll(text, name)
  return sentences.map(sentence => {
    const whole = textOf(sentence)
    return textEntities(sentence, whole).map(
      ({ start, end, type }) => `${whole.text.slice(start, end)}/${type}`,
    )
  })
}

test('lists of entities in many forms', async () => {
  const lists: readonly string[] = [
    "[(0, 3, 'PER')]",
    "[('PER', 0, 3)]",
    "[('Ada', 0, 3, 'PER')]",
    '[[0, 3, ""PER""]]',
    "[{'start': 0, 'end': 3, 'label': 'PER'}]",
    "[{'start': np.int64(0), 'end': np.int64(3), 'type': 'PER'}]",
    "[{'start_offset': 0, 'end_offset': 3, 'labels': ['PER']}]",
    "[{'entity_type': 'PER', 'entity_value': 'Ada', 'start_position': 0, 'end_position': 3}]",
    "{'entities': [(0, 3, 'PER')]}",
  ]
  for (const list of lists) {
    assert.deepEqual(await entities(`text,entities\nAda ran,"${list}"\n`), [['Ada/PER']], list)
    // Before it, a row that does not tell what its list is of.
    assert.deepEqual(await entities(`text,labels\nno one,[]\nAda ran,"${list}"\n`), [[], ['Ada/PER']], list)
  }
  assert.deepEqual(await entities('text;entities\nAda ran;"[(0, 3, \'PER\')]"\n', 'a.txt'), [['Ada/PER']])
})

test('a row for each entity: rows of one text are beside each other', async () => {
  const header = 'text,start,end,label\n'
  assert.deepEqual(
    await entities(
      `${header}Ada ran to Bob,0,3,PER\nAda ran to Bob,11,14,PER\nno one,,,\n,,,\nX ran,0,1,ORG\n`,
    ),
    [['Ada/PER', 'Bob/PER'], [], ['X/ORG']],
  )
  assert.deepEqual(
    await entities('id,text,begin,stop,type\n7,Ada,0,3,PER\n8,Ada,0,3,PER\n9,Ada Bob,0,3,PER\n,,4,7,PER\n'),
    [['Ada/PER'], ['Ada/PER'], ['Ada/PER', 'Bob/PER']],
  )
  const cases: readonly (readonly [string, string])[] = [
    ['Ada,0,3,PER\nBob,0,3,PER\nAda,0,3,PER\n', 'scattered-rows a.csv:4'],
    ['Ada,0,x,PER\n', 'bad-entity a.csv:2'],
    ['Ada,0,30,PER\n', 'entity-range a.csv:2'],
    ['Ada B,0,3,PER\nAda B,2,5,PER\n', 'overlap a.csv:2'],
    ['Ada,0,3\n', 'column-count a.csv:2'],
    ['Ada,0,3,Ada\n', 'bad-type a.csv:2'],
    ['Ada ran,0,3,PER\nAda ran,4,7,O\n', 'bad-type a.csv:3'],
  ]
  for (const [rows, fault] of cases)
    assert.deepEqual(await faultsOf(readAll(header + rows, 'a.csv')), [fault], rows)
})

test('nothing in place of a list is noted; words with their places and tags are no table of ranges', async () => {
  const { sentences, notes } = await readAll('text,entities\nno one,\nnobody,[]\n', 'a.csv')
  assert.deepEqual(
    sentences.map(({ tags }) => tags.join(' ')),
    ['O O', 'O'],
  )
  assert.deepEqual(notes, ['empty-lists'])
  const words = 'token,text,start,end,label\nAda,Ada ran,0,3,B-PER\nran,Ada ran,4,7,O\n'
  assert.deepEqual(await entities(words), [['Ada/PER']])
})

test('other tables stay what they are', async () => {
  const tokens = await readAll(
    'Sentence #,Word,start,end,Tag\nSentence: 1,Ada,0,3,B-PER\n,ran,4,7,O\n',
    'a.csv',
  )
  assert.deepEqual(tokens.sentences[0].tokens, ['Ada', 'ran'])
  const lists = await readAll("text,labels\nAda ran,\"['B-PER', 'O']\"\n", 'a.csv')
  assert.deepEqual(spansOf(lists.sentences[0]), [{ start: 0, end: 1, type: 'PER' }])
  const empty = await readAll("text,labels\n,[]\nAda ran,\"['B-PER', 'O']\"\n", 'a.csv')
  assert.deepEqual(empty.sentences[0].tags, ['B-PER', 'O'])
})

test('literals of Python are read, anything else is refused', async () => {
  const values: readonly (readonly [string, unknown])[] = [
    ["[(0, 3, 'it\\'s'), ]", [[0, 3, "it's"]]],
    ["{'a': None, \"b\": True, 'c': -1.5}", { a: null, b: true, c: -1.5 }],
    ["'\\u00e9\\x41\\U0001f600\\n'", 'éA😀\n'],
    ['(1, (2, [3]))', [1, [2, [3]]]],
    ['{"a": [1]}', { a: [1] }],
    ["{'__proto__': 1}", Object.fromEntries([['__proto__', 1]])],
  ]
  for (const [text, value] of values) assert.deepEqual(parseLiteral(text), value, text)
  const bad = ['[1, 2', '[1 2]', 'open("x")', "__import__('os')", '['.repeat(1000), "{'a' 1}", '', "['a]"]
  for (const text of bad) assert.throws(() => parseLiteral(text), { name: 'RowError' }, text)
  assert.equal(values.length + bad.length, 14)
})

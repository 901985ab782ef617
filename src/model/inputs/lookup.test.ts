import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from '../../corpus/read-text.js'
import { EncodeError } from '../../encode/encode-error.js'
import { Vocabulary } from '../../encode/vocabulary.js'
import { COLUMNS, columnKey } from './columns.js'
import { LISTS, SENTENCES, someVectors } from './testing/sample.js'
import { InputSubject } from './testing/subject.js'

/** The trained or fixed word that a text is looked up as. */
function wordOf({ table, vocabularies }: InputSubject, text: string): string {
  const { trained, fixed } = vocabularies.inputs.words
  const id = table.ids[0][table.idOf(text)] as number
  return id < trained.size ? `trained ${trained.entries[id]}` : `fixed ${fixed?.entries[id - trained.size]}`
}

test('a word is looked up as it is, then in the forms that vectors know it by', () => {
  for (const fineTune of [true, false]) {
    const subject = new InputSubject(
      { words: { vectors: { file: 'memory', fineTune }, normalize: 'tweets' } },
      { vectors: someVectors(4) },
    )
    const own = (word: string, fixed: string) => (fineTune ? `trained ${word}` : `fixed ${fixed}`)
    const expected = {
      Ada: own('Ada', 'Ada'),
      London: own('London', 'london'),
      LONDON: 'fixed london',
      PARIS: 'fixed paris',
      '1984': 'fixed 0000',
      '16': 'fixed ##',
      '@someone': own('<USR>', '<user>'),
      'http://elsewhere.org/': 'trained <URL>',
      wrote: 'trained wrote',
      Wrote: 'trained wrote',
      nowhere: 'trained <UNK>',
    }
    for (const [text, word] of Object.entries(expected)) assert.equal(wordOf(subject, text), word, text)
    const { trained, fixed } = subject.vocabularies.inputs.words
    assert.equal(trained.has('Ada'), fineTune)
    assert.equal(fixed?.has('Ada'), !fineTune)
  }
})

test('an unknown word falls back on forms of it that the training data has, where asked to', () => {
  let checked = 0
  for (const fallback of [true, false]) {
    const subject = new InputSubject({ words: { fallback, normalize: 'tweets' } })
    const expected: readonly (readonly [string, string, string])[] = [
      // word, with the fallback, without it
      ['London', 'London', 'London'],
      ['THE', 'the', '<UNK>'],
      ['The', 'the', '<UNK>'],
      // In lower case only: what the training data has in capitals is not looked for.
      ['london', '<UNK>', '<UNK>'],
      ['@Someone', '<USR>', '<USR>'],
      ['1843', '1843', '1843'],
      ['1844', '<UNK>', '<UNK>'],
      ['nowhere', '<UNK>', '<UNK>'],
    ]
    for (const [word, on, off] of expected) {
      assert.equal(wordOf(subject, word), `trained ${fallback ? on : off}`, `${word}, ${fallback}`)
      checked++
    }
    // What the training data has is its own form either way.
    for (const { tokens } of SENTENCES)
      for (const token of tokens) assert.notEqual(wordOf(subject, token), 'trained <UNK>')
  }
  assert.equal(checked, 16)
  const digits = new InputSubject({ words: { fallback: true, digitsToZero: true } })
  assert.equal(wordOf(digits, '1844'), 'trained 0000')
})

test('casing classes are looked up by class', () => {
  const { table, vocabularies } = new InputSubject({ casing: { dim: 2 } })
  const expected = {
    Unheard: 'initial-upper',
    unheard: 'all-lower',
    '1999': 'numeric',
    '!': 'other',
    // No such token is in the training data.
    ABC: '<UNK>',
  }
  for (const [text, casing] of Object.entries(expected))
    assert.equal(vocabularies.inputs.casing?.entries[table.ids[1][table.idOf(text)] as number], casing, text)
})

test('a column is found as readers call it: by header, by number, by a header that is a number', async () => {
  const sentenceOf = async (text: string, source: string) => {
    for await (const sentence of readText([text], source)) return sentence
    return assert.fail('no sentence')
  }
  const plain = await sentenceOf('Ada NNP B-PER\nwrote VBD O\n', 'a.conll')
  const headed = await sentenceOf('Word,2,pos,Tag\nAda,x,NNP,B-PER\n', 'a.csv')
  const valuesOf = (column: string | number, sentence: typeof plain) =>
    COLUMNS.create([{ column, dim: 1 }], {
      [columnKey(column)]: Vocabulary.fromCounts(new Map()),
    })[0].valuesOf?.(sentence)
  const cases = [
    [plain, 2, ['NNP', 'VBD']],
    [headed, 2, ['x']],
    [headed, 'pos', ['NNP']],
  ] as const
  for (const [sentence, column, values] of cases) assert.deepEqual(valuesOf(column, sentence), values)
  assert.throws(
    () => valuesOf(3, headed),
    (error: unknown) => error instanceof EncodeError && error.faults[0].where === 'column 3',
  )
})

test('a unit is distinct from itself with another part of speech, or in a name', () => {
  for (const unit of ['word', 'character', 'piece'] as const) {
    const { table } = new InputSubject(
      {
        unit,
        columns: [{ column: 'pos', dim: 2 }],
        gazetteers: [{ file: 'names.txt', dim: 2, ignoreCase: false }],
      },
      { gazetteers: [LISTS[1]] },
    )
    const encode = (tokens: readonly string[], pos: readonly string[]) => {
      const { unitIds, units } = table.encode({ tokens, columns: { pos } })
      return tokens.map((_, t) =>
        [...unitIds.subarray(units?.starts[t] ?? t, units?.ends[t] ?? t + 1)].join(' '),
      )
    }
    const [charles, babbage] = encode(['Charles', 'Babbage'], ['N', 'N'])
    const [again, verb] = encode(['Charles', 'Babbage', 'wrote'], ['N', 'V', 'V'])
    const [alone] = encode(['Charles'], ['N'])
    const [, other] = encode(['Charles', 'Babbage'], ['N', 'N'])
    assert.equal(charles, again, unit)
    assert.equal(babbage, other, unit)
    assert.notEqual(babbage, verb, unit)
    assert.notEqual(charles, alone, unit)
    const refused = { code: 'encode/column' }
    assert.throws(() => table.encode(['Charles']), refused)
    assert.throws(() => table.encode({ tokens: ['a', 'b'], columns: { pos: ['N'] } }), refused)
    table.clear()
    assert.equal(table.size, 0)
    assert.deepEqual(encode(['Charles', 'Babbage'], ['N', 'N']).join(' ').split(' ')[0], '0')
  }
})

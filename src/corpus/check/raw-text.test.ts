import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTokenizer } from '../../text/tokenizer.js'
import { checkTexts } from './testing/find.js'

const TEXTS = [
  '私は明日東京の大学へ行きます。',
  '彼女は新しい図書館で働いています。',
  '京都には有名な寺がたくさんあります。',
]

test('a corpus of words in a script without spaces is compared with the cut that training would choose', async () => {
  const conll = (cut: (text: string) => readonly string[]) =>
    TEXTS.map(text =>
      cut(text)
        .map(token => `${token} O\n`)
        .join(''),
    ).join('\n')
  const words = conll(text =>
    createTokenizer('words')
      .tokenize(text)
      .map(token => token.text),
  )
  const characters = conll(text =>
    createTokenizer('characters')
      .tokenize(text)
      .map(token => token.text),
  )
  const found = async (...texts: readonly string[]) => {
    const { findings } = await checkTexts(...texts.map((text, i) => [`${i}.conll`, text] as const))
    return findings.find(({ code }) => code === 'other-tokens')?.examples.map(({ where }) => where)
  }
  assert.notEqual(words, characters)
  assert.equal(await found(words), undefined)
  assert.equal(await found(characters), undefined)
  // The first file decides, as in training.
  assert.deepEqual(await found(words, characters), [{ file: '1.conll' }])
  assert.deepEqual(await found(characters, words), [{ file: '1.conll' }])
})

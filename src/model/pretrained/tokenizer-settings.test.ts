import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { tokenizerOfEncoder } from './pretrained-model.js'
import { readEncoder } from './read-encoder.js'

const FOLDER = 'oracles/encoders/ner-bert'
const FILES = ['config.json', 'tokenizer.json', 'model.safetensors']

async function piecesOf(settings: object, word: string): Promise<readonly (string | undefined)[]> {
  const encoder = await readEncoder({
    name: FOLDER,
    read: name => {
      if (name === 'tokenizer_config.json') return new TextEncoder().encode(JSON.stringify(settings))
      return FILES.includes(name) ? readFileSync(`${FOLDER}/${name}`) : undefined
    },
  })
  const tokenizer = tokenizerOfEncoder(encoder, FOLDER)
  return tokenizer.encodeWord(word).map(id => tokenizer.pieceOf(id))
}

test('tokenizer_config.json says how BERT normalizes, unless its class takes tokenizer.json as it is', async () => {
  // As AutoTokenizer of transformers 5 cuts words with this tokenizer.json, which is of lower case.
  const cased = { do_lower_case: false }
  const cases: readonly (readonly [object, string, readonly string[]])[] = [
    [{}, 'Ada', ['a', '##d', '##a']],
    [{ tokenizer_class: 'BertTokenizer' }, 'é', ['e']],
    [{ ...cased, tokenizer_class: 'BertTokenizer' }, 'Ada', ['[UNK]']],
    [{ ...cased, tokenizer_class: 'BertTokenizerFast' }, 'é', ['[UNK]']],
    [cased, 'Ada', ['[UNK]']],
    [{ do_lower_case: true }, 'Ada', ['a', '##d', '##a']],
    [{ ...cased, tokenizer_class: 'PreTrainedTokenizerFast' }, 'Ada', ['a', '##d', '##a']],
    [{ ...cased, tokenizer_class: 'TokenizersBackend' }, 'Ada', ['a', '##d', '##a']],
  ]
  for (const [settings, word, pieces] of cases)
    assert.deepEqual(await piecesOf(settings, word), pieces, JSON.stringify(settings))
  assert.equal(cases.length, 8)
})

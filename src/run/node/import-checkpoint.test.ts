import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { nodeRuntime } from '../../engine/runtime/node/ort-node.js'
import { SentenceTagger } from '../../recognize/sentence-tagger.js'
import { trainedModelOf } from '../read-trained-model.js'
import { importCheckpoint } from './import-checkpoint.js'
import { openRunFolder } from './run-folder.js'

const ORACLE = JSON.parse(readFileSync('oracles/encoders.json', 'utf8')) as {
  readonly sentences: readonly (readonly string[])[]
  readonly classifiers: Readonly<
    Record<
      string,
      { readonly labels: readonly string[]; readonly logits: readonly (readonly (readonly number[])[])[] }
    >
  >
}
const CLASSIFIERS = Object.entries(ORACLE.classifiers)
const SCHEMES: Readonly<Record<string, string>> = {
  'ner-bert': 'BIO',
  'ner-roberta': 'IOBES',
  'ner-distilbert': 'IOB1',
  'ner-electra': 'IO',
  'ner-deberta': 'BIO',
}
const folderOf = (name: string) => `oracles/encoders/${name}`

test("an imported checkpoint has the logits of transformers, in the order of its run's tags", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nerite-import-'))
  let compared = 0
  try {
    for (const [name, { labels, logits }] of CLASSIFIERS) {
      const out = join(folder, name)
      const summary = await importCheckpoint(folderOf(name), out)
      assert.equal(summary.scheme, SCHEMES[name])
      assert.deepEqual(summary.types, ['LOC', 'PER'])
      assert.deepEqual(summary.leftOut, name === 'ner-distilbert' ? ['X'] : [])
      const model = await trainedModelOf(await openRunFolder(out))
      const tagger = await SentenceTagger.create(model, model.parameter, nodeRuntime(), {
        ...{ threads: 1, model: model.model },
      })
      const { tags } = model.definition
      for (const [i, { emissions, tags: found }] of (await tagger.find(ORACLE.sentences)).entries()) {
        assert.equal(found.length, ORACLE.sentences[i].length)
        logits[i].forEach((row, token) => {
          tags.forEach((tag, t) => {
            const label = labels.indexOf(summary.scheme === 'IO' ? tag.replace('I-', '') : tag)
            const own = emissions[token * tags.length + t]
            if (label < 0) assert.ok(own < -9000, `${name} ${tag}`)
            else assert.ok(Math.abs(own - row[label]) < 1e-4, `${name} ${tag}: ${own}, ${row[label]}`)
            compared++
          })
        })
      }
      await tagger.release()
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  assert.equal(CLASSIFIERS.length, 5)
  assert.equal(compared, 19 * (5 + 9 + 5 + 3 + 5))
})

test('a folder that is incomplete, unknown, hostile or of parts that do not fit is refused, and nothing is written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nerite-import-'))
  const config = JSON.parse(readFileSync(join(folderOf('ner-bert'), 'config.json'), 'utf8'))
  const tokenizer = JSON.parse(readFileSync(join(folderOf('ner-bert'), 'tokenizer.json'), 'utf8'))
  const weights = readFileSync(join(folderOf('ner-bert'), 'model.safetensors'))
  type Change = (at: (name: string) => string) => void
  const written =
    (name: string, content: string | Uint8Array): Change =>
    at =>
      writeFileSync(at(name), content)
  const changed = (change: object) => written('config.json', JSON.stringify({ ...config, ...change }))
  const cases: readonly (readonly [string, Change, RegExp])[] = [
    ['no settings', at => rmSync(at('config.json')), /config\.json/],
    ['no weights', at => rmSync(at('model.safetensors')), /model\.safetensors/],
    ['no tokenizer', at => rmSync(at('tokenizer.json')), /tokenizer\.json/],
    ['weights that can run code', at => cpSync(at('model.safetensors'), at('pytorch_model.bin')), /^$/],
    ['settings that are no JSON', written('config.json', '{'), /config\.json/],
    ['another architecture', changed({ model_type: 'gpt2' }), /gpt2/],
    ['relative positions', changed({ position_embedding_type: 'relative_key' }), /relative_key/],
    ['another activation', changed({ hidden_act: 'swish' }), /swish/],
    ['more layers', changed({ num_hidden_layers: 3 }), /layer\.2\./],
    ['a billion layers', changed({ num_hidden_layers: 1e9 }), /num_hidden_layers/],
    ['another width', changed({ hidden_size: 32 }), /as \[/],
    ['heads that do not fit', changed({ num_attention_heads: 5 }), /5 heads/],
    ['a wide table', changed({ vocab_size: 300 }), /tokenizer/],
    ['labels without names', changed({ id2label: { 0: 'LABEL_0', 1: 'LABEL_1' } }), /id2label/],
    ['other labels', changed({ id2label: { ...config.id2label, 4: 'LOC!' } }), /LOC!/],
    ['fewer labels', changed({ id2label: { 0: 'O', 1: 'B-PER' } }), /classifier\.weight/],
    ['weights cut short', written('model.safetensors', weights.subarray(0, 9000)), /cut short/],
    [
      'an index that leads outside',
      at => {
        rmSync(at('model.safetensors'))
        writeFileSync(at('model.safetensors.index.json'), '{"weight_map":{"a":"../../x.safetensors"}}')
      },
      /same folder/,
    ],
    [
      'a part of a tokenizer that is not known',
      written('tokenizer.json', JSON.stringify({ ...tokenizer, normalizer: { type: 'Nmt' } })),
      /Nmt/,
    ],
    ['no numbers', written('model.safetensors', withoutNumbers(weights)), /not finite/],
  ]
  let refused = 0
  try {
    for (const [i, [name, change, message]] of cases.entries()) {
      const own = join(folder, `case-${i}`)
      cpSync(folderOf('ner-bert'), own, { recursive: true })
      change(file => join(own, file))
      if (message.source === '^$') rmSync(join(own, 'model.safetensors'))
      const expected = message.source === '^$' ? /pytorch_model\.bin/ : message
      const out = join(folder, 'out')
      await assert.rejects(importCheckpoint(own, out), { code: 'model/file', message: expected }, name)
      assert.throws(() => readFileSync(join(out, 'config.json')))
      refused++
    }
    await assert.rejects(importCheckpoint(join(folder, 'nowhere'), join(folder, 'out')), {
      code: 'model/file',
    })
    await assert.rejects(importCheckpoint(folderOf('bert'), join(folder, 'out')), { code: 'model/file' })
    await assert.rejects(importCheckpoint(folderOf('ner-bert'), folder), { code: 'model/file' })
  } finally {
    rmSync(folder, { recursive: true })
  }
  assert.equal(refused, 20)
})

/** The same file with a number that is none. */
function withoutNumbers(weights: Uint8Array): Uint8Array {
  const bytes = weights.slice()
  new DataView(bytes.buffer).setFloat32(bytes.length - 400, Number.NaN, true)
  return bytes
}

test('labels that lack a B- are of IOB1, where entities begin with I-, and none is lost', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nerite-import-'))
  try {
    const own = join(folder, 'iob1')
    cpSync(folderOf('ner-bert'), own, { recursive: true })
    const config = JSON.parse(readFileSync(join(own, 'config.json'), 'utf8'))
    // As checkpoints of CoNLL-2003 in its own scheme have them.
    const id2label = { 0: 'O', 1: 'I-MISC', 2: 'I-PER', 3: 'B-LOC', 4: 'I-LOC' }
    writeFileSync(join(own, 'config.json'), JSON.stringify({ ...config, id2label }))
    const { scheme, types } = await importCheckpoint(own, join(folder, 'out'))
    assert.deepEqual([scheme, types], ['IOB1', ['LOC', 'MISC', 'PER']])
    await assert.rejects(importCheckpoint(own, join(folder, 'bio'), { scheme: 'BIO' }), {
      code: 'model/file',
      message: /B-/,
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

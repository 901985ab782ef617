import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { nodeRuntime } from '../../engine/runtime/node/ort-node.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { SentenceTagger } from '../../recognize/sentence-tagger.js'
import { temporaryFolder } from '../../train/testing/tiny-run.js'
import { trainedModelOf } from '../read-trained-model.js'
import { importCheckpoint } from './import-checkpoint.js'
import { openRunFolder } from './run-folder.js'

const ORACLE = JSON.parse(readFileSync('oracles/onnx-classifiers.json', 'utf8')) as {
  readonly sentences: readonly (readonly string[])[]
  readonly words: readonly (readonly (number | null)[])[]
  readonly modernWords: readonly (readonly (number | null)[])[]
  readonly logits: Readonly<Record<string, readonly (readonly number[])[]>>
}
const FORMS = 'oracles/onnx-classifiers'
const LABELS = ['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC']
const encoderOf = (form: string) =>
  `oracles/encoders/${form === 'modernbert' ? 'ner-modernbert' : 'ner-bert'}`

/** A folder with one form of the checkpoint, as they are laid out. */
function folderOf(at: string, form: string, name = 'onnx/model.onnx'): string {
  mkdirSync(join(at, 'onnx'), { recursive: true })
  for (const file of ['config.json', 'tokenizer.json'])
    copyFileSync(`${encoderOf(form)}/${file}`, join(at, file))
  copyFileSync(`${FORMS}/${form}.onnx`, join(at, name))
  return at
}

async function emissionsOf(run: string, sentences: readonly (readonly string[])[]) {
  const model = await trainedModelOf(await openRunFolder(run))
  const tagger = await SentenceTagger.create(model, model.parameter, nodeRuntime(), {
    ...{ threads: 1, model: model.model },
  })
  const found = await tagger.find(sentences)
  await tagger.release()
  return { tags: model.definition.tags, emissions: found.map(own => own.emissions) }
}

/** The largest difference from the logits of each token's first piece. */
function gap(
  { tags, emissions }: Awaited<ReturnType<typeof emissionsOf>>,
  wanted: readonly (readonly number[])[],
  words: readonly (readonly (number | null)[])[],
): number {
  let most = 0
  emissions.forEach((own, s) => {
    for (let token = 0; token < own.length / tags.length; token++)
      tags.forEach((tag, t) => {
        const row = words[s].indexOf(token)
        const expected = wanted[s][row * LABELS.length + LABELS.indexOf(tag)]
        most = Math.max(most, Math.abs(own[token * tags.length + t] - expected))
      })
  })
  return most
}

/**
 * How far each form may be from what ONNX Runtime computes with the file itself. Pairs are fused in another way for a graph that
 * is written anew: ONNX Runtime's own levels of optimization differ by 0.13.
 */
const WITHIN: Readonly<Record<string, number>> = { fp16: 0.05, pairs: 0.2 }

test('every form of a checkpoint has the logits that ONNX Runtime computes with its file', async () => {
  const folder = temporaryFolder()
  const forms = Object.keys(ORACLE.logits).filter(name => !name.startsWith('torch'))
  try {
    for (const form of forms) {
      const own = folderOf(
        join(folder.path, form),
        form,
        /quantized|pairs/.test(form) ? 'onnx/model_quantized.onnx' : undefined,
      )
      if (form === 'outside') copyFileSync(`${FORMS}/outside.onnx_data`, join(own, 'onnx/outside.onnx_data'))
      const out = join(folder.path, `${form}-run`)
      const { types, isGraph } = await importCheckpoint(own, out)
      assert.deepEqual([types, isGraph], [['LOC', 'PER'], true])
      rmSync(own, { recursive: true })
      const words = form === 'modernbert' ? ORACLE.modernWords : ORACLE.words
      const found = await emissionsOf(out, ORACLE.sentences)
      const most = gap(found, ORACLE.logits[form], words)
      assert.ok(most < (WITHIN[form] ?? 2e-5), `${form}: ${most}`)
      // A sentence has the same scores alone.
      const alone = await emissionsOf(out, [ORACLE.sentences[1]])
      alone.emissions[0].forEach((score, i) => {
        assert.ok(Math.abs(score - found.emissions[1][i]) < 1e-5, `${form}: alone`)
      })
    }
  } finally {
    folder.remove()
  }
  assert.equal(forms.length, 10)
})

test('ModernBERT with its layer before the labels, from weights', async () => {
  const folder = temporaryFolder()
  try {
    const out = join(folder.path, 'run')
    const { isGraph, file } = await importCheckpoint('oracles/encoders/ner-modernbert', out)
    assert.deepEqual([isGraph, file], [false, 'model.safetensors'])
    const found = await emissionsOf(out, ORACLE.sentences)
    const most = gap(found, ORACLE.logits['torch-modernbert'], ORACLE.modernWords)
    assert.ok(most < 1e-4, String(most))
  } finally {
    folder.remove()
  }
})

test('a long text is read through windows, with offsets, probabilities and legal tags', async () => {
  const folder = temporaryFolder()
  try {
    const run = join(folder.path, 'run')
    await importCheckpoint(folderOf(join(folder.path, 'own'), 'quantized', 'model_quantized.onnx'), run)
    await using tagger = await loadTagger(run)
    const text = `${'Ada Lovelace wrote to Charles Babbage from London, and 😀 '.repeat(20)}then she slept`
    const entities = await tagger.tag(text)
    for (const { start, end, score, type } of entities) {
      assert.ok(start < end && end <= text.length && score > 0 && score <= 1 + 1e-9)
      assert.ok(['LOC', 'PER'].includes(type))
    }
    const [found] = await tagger.tagTokens([text.split(' ')])
    assert.equal(found.tags.length, text.split(' ').length)
    found.tags.forEach((tag, i) => {
      if (tag.startsWith('I-')) assert.match(found.tags[i - 1] ?? '', new RegExp(`^[BI]-${tag.slice(2)}$`))
    })
  } finally {
    folder.remove()
  }
})
